#include "tests/support/openapi.h"

#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <charconv>
#include <cstdint>
#include <fstream>
#include <iterator>
#include <limits>

namespace whorl::tests {
namespace {

namespace json = boost::json;

// The YAML core schema, as far as OpenAPI files use it: a quoted scalar is a string.
json::value scalar(const YAML::Node& node) {
  const std::string& text = node.Scalar();
  if (node.Tag() == "!") return json::string(text);
  if (text == "true" || text == "false") return text == "true";
  if (text.empty() || text == "null" || text == "~") return nullptr;
  std::int64_t whole = 0;
  const char* end = text.data() + text.size();
  if (std::from_chars(text.data(), end, whole).ptr == end) return whole;
  double fraction = 0;
  const bool digits = text.find_first_not_of("+-.0123456789eE") == std::string::npos;
  if (digits && std::from_chars(text.data(), end, fraction).ptr == end) return fraction;
  return json::string(text);
}

json::value to_json(const YAML::Node& node) {
  if (node.IsMap()) {
    json::object out;
    for (const auto& member : node) out[member.first.Scalar()] = to_json(member.second);
    return out;
  }
  if (node.IsSequence()) {
    json::array out;
    for (const auto& item : node) out.push_back(to_json(item));
    return out;
  }
  return node.IsScalar() ? scalar(node) : json::value();
}

const json::value* member(const json::value* value, std::string_view name) {
  if (value == nullptr || !value->is_object()) return nullptr;
  return value->get_object().if_contains(json::string_view(name.data(), name.size()));
}

// `text` against a shape in which 'd' stands for a digit and any other character for itself.
bool has_shape(std::string_view text, std::string_view shape) {
  const auto fits = [](char c, char s) { return s == 'd' ? c >= '0' && c <= '9' : c == s; };
  return std::equal(text.begin(), text.end(), shape.begin(), shape.end(), fits);
}

bool is_date_time(std::string_view text) {
  constexpr std::string_view kInstant = "dddd-dd-ddTdd:dd:dd";
  if (text.size() <= kInstant.size() || !has_shape(text.substr(0, kInstant.size()), kInstant)) return false;
  text.remove_prefix(kInstant.size());
  if (text[0] == '.') text.remove_prefix(std::min(text.find_first_not_of("0123456789", 1), text.size()));
  return text == "Z" || has_shape(text, "+dd:dd") || has_shape(text, "-dd:dd");
}

bool is_base64(std::string_view text) {
  if (text.size() % 4 != 0) return false;
  const auto end = text.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/");
  return end == std::string_view::npos ||
         (end + 2 >= text.size() && text.find_first_not_of('=', end) == std::string_view::npos);
}

class Validator {
 public:
  Validator(const OpenApi& file, OpenApi::Direction direction) : file_(file), direction_(direction) {}
  void check(const json::value& value, const json::value& schema, const std::string& path);
  std::vector<std::string> faults;

 private:
  void fault(const std::string& path, const std::string& text) {
    faults.push_back((path.empty() ? "(root)" : path) + ": " + text);
  }
  void known_keywords(const json::object& schema, const std::string& path);
  void type(const json::value& value, const json::value& wanted, const std::string& path);
  void format(const json::value& value, const std::string& name, const std::string& path);
  void object(const json::object& value, const json::value& schema, const std::string& path);
  void array(const json::array& value, const json::value& schema, const std::string& path);
  bool needed(const json::value& schema, const json::value& name) const;

