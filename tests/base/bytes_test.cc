#include "base/bytes.h"

#include <gtest/gtest.h>

namespace whorl {
namespace {

TEST(Bytes, RoundTripIsBigEndian) {
  const Bytes out = ByteWriter().u8(1).u16(0x0203).u32(0x04050607).u64(8).sized("abc").take();
  EXPECT_EQ(out[1], 2);
  EXPECT_EQ(out[3], 4);
  ByteReader in(out);
  EXPECT_EQ(in.u8(), 1);
  EXPECT_EQ(in.u16(), 0x0203);
  EXPECT_EQ(in.u32(), 0x04050607u);
  EXPECT_EQ(in.u64(), 8u);
  EXPECT_EQ(as_text(in.sized(10)), "abc");
  EXPECT_TRUE(in.finished());
}

TEST(Bytes, ShortReadsFailAndStayFailed) {
  const Bytes three = {1, 2, 3};
  ByteReader in(three);
  EXPECT_EQ(in.u32(), 0u);
  EXPECT_TRUE(in.failed());
  EXPECT_EQ(in.u8(), 0);
  EXPECT_FALSE(in.finished());
}

TEST(Bytes, SizedRefusesMoreThanItsBound) {
  const Bytes out = ByteWriter().sized("abcdef").take();
  ByteReader in(out);
  EXPECT_TRUE(in.sized(5).empty());
  EXPECT_TRUE(in.failed());
}

TEST(Bytes, SizedRefusesALengthBeyondTheInput) {
  const Bytes out = ByteWriter().u32(100).u8(1).take();
  ByteReader in(out);
  EXPECT_TRUE(in.sized(1000).empty());
  EXPECT_TRUE(in.failed());
}

}  // namespace
}  // namespace whorl
