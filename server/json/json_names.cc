#include "server/json/json_names.h"

#include <boost/json/basic_parser_impl.hpp>
#include <set>
#include <string>
#include <vector>

#include "server/wording.h"

namespace whorl::server {
namespace {

namespace json = boost::json;

// Receives the parser's events; only object names matter. Returning false with an error stops the parser.
struct NameHandler {
  static constexpr std::size_t max_object_size = std::size_t(-1);
  static constexpr std::size_t max_array_size = std::size_t(-1);
  static constexpr std::size_t max_key_size = 1024;
  static constexpr std::size_t max_string_size = std::size_t(-1);

  std::vector<std::set<std::string>> open;
  std::string name;
  std::string twice;

  static bool on_document_begin(json::error_code&) { return true; }
  static bool on_document_end(json::error_code&) { return true; }
  bool on_object_begin(json::error_code&) {
    open.emplace_back();
    return true;
  }
  bool on_object_end(std::size_t, json::error_code&) {
    open.pop_back();
    return true;
  }
  static bool on_array_begin(json::error_code&) { return true; }
  static bool on_array_end(std::size_t, json::error_code&) { return true; }
  bool on_key_part(json::string_view part, std::size_t, json::error_code&) {
    name.append(part.data(), part.size());
    return true;
  }
  bool on_key(json::string_view last, std::size_t, json::error_code& error) {
    name.append(last.data(), last.size());
    if (!open.back().insert(name).second) {
      twice = name;
      error = json::error::extra_data;
      return false;
    }
    name.clear();
    return true;
  }
  static bool on_string_part(json::string_view, std::size_t, json::error_code&) { return true; }
  static bool on_string(json::string_view, std::size_t, json::error_code&) { return true; }
  static bool on_number_part(json::string_view, json::error_code&) { return true; }
  static bool on_int64(std::int64_t, json::string_view, json::error_code&) { return true; }
  static bool on_uint64(std::uint64_t, json::string_view, json::error_code&) { return true; }
  static bool on_double(double, json::string_view, json::error_code&) { return true; }
  static bool on_bool(bool, json::error_code&) { return true; }
  static bool on_null(json::error_code&) { return true; }
  static bool on_comment_part(json::string_view, json::error_code&) { return true; }
  static bool on_comment(json::string_view, json::error_code&) { return true; }
};

}  // namespace

Status check_json_names(std::string_view text, std::size_t max_depth) {
  json::parse_options options;
  options.max_depth = max_depth;
  json::basic_parser<NameHandler> parser(options);
  json::error_code error;
  const std::size_t at = parser.write_some(false, text.data(), text.size(), error);
  if (!parser.handler().twice.empty()) {
    return invalid_input("the property stands twice in one JSON object", server::quoted(parser.handler().twice));
  }
  if (!error && at < text.size()) error = json::error::extra_data;
  if (error) {
    return invalid_input("the body is not acceptable JSON: " + error.message() + " at byte " + std::to_string(at));
  }
  return {};
}

}  // namespace whorl::server
