// Passwords as scrypt keeps them.
#include "crypto/password.h"

#include <gtest/gtest.h>

namespace whorl::crypto {
namespace {

// N = 2^14, r = 8, p = 1 over "pleaseletmein" with the salt "SodiumChloride": RFC 7914, section 12, has it with 64
// bytes, of which these are the first 32. The salt is two bytes short of what is taken from a file; the digest is the
// same.
TEST(Password, IsScryptOfRfc7914) {
  PasswordHash hash{14, 1, Bytes{'S', 'o', 'd', 'i', 'u', 'm', 'C', 'h', 'l', 'o', 'r', 'i', 'd', 'e'}, {}};
  hash.digest = {0x70, 0x23, 0xbd, 0xcb, 0x3a, 0xfd, 0x73, 0x48, 0x46, 0x1c, 0x06, 0xcd, 0x81, 0xfd, 0x38, 0xeb,
                 0xfd, 0xa8, 0xfb, 0xba, 0x90, 0x4f, 0x8e, 0x3e, 0xa9, 0xb5, 0x43, 0xf6, 0x54, 0x5d, 0xa1, 0xf2};
  EXPECT_TRUE(password_fits(hash, "pleaseletmein"));
  EXPECT_FALSE(password_fits(hash, "pleaseletmeim"));
  EXPECT_FALSE(password_fits(hash, ""));
}

TEST(Password, GoesThroughItsTextAndFitsAlone) {
  const auto hash = hash_password("correct horse battery");
  ASSERT_TRUE(hash.ok());
  const auto read = parse_password_hash(password_hash_text(*hash));
  ASSERT_TRUE(read.ok()) << read.error().text();
  EXPECT_EQ(password_hash_text(*read), password_hash_text(*hash));
  EXPECT_TRUE(password_fits(*read, "correct horse battery"));
  EXPECT_FALSE(password_fits(*read, "correct horse batterz"));
  EXPECT_FALSE(password_fits(*read, std::string(kMostPasswordBytes + 1, 'x')));
  const auto again = hash_password("correct horse battery");
  EXPECT_NE(again->digest, hash->digest) << "two people with one password have two digests";
}

TEST(Password, WeakOnesAndThoseTooLongAreNotMade) {
  EXPECT_FALSE(hash_password("elevenbytes").ok());
  EXPECT_FALSE(hash_password(std::string(129, 'x')).ok());
}

TEST(Password, WhatWouldBeWeakOrTakeTheMemoryIsNoHash) {
  const std::string salt = "AAAAAAAAAAAAAAAAAAAAAA";
  const std::string digest = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
  EXPECT_TRUE(parse_password_hash("scrypt$15$8$1$" + salt + "$" + digest).ok());
  const std::string wrong[] = {"",
                               "scrypt",
                               "plain$15$8$1$" + salt + "$" + digest,
                               "scrypt$13$8$1$" + salt + "$" + digest,
                               "scrypt$18$8$1$" + salt + "$" + digest,
                               "scrypt$015$8$1$" + salt + "$" + digest,
                               "scrypt$-1$8$1$" + salt + "$" + digest,
                               "scrypt$15$16$1$" + salt + "$" + digest,
                               "scrypt$15$8$5$" + salt + "$" + digest,
                               "scrypt$15$8$0$" + salt + "$" + digest,
                               "scrypt$15$8$1$" + salt.substr(1) + "$" + digest,
                               "scrypt$15$8$1$" + salt + "$" + digest + "A",
                               "scrypt$15$8$1$" + salt + "$" + digest + "$",
                               std::string(100'000, '$')};
  for (const std::string& text : wrong) {
    const auto hash = parse_password_hash(text);
    ASSERT_FALSE(hash.ok()) << text;
    EXPECT_EQ(hash.error().text().find(salt.substr(1)), std::string::npos) << "an error holds no hash";
  }
}

}  // namespace
}  // namespace whorl::crypto
