// The readers of keys and sets of keys on any text; a key that is taken is written and read back as the same one.
#include <cstddef>
#include <cstdint>

#include "crypto/jose/jwk.h"
#include "tests/fuzz/require.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace whorl;
  using namespace whorl::crypto;
  const std::string_view text = as_text(ByteView(data, size));
  if (const auto key = parse_jwk(text); key.ok()) {
    const auto back = parse_jwk(jwk_text(key->key));
    fuzz::require(back.ok() && back->key == key->key && (key->verifies || key->encrypts));
  }
  if (const auto key = parse_private_jwk(text); key.ok()) {
    const auto back = parse_private_jwk(as_text(private_jwk_text(key->key).view()));
    fuzz::require(back.ok() && back->key.public_key() == key->key.public_key());
  }
  if (const auto set = JwkSet::parse(text); set.ok()) fuzz::require(set->keys().size() <= kMostJwkSetKeys);
  return 0;
}
