#include "server/json/json_parser.h"

#include <boost/json/basic_parser_impl.hpp>
#include <boost/json/value_stack.hpp>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/catalogue.h"
#include "server/json/json_number.h"
#include "server/json/json_text.h"
#include "server/wording.h"

namespace whorl::server {
namespace {

namespace json = boost::json;

// Where the parser is: the arrays and objects that are open, outermost first.
class OpenValues {
 public:
  void begin_value() {
    if (!levels_.empty() && levels_.back().is_array) ++levels_.back().items;
  }
  void open_array() { levels_.push_back({.is_array = true}); }
  void open_object() { levels_.push_back({.is_array = false}); }
  void close() { levels_.pop_back(); }
  // False when the object that is open has the name already.
  bool enter(const std::string& name) {
    levels_.back().name = name;
    return levels_.back().names.insert(name).second;
  }

  // "contextualData.visits[2].number"
  [[nodiscard]] FieldPath path() const {
    std::vector<FieldPath::Step> steps;
    for (const Level& level : levels_) {
      if (!level.is_array) {
        steps.push_back({shown(level.name), std::nullopt});
        continue;
      }
      if (steps.empty() || steps.back().index) steps.emplace_back();
      steps.back().index = level.items - 1;
    }
    return FieldPath(std::move(steps));
  }

 private:
  struct Level {
    bool is_array = false;
    std::size_t items = 0;  // of an array, until now
    std::string name = {};  // of an object, the one whose value comes next or is open
    std::set<std::string> names = {};
  };
  std::vector<Level> levels_;
};

// Receives the parser's events. Returning false with an error stops the parser.
struct Handler {
  static constexpr std::size_t max_object_size = std::size_t(-1);
  static constexpr std::size_t max_array_size = std::size_t(-1);
  static constexpr std::size_t max_key_size = 1024;
  static constexpr std::size_t max_string_size = std::size_t(-1);

  json::value_stack values;
  OpenValues open;
  std::string text;  // of a name or number that comes in parts
  std::optional<Error> refused;

  bool on_document_begin(json::error_code&) {
    values.reset();
    return true;
  }
  static bool on_document_end(json::error_code&) { return true; }
  bool on_object_begin(json::error_code&) {
    open.begin_value();
    open.open_object();
    return true;
  }
  bool on_object_end(std::size_t members, json::error_code&) {
    open.close();
    values.push_object(members);
    return true;
  }
  bool on_array_begin(json::error_code&) {
    open.begin_value();
    open.open_array();
    return true;
  }
  bool on_array_end(std::size_t items, json::error_code&) {
    open.close();
    values.push_array(items);
    return true;
  }
  bool on_key_part(json::string_view part, std::size_t, json::error_code&) {
    text += std_view(part);
    return true;
  }
  bool on_key(json::string_view last, std::size_t, json::error_code& error) {
    text += std_view(last);
    if (!open.enter(text)) {
      return refuse(failure(ErrorCode::kPropertyTwice, shown(text)), error);
    }
    values.push_key(json_view(text));
    text.clear();
    return true;
  }
  bool on_string_part(json::string_view part, std::size_t, json::error_code&) {
    values.push_chars(part);
    return true;
  }
  bool on_string(json::string_view last, std::size_t, json::error_code&) {
    open.begin_value();
    values.push_string(last);
    return true;
  }
  bool on_number_part(json::string_view part, json::error_code&) {
    text += std_view(part);
    return true;
  }
  bool on_int64(std::int64_t number, json::string_view, json::error_code&) {
    open.begin_value();
    text.clear();
    values.push_int64(number);
    return true;
  }
  bool on_uint64(std::uint64_t number, json::string_view, json::error_code&) {
    open.begin_value();
    text.clear();
    values.push_uint64(number);
    return true;
  }
  // The library's own double can be off by the last digit, so the text is read anew.
  bool on_double(double, json::string_view last, json::error_code& error) {
    open.begin_value();
    text += std_view(last);
    const auto number = kept_double(text);
    if (!number) {
      return refuse(failure(ErrorCode::kNumberNotKept, open.path()), error);
    }
    text.clear();
    values.push_double(*number);
    return true;
  }
  bool on_bool(bool value, json::error_code&) {
    open.begin_value();
    values.push_bool(value);
    return true;
  }
  bool on_null(json::error_code&) {
    open.begin_value();
    values.push_null();
    return true;
  }
  static bool on_comment_part(json::string_view, json::error_code&) { return true; }
  static bool on_comment(json::string_view, json::error_code&) { return true; }

  bool refuse(Error why, json::error_code& error) {
    refused = std::move(why);
    error = json::error::extra_data;
    return false;
  }
};

}  // namespace

Result<json::value> parse_json(std::string_view text) {
  json::parse_options options;
  options.max_depth = kMaxJsonDepth;
  json::basic_parser<Handler> parser(options);
  json::error_code error;
  const std::size_t at = parser.write_some(false, text.data(), text.size(), error);
  if (parser.handler().refused) return *parser.handler().refused;
  if (!error && at < text.size()) error = json::error::extra_data;
  if (error) {
    return failure(ErrorCode::kNotJson, with<"cause">(error.message()), with<"byte">(at));
  }
  return parser.handler().values.release();
}

}  // namespace whorl::server
