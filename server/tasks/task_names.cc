#include "server/tasks/task_names.h"

#include <algorithm>
#include <boost/json/basic_parser_impl.hpp>
#include <cstdint>
#include <optional>
#include <set>
#include <utility>
#include <variant>

#include "server/json/json_text.h"

namespace whorl::server {
namespace {

namespace json = boost::json;

constexpr std::size_t kMostNames = 2048;
constexpr std::size_t kMostNamesOfRequest = 64;
constexpr std::size_t kMostDepth = 64;
constexpr std::string_view kReasonArguments[] = {"reasonArguments", "arguments"};
// What the sender said, in words of their own.
constexpr std::string_view kOfTheSender[] = {"biographicData", "contextualData", "clientData"};

using Names = std::set<std::pair<std::string, std::string>>;  // persons, each with an encounter or none

std::vector<engine::TaskName> listed(const Names& names) {
  std::vector<engine::TaskName> out;
  for (const auto& [person, encounter] : names) out.push_back({person, encounter});
  return out;
}

// What a value says.
enum class Says : std::uint8_t {
  kNothing,
  kPerson,
  kEncounter,
  kOtherPerson,
  kOtherEncounter,
  kPersons,     // each of its items a person
  kArguments,   // of a reason
  kSendersOwn,  // whatever is in it
};

template <std::size_t n>
bool is_among(std::string_view name, const std::string_view (&names)[n]) {
  return std::find(std::begin(names), std::end(names), name) != std::end(names);
}

Says said_by(std::string_view name, bool of_arguments) {
  if (of_arguments) {
    if (name == "person") return Says::kPerson;
    if (name == "other_person") return Says::kOtherPerson;
    return name == "encounter" ? Says::kEncounter : Says::kNothing;
  }
  if (name == "personId") return Says::kPerson;
  if (name == "encounterId") return Says::kEncounter;
  if (name == "otherPersonId") return Says::kOtherPerson;
  if (name == "otherEncounterId") return Says::kOtherEncounter;
  if (name == "personIds") return Says::kPersons;
  if (is_among(name, kReasonArguments)) return Says::kArguments;
  return is_among(name, kOfTheSender) ? Says::kSendersOwn : Says::kNothing;
}

// Receives the parser's events. Returning false with an error stops the parser.
struct Reading {
  static constexpr std::size_t max_object_size = std::size_t(-1);
  static constexpr std::size_t max_array_size = std::size_t(-1);
  static constexpr std::size_t max_key_size = std::size_t(-1);
  static constexpr std::size_t max_string_size = std::size_t(-1);

  // An object or array that is open.
  struct Level {
    Says is = Says::kNothing;    // of an object: kArguments, or nothing
    Says next = Says::kNothing;  // the value that comes next; in an array, each
    std::string person;
    std::string encounter;
    std::string other;
    std::string other_encounter;
  };

  Names names;
  std::vector<Level> levels;
  std::size_t passed_over = 0;  // levels open within what is the sender's own
  std::string text;             // of a name or a value that comes in parts

  [[nodiscard]] Says next() const { return levels.empty() ? Says::kNothing : levels.back().next; }
  // Whether the value that comes is one that names somebody.
  [[nodiscard]] bool is_wanted() const {
    return passed_over == 0 && next() >= Says::kPerson && next() <= Says::kPersons;
  }

  void open(bool array) {
    if (passed_over > 0 || next() == Says::kSendersOwn) {
      ++passed_over;
      return;
    }
    Level level;
    if (array && next() == Says::kPersons) level.next = Says::kPerson;
    if (array) level.is = level.next;
    if (!array && next() == Says::kArguments) level.is = Says::kArguments;
    levels.push_back(std::move(level));
  }
  bool close(json::error_code& error) {
    if (passed_over > 0) {
      --passed_over;
      return true;
    }
    Level& level = levels.back();
    if (!level.person.empty()) names.emplace(std::move(level.person), std::move(level.encounter));
    if (!level.other.empty()) names.emplace(std::move(level.other), std::move(level.other_encounter));
    levels.pop_back();
    if (names.size() <= kMostNames) return true;
    error = json::error::array_too_large;
    return false;
  }
  void value(std::string found) {
    if (found.empty()) return;
    Level& level = levels.back();
    switch (level.next) {
      case Says::kPerson:
        if (level.is == Says::kPerson) {
          names.emplace(std::move(found), std::string());
        } else {
          level.person = std::move(found);
        }
        break;
      case Says::kEncounter: level.encounter = std::move(found); break;
      case Says::kOtherPerson: level.other = std::move(found); break;
      case Says::kOtherEncounter: level.other_encounter = std::move(found); break;
      case Says::kPersons:
      case Says::kArguments:
      case Says::kSendersOwn:
      case Says::kNothing: break;
    }
  }

