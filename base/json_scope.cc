#include "base/json_scope.h"

#include <algorithm>
#include <boost/json/value.hpp>
#include <charconv>
#include <optional>
#include <span>

#include "base/catalogue.h"
#include "base/json_view.h"

namespace whorl {
namespace {

namespace json = boost::json;

Error malformed(std::string_view detail) {
  return failure(ErrorCode::kScopeMalformed, with<"detail">(std::string(detail)));
}

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
// RFC 9535, 2.5.1.1: what a name without quotes may begin with; its rest may have digits, too.
bool begins_name(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || static_cast<unsigned char>(c) >= 0x80;
}

}  // namespace

class JsonScope::Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {}

  Result<std::vector<Path>> paths() {
    std::vector<Path> out;
    for (skip_blanks(); !done(); skip_blanks()) {
      if (out.size() == kMostScopePaths) return malformed("there are too many paths");
      WHORL_ASSIGN(Path path, one());
      if (!done() && !is_blank(text_[at_])) return malformed("a path ends with a blank");
      out.push_back(std::move(path));
    }
    if (out.empty()) return malformed("there is no path");
    return out;
  }

 private:
  [[nodiscard]] bool done() const { return at_ == text_.size(); }
  [[nodiscard]] bool is(char c) const { return !done() && text_[at_] == c; }
  void skip_blanks() {
    while (!done() && is_blank(text_[at_])) ++at_;
  }
  bool take(std::string_view what) {
    if (!text_.substr(at_).starts_with(what)) return false;
    at_ += what.size();
    return true;
  }

  Result<Path> one() {
    if (!take("$")) return malformed("a path begins with $");
    Path out;
    while (is('.') || is('[')) {
      if (out.size() == kMostScopeSteps) return malformed("a path has too many steps");
      WHORL_ASSIGN(Step step, is('.') ? dotted() : bracketed());
      out.push_back(std::move(step));
    }
    if (out.empty()) return malformed("$ alone would hold the block itself");
    return out;
  }

  Result<Step> dotted() {
    ++at_;
    if (is('.')) return malformed("a path does not go downwards by itself (..)");
    if (take("*")) return Step(All{});
    WHORL_ASSIGN(std::string name, bare_name());
    return Step(std::move(name));
  }

  Result<std::string> bare_name() {
    const std::size_t from = at_;
    while (!done() && (begins_name(text_[at_]) || (at_ > from && is_digit(text_[at_])))) ++at_;
    if (at_ == from) return malformed("a name begins with a letter or an underscore");
    return std::string(text_.substr(from, at_ - from));
  }

  Result<Step> bracketed() {
    ++at_;
    skip_blanks();
    std::optional<Step> out;
    if (take("*")) {
      out = All{};
    } else if (take("?")) {
      WHORL_ASSIGN(out, filter());
    } else if (is('\'') || is('"')) {
      WHORL_ASSIGN(out, quoted());
    } else {
      WHORL_ASSIGN(out, position());
    }
    skip_blanks();
    if (!take("]")) return malformed("brackets hold one name, one position, * or one ?@.name=='text'");
    return std::move(*out);
  }

  Result<Step> position() {
    std::size_t value = 0;
    const char* const from = text_.data() + at_;
    const auto [end, error] = std::from_chars(from, text_.data() + text_.size(), value);
    const auto digits = static_cast<std::size_t>(end - from);
    if (error != std::errc() || (digits > 1 && *from == '0')) return malformed("a position is 0, 1, 2, ...");
    at_ += digits;
    return Step(value);
  }

  // Escapes are those of the quotes and of themselves: no name here needs another.
  Result<std::string> quoted() {
    const char quote = text_[at_++];
    std::string out;
    while (!done() && !is(quote)) {
      if (static_cast<unsigned char>(text_[at_]) < 0x20) return malformed("a text has no control characters");
      if (take("\\")) {
        if (!is(quote) && !is('\\')) return malformed("of escapes those of the quote and of \\ are known");
      }
      out += text_[at_++];
    }
    if (done()) return malformed("a quote is not closed");
    ++at_;
    return out;
  }

  // One pair of parentheses around it is that of older JSONPath, and of RFC 9535.
  Result<Step> filter() {
    skip_blanks();
    if (!take("(")) return comparison();
    WHORL_ASSIGN(Step out, comparison());
    skip_blanks();
    if (!take(")")) return malformed("a parenthesis of a filter is not closed");
    return out;
  }

