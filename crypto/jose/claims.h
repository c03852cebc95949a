// Claims that access tokens and ID tokens have in common. Private to crypto/jose.
#pragma once

#include <chrono>
#include <optional>
#include <string_view>

#include "crypto/jose/strict_json.h"

namespace whorl::crypto {

inline constexpr std::size_t kMostTokenHeaderBytes = 4096;
inline constexpr std::size_t kMostRoles = 64;

struct TokenTimes {
  std::chrono::system_clock::time_point issued;
  std::chrono::system_clock::time_point expires;
};

// NumericDate: seconds since 1970, of which a fraction is dropped; empty when absent.
Result<std::optional<std::chrono::system_clock::time_point>> time_claim(const JoseMembers& claims,
                                                                        std::string_view name);

// `iat`, `exp` and `nbf`. Errors: jose_malformed; token_expired, token_not_yet_valid.
Result<TokenTimes> times_of(const JoseMembers& claims, std::chrono::seconds leeway,
                            std::chrono::system_clock::time_point now);

}  // namespace whorl::crypto
