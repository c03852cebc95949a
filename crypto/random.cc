#include "crypto/random.h"

#include <openssl/rand.h>

#include <algorithm>
#include <limits>

namespace whorl::crypto {
namespace {

class SystemRandom final : public Random {
 public:
  Status fill(std::span<std::uint8_t> out) override {
    while (!out.empty()) {
      const std::size_t n = std::min<std::size_t>(out.size(), std::numeric_limits<int>::max());
      if (RAND_priv_bytes(out.data(), static_cast<int>(n)) != 1) {
        return unavailable("the machine's random generator fails: no key can be made");
      }
      out = out.subspan(n);
    }
    return {};
  }
};

class RandomOfWorld final : public Random {
 public:
  explicit RandomOfWorld(World& world) : world_(&world) {}

  Status fill(std::span<std::uint8_t> out) override {
    std::uint64_t bits = 0;
    for (std::size_t i = 0; i < out.size(); ++i) {
      if (i % 8 == 0) bits = world_->random_u64();
      out[i] = static_cast<std::uint8_t>(bits >> (8 * (i % 8)));
    }
    return {};
  }

 private:
  World* world_;
};

}  // namespace

Random& system_random() {
  static SystemRandom random;
  return random;
}

std::unique_ptr<Random> make_random_of(World& world) { return std::make_unique<RandomOfWorld>(world); }

}  // namespace whorl::crypto
