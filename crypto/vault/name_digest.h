// Identifiers in the keys of a database: a keyed digest in place of the identifier, so that the disk holds no names.
#pragma once

#include <array>
#include <string_view>

#include "base/bytes.h"
#include "crypto/hmac.h"

namespace whorl::crypto {

// Thread-safety: of() may be called from any thread at once.
class NameDigest {
 public:
  using Digest = std::array<std::uint8_t, 16>;

  // The key never changes while rows are found by it: a rotation of the gallery's key seals it anew and keeps it.
  explicit NameDigest(const SecretBytes& key) : hmac_(key.view()) {}

  // The first 16 bytes of HMAC-SHA-256 over the length of `what`, `what`, and `id`. What is named comes into it: a
  // person and an encounter of the same name have nothing in common. Two of a thousand million names are alike with a
  // chance of 2^-69.
  [[nodiscard]] Digest of(std::string_view what, std::string_view id) const;

 private:
  HmacSha256 hmac_;
};

}  // namespace whorl::crypto
