// Unpredictable bytes, through one seam: tests draw theirs from a seeded world.
#pragma once

#include <cstdint>
#include <memory>
#include <span>

#include "base/result.h"
#include "base/world.h"

namespace whorl::crypto {

// Thread-safety: every method may be called from any thread.
class Random {
 public:
  virtual ~Random() = default;
  // Errors: kUnavailable when the generator fails; nothing may be made with `out` then.
  [[nodiscard]] virtual Status fill(std::span<std::uint8_t> out) = 0;
};

// OpenSSL's private generator (NIST SP 800-90A CTR-DRBG), seeded by the kernel. Cost: about 0.5 microseconds a key.
Random& system_random();

// Bytes of the world's own randomness, for runs that repeat from a seed. Of a seeded world they are known to whoever
// knows the seed: for tests alone. `world` must outlive it.
std::unique_ptr<Random> make_random_of(World& world);

}  // namespace whorl::crypto
