// JSON objects of JOSE: headers, keys, claims. Private to crypto/jose.
//
// Bounded before it is parsed; a name that stands twice is refused, since two readers would see two objects. Errors are
// kInvalidInput (jose_malformed), name the member, and hold nothing of its value. Thread-safe.
#pragma once

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "crypto/jose/wiping_storage.h"

namespace whorl::crypto {

// "{detail}", and the member it is about.
Error jose_malformed(std::string detail, FieldPath field = {});

// Arrays and objects within each other, at most.
inline constexpr std::size_t kMostJoseDepth = 8;

// One object, UTF-8, nothing after it. Errors: also when it is longer than `most_bytes`. With a `storage` that wipes,
// what was parsed lies there alone.
Result<boost::json::object> parse_jose_json(std::string_view text, std::size_t most_bytes,
                                            boost::json::storage_ptr storage = {});

// Members of an object; the object must outlive it.
class JoseMembers {
 public:
  explicit JoseMembers(const boost::json::object& members, FieldPath path = {})
      : members_(&members), path_(std::move(path)) {}

  [[nodiscard]] bool has(std::string_view name) const { return members_->contains(name); }
  [[nodiscard]] const boost::json::value* find(std::string_view name) const { return members_->if_contains(name); }
  [[nodiscard]] Error error(std::string_view name, std::string detail) const;
  // Empty when absent. Errors: another type, or longer.
  [[nodiscard]] Result<std::optional<std::string_view>> text(std::string_view name, std::size_t most_bytes) const;
  // Absent is an error, too.
  [[nodiscard]] Result<std::string_view> required_text(std::string_view name, std::size_t most_bytes) const;
  // One text or an array of texts; empty when absent.
  [[nodiscard]] Result<std::vector<std::string>> texts(std::string_view name, std::size_t most,
                                                       std::size_t most_bytes) const;
  // Base64url of exactly so many bytes; required.
  [[nodiscard]] Result<Bytes> bytes(std::string_view name, std::size_t least, std::size_t most) const;
  // Errors: a member whose name is not in `names`.
  [[nodiscard]] Status allow_only(std::initializer_list<std::string_view> names) const;
  [[nodiscard]] FieldPath path(std::string_view name) const { return path_ / FieldPath(name); }

 private:
  const boost::json::object* members_;
  FieldPath path_;
};

}  // namespace whorl::crypto