  const OpenApi& file_;
  OpenApi::Direction direction_;
};

void Validator::known_keywords(const json::object& schema, const std::string& path) {
  static constexpr std::string_view known[] = {
      "$ref",    "type",     "required",    "properties", "additionalProperties", "items",
      "enum",    "minItems", "uniqueItems", "format",     "description",          "example",
      "default", "readOnly", "title",       "nullable"};
  for (const auto& keyword : schema) {
    const std::string_view name(keyword.key().data(), keyword.key().size());
    if (std::find(std::begin(known), std::end(known), name) == std::end(known)) {
      fault(path, "the schema has a keyword that this validator does not know: " + std::string(name));
    }
  }
}

void Validator::type(const json::value& value, const json::value& wanted, const std::string& path) {
  const std::string name(wanted.as_string().c_str());
  const bool whole = value.is_int64() || value.is_uint64();
  const bool fits = name == "object"    ? value.is_object()
                    : name == "array"   ? value.is_array()
                    : name == "string"  ? value.is_string()
                    : name == "boolean" ? value.is_bool()
                    : name == "integer" ? whole
                    : name == "number"  ? whole || value.is_double()
                                        : false;
  if (!fits) fault(path, "is not of type " + name + ": " + json::serialize(value).substr(0, 60));
}

void Validator::format(const json::value& value, const std::string& name, const std::string& path) {
  const std::string text(value.is_string() ? value.get_string().c_str() : "");
  bool good = false;
  if (name == "date-time") {
    good = is_date_time(text);
  } else if (name == "byte") {
    good = value.is_string() && is_base64(text);
  } else if (name == "uri") {
    good = text.find(':') != std::string::npos && text.find(':') > 0;
  } else if (name == "int32") {
    good = value.is_int64() && value.get_int64() == static_cast<std::int32_t>(value.get_int64());
  } else if (name == "int64") {
    good = value.is_int64();
  } else if (name == "float") {
    good = value.is_number();
  }
  if (!good) fault(path, "does not have the format " + name);
}

bool Validator::needed(const json::value& schema, const json::value& name) const {
  const auto* property = member(member(&schema, "properties"), name.as_string().c_str());
  const auto* read_only = member(property, "readOnly");
  return direction_ == OpenApi::Direction::kResponse || read_only == nullptr || !read_only->as_bool();
}

void Validator::object(const json::object& value, const json::value& schema, const std::string& path) {
  if (const auto* required = member(&schema, "required")) {
    for (const auto& name : required->as_array()) {
      if (value.if_contains(name.as_string()) == nullptr && needed(schema, name)) {
        fault(path, "lacks the required property " + std::string(name.as_string().c_str()));
      }
    }
  }
  const auto* properties = member(&schema, "properties");
  const auto* additional = member(&schema, "additionalProperties");
  for (const auto& each : value) {
    const std::string name(each.key().data(), each.key().size());
    const std::string inner = path.empty() ? name : path + "." + name;
    if (const auto* property = member(properties, name)) {
      check(each.value(), *property, inner);
    } else if (additional != nullptr && additional->is_bool() && !additional->get_bool()) {
      fault(inner, "is an additional property, which the schema forbids");
    } else if (additional != nullptr && additional->is_object()) {
      check(each.value(), *additional, inner);
    }
  }
}

void Validator::array(const json::array& value, const json::value& schema, const std::string& path) {
  const auto* min = member(&schema, "minItems");
  if (min != nullptr && static_cast<std::int64_t>(value.size()) < min->as_int64()) fault(path, "has too few items");
  const auto* unique = member(&schema, "uniqueItems");
  if (unique != nullptr && unique->as_bool()) {
    for (std::size_t i = 0; i < value.size(); ++i) {
      if (std::count(value.begin(), value.end(), value[i]) > 1) fault(path, "has equal items");
    }
  }
  const auto* items = member(&schema, "items");
  for (std::size_t i = 0; items != nullptr && i < value.size(); ++i) {
    check(value[i], *items, path + "[" + std::to_string(i) + "]");
  }
}

void Validator::check(const json::value& value, const json::value& schema, const std::string& path) {
  if (!schema.is_object()) return fault(path, "has a schema that is not an object");
  if (const auto* ref = member(&schema, "$ref")) {
    const auto* target = file_.resolve(ref->as_string().c_str());
    if (target == nullptr) return fault(path, "refers to an absent schema");
    return check(value, *target, path);
  }
  known_keywords(schema.get_object(), path);
  const auto* nullable = member(&schema, "nullable");
  if (value.is_null() && nullable != nullptr && nullable->as_bool()) return;
  if (const auto* wanted = member(&schema, "type")) type(value, *wanted, path);
  if (const auto* allowed = member(&schema, "enum")) {
    const auto& list = allowed->as_array();
    if (std::find(list.begin(), list.end(), value) == list.end()) fault(path, "is not in the enumeration");
  }
  if (const auto* name = member(&schema, "format")) format(value, name->as_string().c_str(), path);
  if (value.is_object()) object(value.get_object(), schema, path);
  if (value.is_array()) array(value.get_array(), schema, path);
}

}  // namespace

std::optional<OpenApi> OpenApi::load(const std::filesystem::path& path) {
  std::ifstream file(path);
  if (!file) return std::nullopt;
  return parse({std::istreambuf_iterator<char>(file), {}});
}

std::optional<OpenApi> OpenApi::parse(const std::string& yaml) {
  try {
    auto document = to_json(YAML::Load(yaml));
    if (!document.is_object()) return std::nullopt;
    return OpenApi(std::move(document));
  } catch (const YAML::Exception&) {
    return std::nullopt;
  }
}

std::vector<OpenApi::Operation> OpenApi::operations() const {
  std::vector<Operation> out;
  for (const auto& path : document_.at("paths").as_object()) {
    for (const auto& each : path.value().as_object()) {
      const std::string method(each.key().data(), each.key().size());
      if (method == "parameters") continue;
      out.push_back({std::string(path.key().data(), path.key().size()), method, &each.value()});
    }
  }
  return out;
}

std::vector<const json::value*> OpenApi::Operation::parameters(const OpenApi& file, std::string_view place) const {
  std::vector<const json::value*> out;
  const auto* of_path = member(member(member(&file.document_, "paths"), path), "parameters");
  for (const auto* list : {of_path, member(body, "parameters")}) {
    if (list == nullptr) continue;
    for (const auto& each : list->as_array()) {
      const auto* parameter = file.followed(each);
      const auto* in = member(parameter, "in");
      if (in != nullptr && *in == json::string_view(place.data(), place.size())) out.push_back(parameter);
    }
  }
  return out;
}

const json::value* OpenApi::followed(const json::value& value) const {
  const auto* ref = member(&value, "$ref");
  return ref == nullptr ? &value : resolve(ref->as_string().c_str());
}

std::vector<std::string> OpenApi::broken_references() const {
  std::vector<std::string> out;
  std::vector<const json::value*> open{&document_};
  while (!open.empty()) {
    const json::value& value = *open.back();
    open.pop_back();
    if (value.is_array()) {
      for (const auto& each : value.get_array()) open.push_back(&each);
    }
    if (!value.is_object()) continue;
    for (const auto& each : value.get_object()) open.push_back(&each.value());
    if (followed(value) == nullptr) out.emplace_back(member(&value, "$ref")->as_string().c_str());
  }
  return out;
}

const json::value* OpenApi::response(std::string_view path, std::string_view method, int status) const {
  const auto* operation = member(member(member(&document_, "paths"), path), method);
  const auto* found = member(member(operation, "responses"), std::to_string(status));
  return found == nullptr ? nullptr : followed(*found);
}

const json::value* OpenApi::json_schema(const json::value& response) {
  return member(member(member(&response, "content"), "application/json"), "schema");
}

const json::value* OpenApi::request_schema(std::string_view path, std::string_view method) const {
  const auto* operation = member(member(member(&document_, "paths"), path), method);
  const auto* body = member(operation, "requestBody");
  return body == nullptr ? nullptr : json_schema(*body);
}

const json::value* OpenApi::resolve(std::string_view ref) const {
  if (!ref.starts_with("#/")) return nullptr;
  ref.remove_prefix(2);
  const json::value* at = &document_;
  while (at != nullptr && !ref.empty()) {
    const auto slash = std::min(ref.find('/'), ref.size());
    std::string name(ref.substr(0, slash));  // RFC 6901
    for (auto tilde = name.find("~1"); tilde != std::string::npos; tilde = name.find("~1")) name.replace(tilde, 2, "/");
    at = member(at, name);
    ref.remove_prefix(std::min(slash + 1, ref.size()));
  }
  return at;
}

std::vector<std::string> OpenApi::faults(const json::value& value, const json::value& schema,
                                         Direction direction) const {
  Validator validator(*this, direction);
  validator.check(value, schema, "");
  return std::move(validator.faults);
}

}  // namespace whorl::tests
