// AES Key Wrap against RFC 3394, section 4.
#include "crypto/key_wrap.h"

#include <gtest/gtest.h>

#include "base/sha256.h"
#include "tests/crypto/hex.h"

namespace whorl::crypto {
namespace {

using tests::unhex;

const Bytes kWrapping = unhex("000102030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F");

TEST(KeyWrap, AgreesWithRfc3394) {
  const struct {
    const char* key;
    const char* wrapped;
  } rows[] = {{"00112233445566778899aabbccddeeff", "64e8c3f9ce0f5ba263e9777905818a2a93c8191e7d6e8ae7"},
              {"00112233445566778899aabbccddeeff000102030405060708090a0b0c0d0e0f",
               "28c9f404c4b810f4cbccb35cfb87f8263f5786e2d80ed326cbc7f0e71a99f43bfb988b9b7a02dd21"}};
  for (const auto& row : rows) {
    const auto wrapped = wrap_key(kWrapping, unhex(row.key));
    ASSERT_TRUE(wrapped.ok());
    EXPECT_EQ(hex_of(*wrapped), row.wrapped);
    const auto key = unwrap_key(kWrapping, *wrapped);
    ASSERT_TRUE(key.ok());
    EXPECT_EQ(hex_of(key->view()), row.key);
  }
}

TEST(KeyWrap, AnyBitThatDiffersIsRefused) {
  const auto wrapped = wrap_key(kWrapping, Bytes(32, 8));
  ASSERT_TRUE(wrapped.ok());
  for (std::size_t bit = 0; bit < 8 * wrapped->size(); ++bit) {
    Bytes changed = *wrapped;
    changed[bit / 8] = static_cast<std::uint8_t>(changed[bit / 8] ^ 1u << bit % 8);
    EXPECT_EQ(unwrap_key(kWrapping, changed).error().kind, ErrorKind::kCorruption);
  }
  EXPECT_FALSE(unwrap_key(Bytes(32, 1), *wrapped).ok());
}

TEST(KeyWrap, OtherSizesAreRefused) {
  for (const std::size_t size : {0u, 8u, 17u, 72u}) EXPECT_FALSE(wrap_key(kWrapping, Bytes(size)).ok()) << size;
  for (const std::size_t size : {0u, 7u, 8u, 16u, 23u, 41u, 80u}) {
    EXPECT_FALSE(unwrap_key(kWrapping, Bytes(size)).ok()) << size;
  }
  EXPECT_FALSE(wrap_key(Bytes(16), Bytes(32)).ok());
}

}  // namespace
}  // namespace whorl::crypto
