// The root: the one key that a gallery's keys are sealed under. It seals nothing else.
//
// An interface, so that a key that never leaves a token can stand in its place; today there is the key in memory.
#pragma once

#include <memory>

#include "base/bytes.h"
#include "base/result.h"
#include "crypto/random.h"
#include "crypto/secret_bytes.h"

namespace whorl::crypto {

inline constexpr std::size_t kRootKeyBytes = 32;

// Thread-safety: every method may be called from any thread.
class RootKey {
 public:
  virtual ~RootKey() = default;
  // `key` sealed, with `bound` authenticated beside it. Errors: kUnavailable, kInternal.
  [[nodiscard]] virtual Result<Bytes> seal(ByteView bound, ByteView key) = 0;
  // Errors: kCorruption when another root sealed it, `bound` differs or it is damaged; kUnavailable, kInternal.
  [[nodiscard]] virtual Result<SecretBytes> open(ByteView bound, ByteView sealed) = 0;
};

// AES-256-GCM under a drawn nonce: nonce, ciphertext, tag. `random` must outlive it. Errors: kInvalidInput when the key
// has not kRootKeyBytes, or all of its bytes are the same (a file that was made and never filled).
Result<std::unique_ptr<RootKey>> make_root_key(SecretBytes key, Random& random = system_random());

}  // namespace whorl::crypto