  static bool on_document_begin(json::error_code&) { return true; }
  static bool on_document_end(json::error_code&) { return true; }
  bool on_object_begin(json::error_code&) {
    open(false);
    return true;
  }
  bool on_object_end(std::size_t, json::error_code& error) { return close(error); }
  bool on_array_begin(json::error_code&) {
    open(true);
    return true;
  }
  bool on_array_end(std::size_t, json::error_code& error) { return close(error); }
  bool on_key_part(json::string_view part, std::size_t, json::error_code&) {
    if (passed_over == 0) text += std_view(part);
    return true;
  }
  bool on_key(json::string_view last, std::size_t, json::error_code&) {
    if (passed_over > 0) return true;
    text += std_view(last);
    levels.back().next = said_by(text, levels.back().is == Says::kArguments);
    text.clear();
    return true;
  }
  bool on_string_part(json::string_view part, std::size_t, json::error_code&) {
    if (is_wanted()) text += std_view(part);
    return true;
  }
  bool on_string(json::string_view last, std::size_t, json::error_code&) {
    if (!is_wanted()) return true;
    text += std_view(last);
    value(std::exchange(text, {}));
    return true;
  }
  static bool on_number_part(json::string_view, json::error_code&) { return true; }
  static bool on_int64(std::int64_t, json::string_view, json::error_code&) { return true; }
  static bool on_uint64(std::uint64_t, json::string_view, json::error_code&) { return true; }
  static bool on_double(double, json::string_view, json::error_code&) { return true; }
  static bool on_bool(bool, json::error_code&) { return true; }
  static bool on_null(json::error_code&) { return true; }
  static bool on_comment_part(json::string_view, json::error_code&) { return true; }
  static bool on_comment(json::string_view, json::error_code&) { return true; }
};

// Nothing where it cannot be read, or names too many.
std::optional<Names> named_in_json(std::string_view text) {
  json::parse_options options;
  options.max_depth = kMostDepth;
  json::basic_parser<Reading> parser(options);
  json::error_code error;
  const std::size_t at = parser.write_some(false, text.data(), text.size(), error);
  if (error || at < text.size()) return {};
  return std::move(parser.handler().names);
}

const std::string* text_of(const Reason& reason, std::string_view argument) {
  for (const ReasonArgument& each : reason.arguments) {
    if (each.name == argument) return std::get_if<std::string>(&each.value);
  }
  return nullptr;
}

// An error's sentence has its reason's arguments in it, and nothing else of anybody.
std::optional<Names> named_in_error(const Error& error) {
  if (error.reason.code.empty()) return {};  // in words that nobody can read names from
  Names out;
  const std::string* const encounter = text_of(error.reason, "encounter");
  if (const std::string* const person = text_of(error.reason, "person")) {
    out.emplace(*person, encounter == nullptr ? "" : *encounter);
  }
  if (const std::string* const other = text_of(error.reason, "other_person")) out.emplace(*other, "");
  return out;
}

}  // namespace

std::vector<engine::TaskName> named_in(const Reply& reply) {
  if (reply.body.empty()) return {};
  const bool readable = reply.content_type.find("json") != std::string::npos;
  std::optional<Names> names = readable ? named_in_json(reply.body) : std::nullopt;
  if (names && reply.error) {
    const std::optional<Names> told = named_in_error(*reply.error);
    if (told) {
      names->insert(told->begin(), told->end());
    } else {
      names.reset();
    }
  }
  return names ? listed(*names) : std::vector<engine::TaskName>{{}};
}

std::vector<engine::TaskName> named_in_request(std::string_view body) {
  if (body.empty()) return {};
  const std::optional<Names> names = named_in_json(body);
  if (!names || names->size() > kMostNamesOfRequest) return {};
  return listed(*names);
}

std::vector<std::string> persons_of(const std::vector<engine::TaskName>& names) {
  std::set<std::string> out;
  for (const engine::TaskName& name : names) out.insert(name.person_id);
  return {out.begin(), out.end()};
}

}  // namespace whorl::server
