// HMAC and HKDF against RFC 4231 and RFC 5869.
#include "crypto/hmac.h"

#include <gtest/gtest.h>

#include "tests/crypto/hex.h"

namespace whorl::crypto {
namespace {

using tests::unhex;

TEST(Hmac, AgreesWithRfc4231) {
  EXPECT_EQ(hex_of(HmacSha256(Bytes(20, 0x0b)).of({as_bytes("Hi There")})),
            "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
  EXPECT_EQ(hex_of(HmacSha256(as_bytes("Jefe")).of({as_bytes("what do ya want "), as_bytes("for nothing?")})),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  EXPECT_EQ(
      hex_of(HmacSha256(Bytes(131, 0xaa)).of({as_bytes("Test Using Larger Than Block-Size Key - Hash Key First")})),
      "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
}

TEST(Hmac, OfAnEmptyKeyAndTextIsThatOfTheStandard) {
  EXPECT_EQ(hex_of(HmacSha256(Bytes()).of({})), "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad");
}

TEST(Hmac, OfOneKeyIsTheSameEveryTime) {
  const HmacSha256 hmac(Bytes(32, 1));
  const Sha256 first = hmac.of({as_bytes("a")});
  EXPECT_NE(hmac.of({as_bytes("b")}), first);
  EXPECT_EQ(hmac.of({as_bytes("a")}), first);
}

TEST(Hkdf, AgreesWithRfc5869) {
  const auto first =
      hkdf_sha256(Bytes(22, 0x0b), unhex("000102030405060708090a0b0c"), unhex("f0f1f2f3f4f5f6f7f8f9"), 42);
  ASSERT_TRUE(first.ok());
  EXPECT_EQ(hex_of(first->view()),
            "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865");
  const auto third = hkdf_sha256(Bytes(22, 0x0b), {}, {}, 42);
  ASSERT_TRUE(third.ok());
  EXPECT_EQ(hex_of(third->view()),
            "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8");
}

TEST(Hkdf, MakesNoMoreThanTheStandardAllows) {
  EXPECT_TRUE(hkdf_sha256(Bytes(32, 1), {}, {}, kMostHkdfBytes).ok());
  EXPECT_FALSE(hkdf_sha256(Bytes(32, 1), {}, {}, kMostHkdfBytes + 1).ok());
  EXPECT_FALSE(hkdf_sha256(Bytes(32, 1), {}, {}, 0).ok());
}

}  // namespace
}  // namespace whorl::crypto
