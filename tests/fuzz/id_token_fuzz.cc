// Claims of an ID token, signed by the key that is asked: any are somebody who has signed in, or an error.
#include <chrono>
#include <cstddef>
#include <cstdint>

#include "crypto/jose/id_token.h"
#include "crypto/jose/jwk.h"
#include "tests/fuzz/require.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace whorl;
  using namespace whorl::crypto;
  static const PrivateKey key = *PrivateKey::make(KeyKind::kEd25519);
  static const Jwk known = *parse_jwk(jwk_text(key.public_key(), "k"));
  const std::chrono::system_clock::time_point now{std::chrono::seconds(1'800'000'000)};
  const IdTokenRules rules{.issuer = "https://idp.test", .client = "node-a", .nonce = "n", .roles_claim = "groups"};
  const auto find = [&](std::string_view) { return &known; };
  const auto text = sign_jws(key, {.kid = "k", .typ = "JWT"}, ByteView(data, size));
  if (!text.ok()) return 0;
  const auto token = verify_id_token(*text, find, rules, now);
  if (token.ok()) {
    whorl::fuzz::require(token->issuer == rules.issuer && !token->subject.empty());
    whorl::fuzz::require(!token->signed_in_at || *token->signed_in_at <= now);
  }
  // The same bytes as the token itself never fit.
  whorl::fuzz::require(!verify_id_token(as_text(ByteView(data, size)), find, rules, now).ok());
  return 0;
}
