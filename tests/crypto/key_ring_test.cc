// The ring of named secrets, its bytes, and digests of names.
#include "crypto/vault/key_ring.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "crypto/vault/name_digest.h"
#include "tests/crypto/vault_fixture.h"

namespace whorl::crypto {
namespace {

KeyRing small_ring() {
  KeyRing ring;
  EXPECT_TRUE(ring.put("names", SecretBytes::copy_of(Bytes(32, 1))).ok());
  EXPECT_TRUE(ring.put("audit/2026-11", SecretBytes::copy_of(Bytes(32, 2))).ok());
  EXPECT_TRUE(ring.put("exchange:identity", SecretBytes::copy_of(Bytes(5, 3))).ok());
  return ring;
}

std::string shown(const KeyRing& ring) {
  std::string out;
  ring.each([&](std::string_view name, const SecretBytes& secret) {
    out += std::string(name) + "=" + std::to_string(secret.size()) + "x" + std::to_string(secret.view().front()) + " ";
  });
  return out;
}

TEST(KeyRing, IsReadBackAsItWas) {
  const auto back = KeyRing::decode(small_ring().encoded().view());
  ASSERT_TRUE(back.ok()) << back.error().text();
  EXPECT_EQ(shown(*back), "audit/2026-11=32x2 exchange:identity=5x3 names=32x1 ");
  EXPECT_EQ(back->find("names")->view().front(), 1);
  EXPECT_EQ(back->find("nobody"), nullptr);
  EXPECT_EQ(KeyRing::decode(KeyRing().encoded().view())->size(), 0u);
}

TEST(KeyRing, ReplacesAndForgets) {
  KeyRing ring = small_ring();
  EXPECT_TRUE(ring.put("names", SecretBytes::copy_of(Bytes(16, 9))).ok());
  EXPECT_TRUE(ring.erase("audit/2026-11"));
  EXPECT_FALSE(ring.erase("audit/2026-11"));
  EXPECT_EQ(shown(ring), "exchange:identity=5x3 names=16x9 ");
}

TEST(KeyRing, TakesNoNamesOrSecretsThatItCouldNotReadBack) {
  KeyRing ring;
  for (const std::string& name : {std::string(), std::string("A"), std::string("a b"), std::string(65, 'a')}) {
    EXPECT_FALSE(ring.put(name, SecretBytes(1)).ok()) << name;
  }
  EXPECT_FALSE(ring.put("a", SecretBytes()).ok());
  EXPECT_FALSE(ring.put("a", SecretBytes(KeyRing::kMostSecretBytes + 1)).ok());
  for (std::size_t i = 0; i < KeyRing::kMostSecrets; ++i) ASSERT_TRUE(ring.put(std::to_string(i), SecretBytes(1)).ok());
  EXPECT_EQ(ring.put("one-more", SecretBytes(1)).error().kind, ErrorKind::kExhausted);
  EXPECT_TRUE(ring.put("7", SecretBytes(2)).ok());
}

TEST(KeyRing, BytesThatItDidNotWriteAreRefused) {
  const SecretBytes encoded = small_ring().encoded();
  const Bytes good(encoded.view().begin(), encoded.view().end());
  for (std::size_t n = 0; n < good.size(); ++n) EXPECT_FALSE(KeyRing::decode(ByteView(good).first(n)).ok()) << n;
  Bytes longer = good;
  longer.push_back(0);
  EXPECT_FALSE(KeyRing::decode(longer).ok());
  Bytes version = good;
  version[0] = 2;
  EXPECT_FALSE(KeyRing::decode(version).ok());
  // Two of one name, and names out of order.
  EXPECT_FALSE(KeyRing::decode(Bytes{1, 0, 2, 1, 'a', 0, 1, 7, 1, 'a', 0, 1, 8}).ok());
  EXPECT_FALSE(KeyRing::decode(Bytes{1, 0, 2, 1, 'b', 0, 1, 7, 1, 'a', 0, 1, 8}).ok());
  EXPECT_TRUE(KeyRing::decode(Bytes{1, 0, 2, 1, 'a', 0, 1, 7, 1, 'b', 0, 1, 8}).ok());
}

using KeyRingInVault = tests::VaultTest;

TEST_F(KeyRingInVault, AnEarlierRingIsRefusedByItsNumber) {
  const Vault vault = vault_with({gallery_key(1)});
  const auto at = [](std::uint64_t number) {
    return SealContext{.kind = "ring", .family = "keys", .key = as_bytes("ring"), .version = number};
  };
  const auto first = vault.seal(at(1), small_ring().encoded().view());
  const auto second = vault.seal(at(2), KeyRing().encoded().view());
  ASSERT_TRUE(first.ok() && second.ok());
  const auto opened = vault.open_secret(at(1), *first);
  ASSERT_TRUE(opened.ok());
  EXPECT_EQ(KeyRing::decode(opened->view())->size(), 3u);
  EXPECT_FALSE(vault.open_secret(at(2), *first).ok());
}

TEST(NameDigest, DependsOnTheKeyTheKindAndTheName) {
  const NameDigest digest(SecretBytes::copy_of(Bytes(32, 4)));
  const NameDigest other(SecretBytes::copy_of(Bytes(32, 5)));
  EXPECT_EQ(digest.of("person", "anna"), digest.of("person", "anna"));
  EXPECT_NE(digest.of("person", "anna"), digest.of("person", "annb"));
  EXPECT_NE(digest.of("person", "anna"), digest.of("encounter", "anna"));
  EXPECT_NE(digest.of("person", "anna"), digest.of("persona", "nna"));
  EXPECT_NE(digest.of("person", "anna"), other.of("person", "anna"));
}

}  // namespace
}  // namespace whorl::crypto
