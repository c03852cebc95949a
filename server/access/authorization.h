// The header Authorization: a bearer token (RFC 6750), or name and password (RFC 7617).
//
// Thread-safe: pure functions. Bounded before anything is parsed; errors hold nothing of what they refuse.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <variant>

#include "base/result.h"

namespace whorl::server {

inline constexpr std::size_t kMostAuthorizationBytes = 8 * 1024 + 16;

struct BearerToken {
  std::string token;
};
struct NameAndPassword {
  std::string name;
  std::string password;
};
// Nothing where the request has no such header.
using Authorization = std::variant<std::monostate, BearerToken, NameAndPassword>;

// Of every value of the header. Errors: kInvalidInput (header_twice); kUnauthorised (token_refused) for another scheme,
// a longer one, and characters that the scheme has none of.
Result<Authorization> read_authorization(std::span<const std::string> values);

}  // namespace whorl::server
