// The reader of encrypted texts on any text, and the reader of their headers on any bytes, rightly sealed.
#include <cstddef>
#include <cstdint>
#include <string>

#include "crypto/aead.h"
#include "crypto/jose/base64url.h"
#include "crypto/jose/jwe.h"
#include "tests/fuzz/require.h"

namespace {

using namespace whorl;
using namespace whorl::crypto;

JweKey key_of(KeyKind kind, JweAlgorithm algorithm) {
  JweKey out;
  out.algorithm = algorithm;
  if (algorithm == JweAlgorithm::kDirect) {
    out.shared = SecretBytes::copy_of(Bytes(32, 7));
  } else {
    out.key = *PrivateKey::of(kind, Bytes(32, 7));
  }
  return out;
}

const JweKey* find(std::string_view kid) {
  static const JweKey agreed = key_of(KeyKind::kX25519, JweAlgorithm::kEcdhEs);
  static const JweKey wrapped = key_of(KeyKind::kP256, JweAlgorithm::kEcdhEsA256Kw);
  static const JweKey shared = key_of(KeyKind::kX25519, JweAlgorithm::kDirect);
  return kid == "x" ? &agreed : kid == "p" ? &wrapped : &shared;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const ByteView bytes(data, size);
  (void)decrypt_jwe(as_text(bytes), find);

  const std::string header = base64url(bytes);
  const Nonce nonce = Nonce::counted(size);
  const auto sealed = aead_seal(find("")->shared.view(), nonce, as_bytes(header), as_bytes("plaintext"));
  fuzz::require(sealed.ok());
  const ByteView content(*sealed);
  const auto jwe = decrypt_jwe(header + ".." + base64url(nonce.view()) + "." + base64url(content.first(9)) + "." +
                                   base64url(content.last(kAeadTagBytes)),
                               find);
  if (jwe.ok()) fuzz::require(as_text(jwe->plaintext) == "plaintext");
  return 0;
}
