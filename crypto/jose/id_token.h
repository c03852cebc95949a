// ID tokens: what an identity provider says of who has just signed in there (OpenID Connect Core 1.0, 2 and 3.1.3.7),
// under the rules of RFC 8725.
//
// Thread-safe: pure functions of the token, the keys, the rules and the time.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "crypto/jose/jws.h"

namespace whorl::crypto {

inline constexpr std::size_t kMostIdTokenBytes = 16 * 1024;

struct IdTokenRules {
  std::string issuer;                // `iss`, to the letter
  std::string client;                // this node's name at the provider: one of `aud`
  std::string nonce;                 // of this sign-in
  std::chrono::seconds leeway{60};   // by which the clocks may differ
  std::chrono::seconds oldest{300};  // since `iat`: it was made for this sign-in
  std::string roles_claim = {};      // the claim that holds roles, a text or an array; empty: none does
};

struct IdToken {
  std::string issuer;
  std::string subject;
  std::vector<std::string> roles = {};  // as the provider names them
  // `auth_time`: when they last showed the provider who they are, never later than now; empty where it does not say.
  std::optional<std::chrono::system_clock::time_point> signed_in_at = {};
};

// Who has signed in. Its key says the algorithm; EdDSA, ES256, RS256 and PS256 are known. Errors, all with a code and
// none with a claim's value: jose_malformed for what is no ID token, lacks `iss`, `sub`, `aud`, `exp` or `iat`, or has
// another `nonce`; key_unknown, signature_wrong; token_type, token_issuer; token_audience where it is for others, or
// for others, too, and `azp` does not name this client; token_expired, token_not_yet_valid; token_too_long_lived where
// it is older than `oldest`. No claim is looked at before the signature fits.
Result<IdToken> verify_id_token(std::string_view token, const JwkFinder& find, const IdTokenRules& rules,
                                std::chrono::system_clock::time_point now);

}  // namespace whorl::crypto
