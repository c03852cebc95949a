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

// `auth_time`: when the person last showed the issuer who they are (OpenID Connect Core 1.0, 2; RFC 9068, 2.2.1); empty
// when absent. Never later than `now`: of a clock that is ahead by up to `leeway` it is `now`. Errors: jose_malformed
// for what is no time; token_not_yet_valid for one that is later.
Result<std::optional<std::chrono::system_clock::time_point>> sign_in_time_of(const JoseMembers& claims,
                                                                             std::chrono::seconds leeway,
                                                                             std::chrono::system_clock::time_point now);

}  // namespace whorl::crypto
