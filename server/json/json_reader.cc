#include "server/json/json_reader.h"

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "base/catalogue.h"
#include "server/json/json_text.h"
#include "server/wording.h"

namespace whorl::server {
namespace json = boost::json;

Result<ObjectReader> ObjectReader::of(const json::value& value, FieldPath path) {
  if (!value.is_object())
    return failure(ErrorCode::kWrongType, path.empty() ? FieldPath("body") : path, with<"type">(PhraseCode::kObject));
  return ObjectReader(value.get_object(), std::move(path));
}

FieldPath ObjectReader::path_of(std::string_view name) const { return path_ / name; }

FieldPath ObjectReader::path_of(std::string_view name, std::size_t index) const {
  return path_ / FieldPath(name, index);
}

const json::value* ObjectReader::find(std::string_view name) const { return members_->if_contains(json_view(name)); }

Error ObjectReader::at(std::string_view name, const Error& error) const { return error.within(path_of(name)); }

Status ObjectReader::allow_only(std::span<const std::string_view> names) const {
  for (const auto& member : *members_) {
    const std::string_view name = std_view(member.key());
    if (std::find(names.begin(), names.end(), name) == names.end()) {
      return at(shown(name), failure(ErrorCode::kUnknownProperty, with<"known">(listed(names))));
    }
  }
  return {};
}

Status ObjectReader::refuse(std::span<const std::string_view> names) const {
  for (const auto name : names) {
    if (find(name) != nullptr) return at(name, failure(ErrorCode::kUnsupportedProperty));
  }
  return {};
}

Result<std::optional<std::string_view>> ObjectReader::text(std::string_view name, std::size_t max_bytes) const {
  const json::value* value = find(name);
  if (value == nullptr) return std::optional<std::string_view>();
  if (!value->is_string()) return at(name, failure(ErrorCode::kWrongType, with<"type">(PhraseCode::kString)));
  if (value->get_string().size() > max_bytes) {
    return at(name, failure(ErrorCode::kTextTooLong, with<"most_bytes">(max_bytes)));
  }
  return std::optional(std_view(value->get_string()));
}

Result<std::optional<std::string_view>> ObjectReader::one_of(std::string_view name,
                                                             std::span<const std::string_view> names) const {
  constexpr std::size_t kLongestName = 64;
  WHORL_ASSIGN(auto value, text(name, kLongestName));
  if (value && std::find(names.begin(), names.end(), *value) == names.end()) {
    return at(name, failure(ErrorCode::kNotOneOf, with<"allowed">(listed(names))));
  }
  return value;
}

Result<std::optional<std::int64_t>> ObjectReader::integer(std::string_view name, std::int64_t low,
                                                          std::int64_t high) const {
  const json::value* value = find(name);
  if (value == nullptr) return std::optional<std::int64_t>();
  if (!value->is_int64() || value->get_int64() < low || value->get_int64() > high) {
    return at(name, failure(ErrorCode::kIntegerOutOfRange, with<"least">(low), with<"most">(high)));
  }
  return std::optional(value->get_int64());
}

Result<std::optional<bool>> ObjectReader::boolean(std::string_view name) const {
  const json::value* value = find(name);
  if (value == nullptr) return std::optional<bool>();
  if (!value->is_bool()) return at(name, failure(ErrorCode::kWrongType, with<"type">(PhraseCode::kBoolean)));
  return std::optional(value->get_bool());
}

Result<const json::array*> ObjectReader::array(std::string_view name, std::size_t max_items) const {
  const json::value* value = find(name);
  if (value == nullptr) return static_cast<const json::array*>(nullptr);
  if (!value->is_array()) return at(name, failure(ErrorCode::kWrongType, with<"type">(PhraseCode::kArray)));
  if (value->get_array().size() > max_items) {
    return at(name, failure(ErrorCode::kTooManyItems, with<"most">(max_items)));
  }
  return &value->get_array();
}

Result<std::string_view> ObjectReader::required_text(std::string_view name, std::size_t max_bytes) const {
  WHORL_ASSIGN(const auto value, text(name, max_bytes));
  if (!value) return at(name, failure(ErrorCode::kMissingProperty));
  return *value;
}

Result<const json::array*> ObjectReader::required_array(std::string_view name, std::size_t max_items) const {
  WHORL_ASSIGN(const auto* value, array(name, max_items));
  if (value == nullptr) return at(name, failure(ErrorCode::kMissingProperty));
  return value;
}

}  // namespace whorl::server
