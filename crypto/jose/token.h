// Bearer tokens: JWT access tokens (RFC 7519, RFC 9068) under the rules of RFC 8725.
//
// Thread-safe: pure functions of the token, the keys, the rules and the time.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/sha256.h"
#include "crypto/jose/jws.h"

namespace whorl::crypto {

inline constexpr std::size_t kMostTokenBytes = 8 * 1024;
inline constexpr std::size_t kMostAudiences = 16;
inline constexpr std::size_t kMostScopes = 128;
inline constexpr std::size_t kMostClaimBytes = 512;

struct TokenRules {
  std::string issuer;    // `iss`, to the letter
  std::string audience;  // one of `aud`
  std::vector<std::string> types = {"at+jwt", "JWT"};
  std::chrono::seconds leeway{60};          // by which the clocks may differ
  std::chrono::seconds longest_life{3600};  // from `iat` to `exp`
  std::string roles_claim = {};             // the claim that holds roles, a text or an array; empty: none does
};

struct Token {
  std::string issuer;
  std::string subject;
  std::string client = {};  // `client_id`, else `azp`
  std::vector<std::string> scopes = {};
  std::vector<std::string> roles = {};
  std::chrono::system_clock::time_point issued;
  std::chrono::system_clock::time_point expires;
  // `auth_time`: when the person last showed the issuer who they are, never later than now. A token that was renewed
  // without them keeps it (RFC 9068, 2.2.1).
  std::optional<std::chrono::system_clock::time_point> signed_in_at = {};
  // `cnf` `x5t#S256` (RFC 8705): SHA-256 of the certificate that the caller of TLS must have.
  std::optional<Sha256> certificate = {};
};

// Who is speaking, if the token is good now. Its key says the algorithm; EdDSA, ES256, RS256 and PS256 are known.
// Errors, all with a code and none with a claim's value: jose_malformed for what is no token, holds a claim of another
// type, or lacks `iss`, `sub`, `aud`, `exp` or `iat`; key_unknown, signature_wrong; token_type, token_issuer,
// token_audience, token_expired, token_not_yet_valid, token_too_long_lived. No claim is looked at before the signature
// fits.
Result<Token> verify_token(std::string_view token, const JwkFinder& find, const TokenRules& rules,
                           std::chrono::system_clock::time_point now);

}  // namespace whorl::crypto
