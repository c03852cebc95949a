#include "templates/codec/native_face.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "base/crc32c.h"

namespace whorl::codec {
namespace {

using testing::HasSubstr;

face::FaceTemplate sample(std::size_t dimension = 128) {
  face::FaceTemplate out;
  out.network.name = "mobilefacenet_y1";
  out.network.digest = {1, 2, 3, 4, 5, 6, 7, 8};
  out.quality = 63;
  std::mt19937 random(5);
  for (std::size_t i = 0; i < dimension; ++i) {
    out.embedding.push_back(static_cast<std::int8_t>(static_cast<int>(random() % 255) - 127));
  }
  out.embedding[7] = -127;
  return out;
}

Bytes with_checksum(const Bytes& bytes) { return ByteWriter().bytes(bytes).u32(crc32c(bytes)).take(); }

// The body of the sample's bytes, without its checksum, one byte changed.
std::string refusal(std::size_t at, std::uint8_t value) {
  Bytes bytes = encode_native_face(sample()).value();
  bytes.resize(bytes.size() - 4);
  bytes[at] = value;
  const auto got = decode_native_face(with_checksum(bytes));
  return got.ok() ? "accepted" : got.error().text();
}

TEST(NativeFace, GivesBackWhatWentIn) {
  for (const std::size_t dimension : {16u, 128u, 256u, 2048u}) {
    const auto bytes = encode_native_face(sample(dimension));
    ASSERT_TRUE(bytes.ok()) << bytes.error().text();
    EXPECT_EQ(*decode_native_face(*bytes), sample(dimension));
    EXPECT_TRUE(is_native_face(*bytes));
  }
}

// The layout that docs/face-template-format.md describes, byte by byte.
TEST(NativeFace, HasTheDocumentedLayout) {
  const Bytes bytes = encode_native_face(sample()).value();
  ASSERT_EQ(bytes.size(), 4u + 1 + 1 + 8 + 1 + 16 + 2 + 128 + 4);
  EXPECT_EQ(as_text(ByteView(bytes).first(4)), "WFAC");
  EXPECT_EQ(bytes[4], 1);
  EXPECT_EQ(bytes[5], 63);
  EXPECT_EQ(bytes[6], 1);
  EXPECT_EQ(bytes[14], 16);
  EXPECT_EQ(as_text(ByteView(bytes).subspan(15, 16)), "mobilefacenet_y1");
  EXPECT_EQ(bytes[31] * 256 + bytes[32], 128);
  EXPECT_EQ(static_cast<std::int8_t>(bytes[33 + 7]), -127);
}

TEST(NativeFace, EveryPrefixAndEveryChangedByteIsRefused) {
  const Bytes whole = encode_native_face(sample()).value();
  for (std::size_t n = 0; n < whole.size(); ++n) EXPECT_FALSE(decode_native_face(ByteView(whole).first(n)).ok()) << n;
  for (std::size_t i = 0; i < whole.size(); ++i) {
    Bytes changed = whole;
    changed[i] ^= 0x40;
    EXPECT_FALSE(decode_native_face(changed).ok()) << i;
  }
}

TEST(NativeFace, ValuesOutOfBoundsAreRefusedUnderARightChecksumToo) {
  EXPECT_THAT(refusal(0, 'X'), HasSubstr("WFAC"));
  EXPECT_THAT(refusal(4, 2), HasSubstr("version 2"));
  EXPECT_THAT(refusal(5, 101), HasSubstr("quality"));
  EXPECT_THAT(refusal(14, 0), HasSubstr("truncated"));
  EXPECT_THAT(refusal(14, 255), HasSubstr("truncated"));
  EXPECT_THAT(refusal(15, '/'), HasSubstr("network"));
  EXPECT_THAT(refusal(32, 127), HasSubstr("bytes follow"));
  EXPECT_THAT(refusal(32, 129), HasSubstr("truncated"));
  EXPECT_THAT(refusal(33, 0x80), HasSubstr("embedding"));  // -128
}

TEST(NativeFace, ATemplateOutOfBoundsIsNotWritten) {
  face::FaceTemplate bad = sample();
  bad.quality = 101;
  EXPECT_FALSE(encode_native_face(bad).ok());
  EXPECT_FALSE(decode_native_face(Bytes(kMaxNativeFaceBytes + 1)).ok());
}

}  // namespace
}  // namespace whorl::codec
