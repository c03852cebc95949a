// Keys and signatures against RFC 8032, RFC 7748 and RFC 6979's curve, and what is no key.
#include "crypto/key_pair.h"

#include <gtest/gtest.h>

#include "crypto/signature.h"
#include "tests/crypto/hex.h"

namespace whorl::crypto {
namespace {

using tests::unhex;

TEST(KeyPair, Ed25519AgreesWithRfc8032) {
  const auto key =
      PrivateKey::of(KeyKind::kEd25519, unhex("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb"));
  ASSERT_TRUE(key.ok());
  EXPECT_EQ(hex_of(key->public_key().bytes()), "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c");
  const auto signature = sign(*key, Bytes{0x72});
  ASSERT_TRUE(signature.ok());
  EXPECT_EQ(
      hex_of(*signature),
      "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302a"
      "eeb00d291612bb0c00");
  EXPECT_TRUE(signature_fits(key->public_key(), SignatureAlgorithm::kEdDsa, Bytes{0x72}, *signature));
  EXPECT_FALSE(signature_fits(key->public_key(), SignatureAlgorithm::kEdDsa, Bytes{0x73}, *signature));
}

TEST(KeyPair, X25519AgreesWithRfc7748) {
  const auto alice =
      PrivateKey::of(KeyKind::kX25519, unhex("77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a"));
  const auto bob =
      PublicKey::of(KeyKind::kX25519, unhex("de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f"));
  ASSERT_TRUE(alice.ok() && bob.ok());
  const auto secret = agreed_secret(*alice, *bob);
  ASSERT_TRUE(secret.ok());
  EXPECT_EQ(hex_of(secret->view()), "4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742");
}

TEST(KeyPair, BothSidesAgreeOnOneSecret) {
  for (const KeyKind kind : {KeyKind::kX25519, KeyKind::kP256}) {
    const auto a = PrivateKey::make(kind);
    const auto b = PrivateKey::make(kind);
    ASSERT_TRUE(a.ok() && b.ok());
    const auto ab = agreed_secret(*a, b->public_key());
    const auto ba = agreed_secret(*b, a->public_key());
    ASSERT_TRUE(ab.ok() && ba.ok());
    EXPECT_TRUE(equal_in_constant_time(ab->view(), ba->view()));
  }
}

TEST(KeyPair, KeysThatAgreeWithEverybodyAreRefused) {
  const auto mine = PrivateKey::make(KeyKind::kX25519);
  ASSERT_TRUE(mine.ok());
  for (const char* point : {"0000000000000000000000000000000000000000000000000000000000000000",
                            "0100000000000000000000000000000000000000000000000000000000000000",
                            "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
                            "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"}) {
    const auto low = PublicKey::of(KeyKind::kX25519, unhex(point));
    ASSERT_TRUE(low.ok());
    EXPECT_FALSE(agreed_secret(*mine, *low).ok()) << point;
  }
  const auto other_kind = PrivateKey::make(KeyKind::kP256);
  EXPECT_FALSE(agreed_secret(*mine, other_kind->public_key()).ok());
  const auto signing = PrivateKey::make(KeyKind::kEd25519);
  EXPECT_FALSE(agreed_secret(*signing, signing->public_key()).ok());
}

// RFC 6979, A.2.5: the key pair, and a signature of "sample".
TEST(KeyPair, P256AgreesWithRfc6979) {
  const auto key =
      PrivateKey::of(KeyKind::kP256, unhex("c9afa9d845ba75166b5c215767b1d6934e50c3db36e89b127b8a622b120f6721"));
  ASSERT_TRUE(key.ok());
  EXPECT_EQ(
      hex_of(key->public_key().bytes()),
      "0460fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb67903fe1008b8bc99a41ae9e95628bc64f2f1b20c2d7e9f"
      "5177a3c294d4462299");
  const Bytes signature = unhex(
      "efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716f7cb1c942d657c41d436c7a1b6e29f65f3e900dbb9aff406"
      "4dc4ab2f843acda8");
  EXPECT_TRUE(signature_fits(key->public_key(), SignatureAlgorithm::kEs256, as_bytes("sample"), signature));
  EXPECT_FALSE(signature_fits(key->public_key(), SignatureAlgorithm::kEs256, as_bytes("simple"), signature));
}

TEST(KeyPair, PointsAndNumbersThatAreNoKeysAreRefused) {
  Bytes point = unhex(
      "0460fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb67903fe1008b8bc99a41ae9e95628bc64f2f1b20c2d7e9f"
      "5177a3c294d4462299");
  EXPECT_TRUE(PublicKey::of(KeyKind::kP256, point).ok());
  point[64] ^= 1;
  EXPECT_FALSE(PublicKey::of(KeyKind::kP256, point).ok());
  point[0] = 2;
  EXPECT_FALSE(PublicKey::of(KeyKind::kP256, ByteView(point).first(33)).ok());
  EXPECT_FALSE(PublicKey::of(KeyKind::kP256, Bytes(65)).ok());
  EXPECT_FALSE(PublicKey::of(KeyKind::kP256, Bytes{0}).ok());
  EXPECT_FALSE(PublicKey::of(KeyKind::kRsa, Bytes(256, 1)).ok());
  for (const char* number : {"0000000000000000000000000000000000000000000000000000000000000000",
                             "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551",
                             "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff"}) {
    EXPECT_FALSE(PrivateKey::of(KeyKind::kP256, unhex(number)).ok()) << number;
  }
  EXPECT_TRUE(
      PrivateKey::of(KeyKind::kP256, unhex("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632550")).ok());
  for (const KeyKind kind : {KeyKind::kEd25519, KeyKind::kX25519, KeyKind::kP256}) {
    EXPECT_FALSE(PrivateKey::of(kind, Bytes(31, 1)).ok());
    EXPECT_FALSE(PublicKey::of(kind, Bytes(31, 1)).ok());
  }
  EXPECT_FALSE(PrivateKey::of(KeyKind::kRsa, Bytes(32, 1)).ok());
}

TEST(KeyPair, RsaKeysThatAreShortOrOddlyMadeAreRefused) {
  const Bytes exponent{1, 0, 1};
  const auto modulus = [](std::size_t bytes, std::uint8_t first = 0xC1, std::uint8_t last = 0x05) {
    Bytes out(bytes, 0x55);
    out.front() = first;
    out.back() = last;
    return out;
  };
  EXPECT_TRUE(PublicKey::rsa(modulus(256), exponent).ok());
  EXPECT_TRUE(PublicKey::rsa(modulus(512), exponent).ok());
  EXPECT_FALSE(PublicKey::rsa(modulus(255), exponent).ok());
  EXPECT_FALSE(PublicKey::rsa(modulus(256, 0x7F), exponent).ok()) << "2,047 bits";
  EXPECT_FALSE(PublicKey::rsa(modulus(513), exponent).ok());
  EXPECT_FALSE(PublicKey::rsa(modulus(257, 0), exponent).ok()) << "a leading zero";
  EXPECT_FALSE(PublicKey::rsa(modulus(256, 0xC1, 4), exponent).ok()) << "even";
  for (const Bytes& e : {Bytes{}, Bytes{3}, Bytes{1, 0, 0}, Bytes{0, 1, 0, 1}, Bytes{1, 0, 0, 0, 1}}) {
    EXPECT_FALSE(PublicKey::rsa(modulus(256), e).ok()) << hex_of(e);
  }
}

TEST(Signature, FitsItsKeyMessageAndAlgorithmAlone) {
  for (const KeyKind kind : {KeyKind::kEd25519, KeyKind::kP256}) {
    const auto right = kind == KeyKind::kEd25519 ? SignatureAlgorithm::kEdDsa : SignatureAlgorithm::kEs256;
    const auto key = PrivateKey::make(kind);
    const auto other = PrivateKey::make(kind);
    ASSERT_TRUE(key.ok() && other.ok());
    const auto signature = sign(*key, as_bytes("message"));
    ASSERT_TRUE(signature.ok());
    ASSERT_EQ(signature->size(), 64u);
    EXPECT_TRUE(signature_fits(key->public_key(), right, as_bytes("message"), *signature));
    EXPECT_FALSE(signature_fits(other->public_key(), right, as_bytes("message"), *signature));
    for (const auto algorithm : {SignatureAlgorithm::kEdDsa, SignatureAlgorithm::kEs256, SignatureAlgorithm::kRs256,
                                 SignatureAlgorithm::kPs256}) {
      if (algorithm == right) continue;
      EXPECT_FALSE(signature_fits(key->public_key(), algorithm, as_bytes("message"), *signature));
    }
    for (std::size_t i = 0; i < signature->size(); ++i) {
      Bytes changed = *signature;
      changed[i] ^= 4;
      EXPECT_FALSE(signature_fits(key->public_key(), right, as_bytes("message"), changed)) << i;
    }
    for (const std::size_t n : {0u, 32u, 63u}) {
      EXPECT_FALSE(signature_fits(key->public_key(), right, as_bytes("message"), ByteView(*signature).first(n)));
    }
    EXPECT_FALSE(signature_fits(key->public_key(), right, as_bytes("message"), Bytes(64)));
    EXPECT_FALSE(signature_fits(key->public_key(), right, as_bytes("message"), Bytes(64, 0xFF)));
  }
  EXPECT_FALSE(sign(*PrivateKey::make(KeyKind::kX25519), {}).ok());
}

TEST(KeyPair, IsMadeAgainFromItsSecret) {
  for (const KeyKind kind : {KeyKind::kEd25519, KeyKind::kX25519, KeyKind::kP256}) {
    const auto key = PrivateKey::make(kind);
    ASSERT_TRUE(key.ok());
    const auto again = PrivateKey::of(kind, key->secret());
    ASSERT_TRUE(again.ok());
    EXPECT_EQ(again->public_key(), key->public_key());
  }
}

}  // namespace
}  // namespace whorl::crypto
