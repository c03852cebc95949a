// The key of one encounter, of one snapshot's chunks, of one value: 32 random bytes that live wrapped (vault.h).
//
// The nonce rule is in the types. A key that was just made seals each of its slots once, and refuses the second time. A
// key that was unwrapped only opens. So what changes gets a new key, and everything under the old one is sealed again;
// and where a key is destroyed, everything under it is.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "crypto/aead.h"
#include "crypto/secret_bytes.h"
#include "crypto/vault/seal_context.h"

namespace whorl::crypto {

// A sealed value: a version byte (1), the ciphertext, and the tag.
inline constexpr std::size_t kSealedOverheadBytes = 1 + kAeadTagBytes;

// Thread-safety: const methods may be called from any thread at once.
class OpeningKey {
 public:
  // What was sealed in this slot and context. Errors: kCorruption when it was another slot, context or key, when the
  // version is unknown, or when a bit differs; nothing is given out then.
  [[nodiscard]] Result<Bytes> open(std::uint64_t slot, const SealContext& context, ByteView sealed) const;
  [[nodiscard]] Result<SecretBytes> open_secret(std::uint64_t slot, const SealContext& context, ByteView sealed) const;
  // Into `out`, kSealedOverheadBytes shorter than `sealed`; all zeros after a failure.
  [[nodiscard]] Status open_into(std::uint64_t slot, const SealContext& context, ByteView sealed,
                                 std::span<std::uint8_t> out) const;

 private:
  friend class Vault;
  friend class SealingKey;
  OpeningKey(const GalleryId& gallery, SecretBytes key) : gallery_(gallery), key_(std::move(key)) {}

  GalleryId gallery_;
  SecretBytes key_;
};

// Thread-safety: none; one thread makes, uses and wraps it.
class SealingKey {
 public:
  // `slot` becomes the nonce. Errors: kInternal when the slot was used before; as aead_seal.
  [[nodiscard]] Result<Bytes> seal(std::uint64_t slot, const SealContext& context, ByteView plain);
  // The half that opens, e.g. to read back what was sealed.
  [[nodiscard]] OpeningKey opening() const { return {opening_.gallery_, opening_.key_.clone()}; }

 private:
  friend class Vault;
  explicit SealingKey(OpeningKey key) : opening_(std::move(key)) {}

  OpeningKey opening_;
  std::vector<std::uint64_t> used_;  // ascending
};

}  // namespace whorl::crypto
