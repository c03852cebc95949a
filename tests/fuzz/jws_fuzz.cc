// The reader of signed texts on any text, and the reader of a token's claims and headers on any bytes, rightly signed.
#include <cstddef>
#include <cstdint>
#include <string>

#include "crypto/jose/base64url.h"
#include "crypto/jose/token.h"
#include "crypto/signature.h"
#include "tests/fuzz/require.h"

namespace {

using namespace whorl;
using namespace whorl::crypto;

const PrivateKey& key() {
  static const PrivateKey made = *PrivateKey::of(KeyKind::kEd25519, Bytes(32, 7));
  return made;
}

const Jwk* find(std::string_view) {
  static const Jwk known = *parse_jwk(jwk_text(key().public_key()));
  return &known;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const ByteView bytes(data, size);
  const std::string_view text = as_text(bytes);
  const TokenRules rules{.issuer = "https://idp.test", .audience = "node", .roles_claim = "roles"};
  const std::chrono::system_clock::time_point now(std::chrono::seconds(1'800'000'000));
  if (const auto jws = verify_jws(text, find); jws.ok()) fuzz::require(verify_jws(text, find, {.types = {}}).ok());
  (void)verify_jws_detached(text, bytes, find);
  (void)verify_token(text, find, rules, now);

  const auto token = sign_jws(key(), {.kid = "", .typ = "at+jwt", .cty = ""}, bytes);
  fuzz::require(token.ok());
  if (const auto good = verify_token(*token, find, rules, now); good.ok()) {
    fuzz::require(good->issuer == rules.issuer && !good->subject.empty() && good->scopes.size() <= kMostScopes);
  }
  const std::string with_header = base64url(bytes) + ".e30";
  const auto signature = sign(key(), as_bytes(with_header));
  fuzz::require(signature.ok());
  const auto jws = verify_jws(with_header + "." + base64url(*signature), find, {.known_members_only = false});
  if (jws.ok()) fuzz::require(as_text(jws->payload) == "{}");
  return 0;
}
