#include "base/crc32c.h"

#include <gtest/gtest.h>

#include <random>

namespace whorl {
namespace {

// The slow obvious twin: one bit at a time.
std::uint32_t bitwise(ByteView bytes) {
  std::uint32_t crc = 0xFFFFFFFF;
  for (const std::uint8_t b : bytes) {
    crc ^= b;
    for (int i = 0; i < 8; ++i) crc = (crc >> 1) ^ ((crc & 1) != 0 ? 0x82F63B78U : 0U);
  }
  return ~crc;
}

// RFC 3720, appendix B.4.
TEST(Crc32c, KnownAnswers) {
  EXPECT_EQ(crc32c({}), 0U);
  EXPECT_EQ(crc32c(as_bytes("123456789")), 0xE3069283U);
  EXPECT_EQ(crc32c(Bytes(32, 0)), 0x8A9136AAU);
  EXPECT_EQ(crc32c(Bytes(32, 0xFF)), 0x62A8AB43U);
}

TEST(Crc32c, AgreesWithTheBitwiseTwinAndContinues) {
  std::mt19937 random(7);
  for (std::size_t n = 0; n < 70; ++n) {
    Bytes bytes(n);
    for (auto& b : bytes) b = static_cast<std::uint8_t>(random());
    EXPECT_EQ(crc32c(bytes), bitwise(bytes)) << n;
    const ByteView whole(bytes);
    EXPECT_EQ(crc32c(whole.subspan(n / 3), crc32c(whole.first(n / 3))), bitwise(bytes)) << n;
  }
}

}  // namespace
}  // namespace whorl
