// AES-256-GCM: the published vector, and everything that must be refused.
#include "crypto/aead.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "tests/crypto/hex.h"

namespace whorl::crypto {
namespace {

using tests::unhex;

Nonce nonce_of(const Bytes& bytes) {
  return Nonce::of_sealed(std::span<const std::uint8_t, kAeadNonceBytes>(bytes.data(), kAeadNonceBytes));
}

TEST(Aead, AgreesWithTestCase16OfItsAuthors) {
  const Bytes key = unhex("feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308");
  const Nonce nonce = nonce_of(unhex("cafebabefacedbaddecaf888"));
  const Bytes bound = unhex("feedfacedeadbeeffeedfacedeadbeefabaddad2");
  const Bytes plain = unhex(
      "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657"
      "ba637b39");
  const auto sealed = aead_seal(key, nonce, bound, plain);
  ASSERT_TRUE(sealed.ok());
  EXPECT_EQ(hex_of(*sealed),
            "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa8cb08e48590dbb3da7b08b1056828838c5f61e6393"
            "ba7a0abcc9f66276fc6ece0f4e1768cddf8853bb2d551b");
  const auto opened = aead_open(key, nonce, bound, *sealed);
  ASSERT_TRUE(opened.ok());
  EXPECT_EQ(*opened, plain);
}

TEST(Aead, AnyBitThatIsNotThatOfTheSealingIsRefused) {
  const Bytes key(32, 3);
  const Bytes bound{1, 2, 3};
  const auto sealed = aead_seal(key, Nonce::counted(9), bound, as_bytes("a template"));
  ASSERT_TRUE(sealed.ok());
  for (std::size_t bit = 0; bit < 8 * sealed->size(); ++bit) {
    Bytes changed = *sealed;
    changed[bit / 8] = static_cast<std::uint8_t>(changed[bit / 8] ^ 1u << bit % 8);
    Bytes out(changed.size() - kAeadTagBytes, 0xEE);
    EXPECT_EQ(aead_open_into(key, Nonce::counted(9), bound, changed, out).error().kind, ErrorKind::kCorruption);
    EXPECT_EQ(std::count(out.begin(), out.end(), 0), static_cast<long>(out.size())) << "what failed is not given out";
  }
  for (std::size_t n = 0; n < sealed->size(); ++n) {
    EXPECT_FALSE(aead_open(key, Nonce::counted(9), bound, ByteView(*sealed).first(n)).ok()) << n;
  }
  EXPECT_FALSE(aead_open(Bytes(32, 4), Nonce::counted(9), bound, *sealed).ok());
  EXPECT_FALSE(aead_open(key, Nonce::counted(8), bound, *sealed).ok());
  EXPECT_FALSE(aead_open(key, Nonce::counted(9), Bytes{1, 2}, *sealed).ok());
  EXPECT_FALSE(aead_open(key, Nonce::counted(9), Bytes{1, 2, 4}, *sealed).ok());
}

TEST(Aead, AKeyOfAnotherSizeIsRefused) {
  for (const std::size_t size : {0u, 16u, 31u, 33u}) {
    EXPECT_EQ(aead_seal(Bytes(size), Nonce::counted(1), {}, {}).error().kind, ErrorKind::kInternal);
    EXPECT_EQ(aead_open(Bytes(size), Nonce::counted(1), {}, Bytes(16)).error().kind, ErrorKind::kInternal);
  }
}

TEST(Aead, NothingAndMuchAreSealedAlike) {
  for (const std::size_t size : {0u, 1u, 15u, 16u, 17u, 300'000u}) {
    const Bytes plain(size, 0x5A);
    const auto sealed = aead_seal(Bytes(32, 1), Nonce::counted(size), {}, plain);
    ASSERT_TRUE(sealed.ok());
    EXPECT_EQ(sealed->size(), size + kAeadTagBytes);
    const auto opened = aead_open_secret(Bytes(32, 1), Nonce::counted(size), {}, *sealed);
    ASSERT_TRUE(opened.ok());
    EXPECT_TRUE(equal_in_constant_time(opened->view(), plain));
  }
}

TEST(Aead, ACountedNonceIsTheNumberBigEndian) {
  EXPECT_EQ(hex_of(Nonce::counted(0x0102).view()), "000000000000000000000102");
  EXPECT_EQ(hex_of(Nonce::counted(~std::uint64_t{0}).view()), "00000000ffffffffffffffff");
}

}  // namespace
}  // namespace whorl::crypto
