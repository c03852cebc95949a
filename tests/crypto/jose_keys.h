// Keys of the RFCs' examples, and a finder of one key.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "crypto/jose/jwe.h"
#include "crypto/jose/jwk.h"
#include "crypto/jose/jws.h"

namespace whorl::tests {

// RFC 8037, appendix A.1.
inline constexpr std::string_view kEd25519Private =
    R"({"kty":"OKP","crv":"Ed25519","d":"nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A",
        "x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"})";
inline constexpr std::string_view kEd25519Public =
    R"({"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"})";
// RFC 7515, appendix A.3.
inline constexpr std::string_view kP256Private =
    R"({"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
        "y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0","d":"jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI"})";
// RFC 7515, appendix A.2; the public members.
inline constexpr std::string_view kRsaPublic =
    R"({"kty":"RSA","e":"AQAB","n":"ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP)"
    R"(1Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-)"
    R"(KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2eth)"
    R"(FkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ"})";

inline crypto::Jwk jwk(std::string_view text) {
  auto key = crypto::parse_jwk(text);
  EXPECT_TRUE(key.ok()) << key.error().text();
  return *key;
}
inline crypto::PrivateJwk private_jwk(std::string_view text) {
  auto key = crypto::parse_private_jwk(text);
  EXPECT_TRUE(key.ok()) << key.error().text();
  return std::move(*key);
}
// The same key as one that verifies.
inline crypto::Jwk verifying(const crypto::PrivateKey& key) { return jwk(crypto::jwk_text(key.public_key())); }

// Whatever the name, this key.
inline crypto::JwkFinder always(const crypto::Jwk& key) {
  return [&key](std::string_view) { return &key; };
}
inline crypto::JweKeyFinder always(const crypto::JweKey& key) {
  return [&key](std::string_view) { return &key; };
}

}  // namespace whorl::tests