  Result<Step> comparison() {
    skip_blanks();
    if (!take("@")) return malformed("a filter is ?@.name=='text'");
    Where out;
    if (is('.')) {
      ++at_;
      WHORL_ASSIGN(out.name, bare_name());
    } else if (take("[") && (is('\'') || is('"'))) {
      WHORL_ASSIGN(out.name, quoted());
      if (!take("]")) return malformed("a filter is ?@.name=='text'");
    } else {
      return malformed("a filter is ?@.name=='text'");
    }
    skip_blanks();
    if (!take("==")) return malformed("a filter is ?@.name=='text'");
    skip_blanks();
    if (!is('\'') && !is('"')) return malformed("a filter is ?@.name=='text'");
    WHORL_ASSIGN(out.text, quoted());
    return Step(std::move(out));
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

Result<JsonScope> JsonScope::parse(std::string_view text) {
  if (text.size() > kMostScopeBytes) return malformed("it is too long");
  JsonScope out;
  WHORL_ASSIGN(out.paths_, Reader(text).paths());
  return out;
}

// Goes through the document once, with all paths that lead on from where it is.
class JsonScope::Finder {
 public:
  using Rest = std::span<const Step>;  // of a path, from here on

  Status look(const json::value& value, const std::vector<Rest>& rests) {
    if (std::any_of(rests.begin(), rests.end(), [](const Rest& rest) { return rest.empty(); })) {
      if (found_.size() == kMostScopePlaces) return failure(ErrorCode::kScopeTooWide, with<"most">(kMostScopePlaces));
      found_.push_back(here_);
      return {};
    }
    if (const auto* object = value.if_object()) {
      for (const auto& member : *object) {
        const std::string_view name(member.key().data(), member.key().size());
        WHORL_TRY(go({.name = std::string(name)}, member.value(), rests));
      }
    } else if (const auto* array = value.if_array()) {
      for (std::size_t i = 0; i < array->size(); ++i) WHORL_TRY(go({.position = i}, (*array)[i], rests));
    }
    return {};
  }

  std::vector<JsonPlace> take() { return std::move(found_); }

 private:
  Status go(JsonStep step, const json::value& value, const std::vector<Rest>& rests) {
    looks_ += rests.size();
    if (looks_ > kMostScopeLooks) return malformed("it goes through too much of this document");
    std::vector<Rest> on;
    for (const Rest& rest : rests) {
      if (leads(rest.front(), step, value)) on.push_back(rest.subspan(1));
    }
    if (on.empty()) return {};
    here_.push_back(std::move(step));
    WHORL_TRY(look(value, on));
    here_.pop_back();
    return {};
  }

  static bool leads(const Step& step, const JsonStep& to, const json::value& value) {
    if (std::holds_alternative<All>(step)) return true;
    if (const auto* name = std::get_if<std::string>(&step)) return !to.position && to.name == *name;
    if (const auto* position = std::get_if<std::size_t>(&step)) return to.position == *position;
    const Where& where = std::get<Where>(step);
    const auto* object = value.if_object();
    const json::value* member = object == nullptr ? nullptr : object->if_contains(json_view(where.name));
    return member != nullptr && member->is_string() && member->get_string() == json_view(where.text);
  }

  std::size_t looks_ = 0;
  JsonPlace here_;
  std::vector<JsonPlace> found_;
};

Result<std::vector<JsonPlace>> JsonScope::places(const json::value& root) const {
  Finder finder;
  WHORL_TRY(finder.look(root, {paths_.begin(), paths_.end()}));
  std::vector<JsonPlace> out = finder.take();
  if (out.empty()) return failure(ErrorCode::kScopeOfNothing);
  return out;
}

namespace {

const json::value* child_of(const json::value& value, const JsonStep& step) {
  if (!step.position) {
    const auto* object = value.if_object();
    return object == nullptr ? nullptr : object->if_contains(json_view(step.name));
  }
  const auto* array = value.if_array();
  return array == nullptr || *step.position >= array->size() ? nullptr : &(*array)[*step.position];
}

// Those of `places`, one after another, that have the same step at `depth` as the first.
std::size_t same_step(std::span<const JsonPlace> places, std::size_t depth) {
  std::size_t count = 1;
  while (count < places.size() && places[count][depth] == places.front()[depth]) ++count;
  return count;
}

json::value only(const json::value& value, std::span<const JsonPlace> places, std::size_t depth) {
  if (places.front().size() == depth) return value;
  json::object members;
  json::array items;
  for (std::size_t i = 0; i < places.size();) {
    const std::size_t count = same_step(places.subspan(i), depth);
    const JsonStep& step = places[i][depth];
    json::value part = only(*child_of(value, step), places.subspan(i, count), depth + 1);
    if (step.position) {
      items.emplace_back(std::move(part));
    } else {
      members.emplace(json_view(step.name), std::move(part));
    }
    i += count;
  }
  if (value.is_array()) return items;
  return members;
}

bool is_within(const JsonPlace& inner, const JsonPlace& outer) {
  return inner.size() >= outer.size() && std::equal(outer.begin(), outer.end(), inner.begin());
}

bool covers_value(std::span<const JsonPlace> places, const json::value& value, JsonPlace& here) {
  if (std::any_of(places.begin(), places.end(), [&](const JsonPlace& each) { return is_within(here, each); })) {
    return true;
  }
  const auto inside = [&](JsonStep step, const json::value& child) {
    here.push_back(std::move(step));
    const bool out = covers_value(places, child, here);
    here.pop_back();
    return out;
  };
  if (const auto* object = value.if_object()) {
    return !object->empty() && std::all_of(object->begin(), object->end(), [&](const auto& member) {
      return inside({.name = std::string(member.key().data(), member.key().size())}, member.value());
    });
  }
  const auto* array = value.if_array();
  if (array == nullptr || array->empty()) return false;
  for (std::size_t i = 0; i < array->size(); ++i) {
    if (!inside({.position = i}, (*array)[i])) return false;
  }
  return true;
}

}  // namespace

json::value* at_place(json::value& root, const JsonPlace& place) {
  const json::value* out = &root;
  for (const JsonStep& step : place) {
    if (out != nullptr) out = child_of(*out, step);
  }
  return const_cast<json::value*>(out);  // of a root that may be changed
}

json::value only_places(const json::value& root, const std::vector<JsonPlace>& places) {
  if (places.empty()) return json::object();
  return only(root, places, 0);
}

bool covers(const std::vector<JsonPlace>& places, const json::value& root, const JsonPlace& place) {
  const json::value* value = &root;
  for (const JsonStep& step : place) {
    value = child_of(*value, step);
    if (value == nullptr) return false;
  }
  JsonPlace here = place;
  return covers_value(places, *value, here);
}

}  // namespace whorl
