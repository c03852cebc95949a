// Keyed digests and keys from keys: HMAC-SHA-256 (RFC 2104, FIPS 198-1), HKDF-SHA-256 (RFC 5869).
#pragma once

#include <initializer_list>
#include <memory>

#include "base/bytes.h"
#include "base/result.h"
#include "base/sha256.h"
#include "crypto/secret_bytes.h"

namespace whorl::crypto {

// A key that was prepared once, for many short texts. Thread-safety: of() may be called from any thread at once.
class HmacSha256 {
 public:
  // `key` may be of any length; 32 bytes are meant. Throws std::bad_alloc when memory is short.
  explicit HmacSha256(ByteView key);
  HmacSha256(HmacSha256&&) noexcept;
  HmacSha256& operator=(HmacSha256&&) noexcept;
  ~HmacSha256();

  // Of the pieces one after another: where they could be cut otherwise, put their lengths among them. Throws
  // std::bad_alloc when memory is short. Cost: about a microsecond.
  [[nodiscard]] Sha256 of(std::initializer_list<ByteView> pieces) const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

inline constexpr std::size_t kMostHkdfBytes = 255 * 32;

// Extract and expand. `secret` must be hard to guess by itself: this is no function for passwords. `info` says what the
// key is for. Errors: kInternal when `bytes` is 0 or more than kMostHkdfBytes, or the library refuses. Thread-safe.
Result<SecretBytes> hkdf_sha256(ByteView secret, ByteView salt, ByteView info, std::size_t bytes);

}  // namespace whorl::crypto
