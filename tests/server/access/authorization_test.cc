// The header Authorization, as clients send it and as attackers do.
#include "server/access/authorization.h"

#include <gtest/gtest.h>

#include <vector>

namespace whorl::server {
namespace {

std::string code(const std::vector<std::string>& values) {
  const auto read = read_authorization(values);
  return read.ok() ? "ok" : std::string(read.error().code());
}

TEST(Authorization, IsATokenOrANameWithItsPassword) {
  EXPECT_TRUE(std::holds_alternative<std::monostate>(*read_authorization({})));
  const std::vector<std::string> token{"Bearer a.b-c_~+/="};
  EXPECT_EQ(std::get<BearerToken>(*read_authorization(token)).token, "a.b-c_~+/=");
  const std::vector<std::string> lower{"bearer   x "};
  EXPECT_EQ(std::get<BearerToken>(*read_authorization(lower)).token, "x");
  const std::vector<std::string> basic{"Basic YW5uYTphIHBhc3M6d29yZA=="};
  const auto named = std::get<NameAndPassword>(*read_authorization(basic));
  EXPECT_EQ(named.name, "anna");
  EXPECT_EQ(named.password, "a pass:word");
}

TEST(Authorization, WhatIsNoneIsRefused) {
  EXPECT_EQ(code({"Bearer a", "Bearer a"}), "header_twice");
  for (const std::string& value :
       {std::string(), std::string("Bearer"), std::string("Bearer "), std::string("Bearer a b"),
        std::string("Bearer a,b"), std::string("Bearer \"a\""), std::string("Bearer a\0b", 10), std::string("Token a"),
        std::string("Digest username=x"), std::string("Negotiate YQ=="), std::string("Basic ="),
        std::string("Basic YW5uYQ=="), std::string("Basic OnBhc3M="), std::string("Basic a.b"),
        "Bearer " + std::string(kMostAuthorizationBytes, 'a')}) {
    EXPECT_EQ(code({value}), "token_refused") << value.substr(0, 40);
  }
}

}  // namespace
}  // namespace whorl::server
