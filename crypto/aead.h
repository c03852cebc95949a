// Authenticated encryption: AES-256-GCM (NIST SP 800-38D) with a 16-byte tag.
//
// A nonce may be used once under a key: twice gives away both texts and lets anybody forge. So a nonce is a type of its
// own that is made in two ways, and each way says what its user must hold:
// - counted(n): a key that seals every number once, at most. crypto/vault/data_key.h holds that by its own count.
// - drawn: 96 random bits, for at most kMostDrawnNonces texts under a key; two of 2^28 are alike with a chance of
// 2^-41.
//
// Thread-safe. Cost: about a microsecond and 0.2 ns a byte.
#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "base/bytes.h"
#include "base/result.h"
#include "crypto/random.h"
#include "crypto/secret_bytes.h"

namespace whorl::crypto {

inline constexpr std::size_t kAeadKeyBytes = 32;
inline constexpr std::size_t kAeadNonceBytes = 12;
inline constexpr std::size_t kAeadTagBytes = 16;
inline constexpr std::uint64_t kMostDrawnNonces = std::uint64_t{1} << 28;
// Of one text; the standard allows 64 GiB.
inline constexpr std::size_t kMostAeadBytes = std::size_t{1} << 30;

class Nonce {
 public:
  // Four zero bytes and the number, big-endian.
  static Nonce counted(std::uint64_t number);
  static Result<Nonce> drawn(Random& random);
  // Of a text that was sealed, to open it. Not for sealing.
  static Nonce of_sealed(std::span<const std::uint8_t, kAeadNonceBytes> bytes);

  [[nodiscard]] ByteView view() const { return bytes_; }

 private:
  std::array<std::uint8_t, kAeadNonceBytes> bytes_{};
};

// Ciphertext and tag, 16 bytes longer than `plain`. `bound` is authenticated beside it, and not kept. Errors: kInternal
// when the key has not 32 bytes, the text more than kMostAeadBytes, or the library refuses.
Result<Bytes> aead_seal(ByteView key, const Nonce& nonce, ByteView bound, ByteView plain);
// Into `out`, which must be 16 bytes longer than `plain` and not overlap it.
Status aead_seal_into(ByteView key, const Nonce& nonce, ByteView bound, ByteView plain, std::span<std::uint8_t> out);

// The plaintext. Errors: kCorruption when key, nonce, `bound` or a bit of `sealed` is not that of the sealing; the
// sentence does not say which. kInternal as above. Nothing of a text that failed is given out.
Result<Bytes> aead_open(ByteView key, const Nonce& nonce, ByteView bound, ByteView sealed);
Result<SecretBytes> aead_open_secret(ByteView key, const Nonce& nonce, ByteView bound, ByteView sealed);
// Into `out`, which must be 16 bytes shorter than `sealed`; it is all zeros after a failure.
Status aead_open_into(ByteView key, const Nonce& nonce, ByteView bound, ByteView sealed, std::span<std::uint8_t> out);

}  // namespace whorl::crypto
