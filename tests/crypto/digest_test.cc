// Digests that others may choose from: the examples of FIPS 180-4.
#include "crypto/digest.h"

#include <gtest/gtest.h>

#include "base/sha256.h"

namespace whorl::crypto {
namespace {

TEST(Digest, AgreesWithTheStandardsExamples) {
  const auto of_abc = [](DigestKind kind) { return hex_of(*digest_of(kind, as_bytes("abc"))); };
  EXPECT_EQ(of_abc(DigestKind::kSha256), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(of_abc(DigestKind::kSha384),
            "cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed8086072ba1e7cc2358baeca134c825a7");
  EXPECT_EQ(of_abc(DigestKind::kSha512),
            "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
            "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f");
  EXPECT_EQ(*digest_of(DigestKind::kSha256, {}), [] {
    const Sha256 empty = *sha256({});
    return Bytes(empty.begin(), empty.end());
  }());
}

}  // namespace
}  // namespace whorl::crypto
