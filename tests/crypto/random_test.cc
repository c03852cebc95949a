// Randomness through its seam.
#include "crypto/random.h"

#include <gtest/gtest.h>

#include <set>

#include "base/bytes.h"

namespace whorl::crypto {
namespace {

TEST(Random, OfTheSystemNeverRepeats) {
  std::set<Bytes> seen;
  for (int i = 0; i < 10'000; ++i) {
    Bytes drawn(16);
    ASSERT_TRUE(system_random().fill(drawn).ok());
    EXPECT_TRUE(seen.insert(drawn).second);
  }
}

TEST(Random, OfASeededWorldRepeatsFromItsSeed) {
  const auto draw = [](std::uint64_t seed) {
    const auto world = make_seeded_world(seed);
    const auto random = make_random_of(*world);
    Bytes out(37);
    EXPECT_TRUE(random->fill(out).ok());
    return out;
  };
  EXPECT_EQ(draw(7), draw(7));
  EXPECT_NE(draw(7), draw(8));
}

}  // namespace
}  // namespace whorl::crypto
