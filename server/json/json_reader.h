// Reading JSON that came from outside: typed members whose errors name their full path
// ("biometricData[1].resolution"). Every error is kInvalidInput.
#pragma once

#include <boost/json/value.hpp>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"

namespace whorl::server {

// A view of one object and the path it lies at. The value must outlive it.
class ObjectReader {
 public:
  // Error: `value` is not an object.
  static Result<ObjectReader> of(const boost::json::value& value, FieldPath path = {});

  [[nodiscard]] FieldPath path_of(std::string_view name) const;
  [[nodiscard]] FieldPath path_of(std::string_view name, std::size_t index) const;
  [[nodiscard]] const boost::json::value* find(std::string_view name) const;
  // The error as one of the member.
  [[nodiscard]] Error at(std::string_view name, const Error& error) const;

  // Error: a member whose name is not in `names`.
  [[nodiscard]] Status allow_only(std::span<const std::string_view> names) const;
  // Error: a member named in `names` is there; it says that Whorl does not take it.
  [[nodiscard]] Status refuse(std::span<const std::string_view> names) const;

  // Empty or null when absent; an error when of another type or out of bounds.
  [[nodiscard]] Result<std::optional<std::string_view>> text(std::string_view name, std::size_t max_bytes) const;
  [[nodiscard]] Result<std::optional<std::string_view>> one_of(std::string_view name,
                                                               std::span<const std::string_view> names) const;
  [[nodiscard]] Result<std::optional<std::int64_t>> integer(std::string_view name, std::int64_t low,
                                                            std::int64_t high) const;
  [[nodiscard]] Result<std::optional<bool>> boolean(std::string_view name) const;
  [[nodiscard]] Result<const boost::json::array*> array(std::string_view name, std::size_t max_items) const;
  // As above; absent is an error too.
  [[nodiscard]] Result<std::string_view> required_text(std::string_view name, std::size_t max_bytes) const;
  [[nodiscard]] Result<const boost::json::array*> required_array(std::string_view name, std::size_t max_items) const;

 private:
  ObjectReader(const boost::json::object& members, FieldPath path) : members_(&members), path_(std::move(path)) {}
  const boost::json::object* members_;
  FieldPath path_;
};

}  // namespace whorl::server
