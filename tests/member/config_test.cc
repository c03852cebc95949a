// A member's configuration: what it must say, and what is refused by name.
#include "member/config.h"

#include <gtest/gtest.h>

namespace whorl::member {
namespace {

const std::string kWhole = R"(name = "a.rbdes.test"
identity = "identity.jwk"
directory = "directory.note"
policy = "policy.note"
office = "office.pub"
pins = "pins.txt"
national = "national.toml"
certificate = "tls.pem"
key = "tls.key"
switch_ca = "ca.pem"
[[switches]]
address = "192.0.2.7"
port = 8443
key = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"
[secrets]
"b.rbdes.test" = "b.secret"
[citizens]
own = ["passports"]
)";

std::string refused(std::string text, const std::string& what, const std::string& with) {
  text.replace(text.find(what), what.size(), with);
  const auto read = parse_member_config(text, "/etc/whorl/member.toml");
  return read.ok() ? "taken" : read.error().text();
}

TEST(MemberConfiguration, IsReadWithPathsBesideItsFile) {
  const auto read = parse_member_config(kWhole, "/etc/whorl/member.toml");
  ASSERT_TRUE(read.ok()) << read.error().text();
  EXPECT_EQ(read->name, "a.rbdes.test");
  EXPECT_EQ(read->identity, "/etc/whorl/identity.jwk");
  ASSERT_EQ(read->switches.size(), 1U);
  EXPECT_EQ(read->switches[0].port, 8443);
  EXPECT_EQ(read->switches[0].key[1], 0x11);
  EXPECT_EQ(read->secrets.at("b.rbdes.test"), "/etc/whorl/b.secret");
  EXPECT_EQ(read->desk_key_kept, std::chrono::hours(24));
  EXPECT_EQ(read->own_citizens, (std::vector<std::string>{"passports"}));
}

TEST(MemberConfiguration, WhatIsWrongIsRefusedByName) {
  EXPECT_NE(refused(kWhole, "pins = ", "pinss = ").find("pins"), std::string::npos);
  EXPECT_NE(refused(kWhole, "a.rbdes.test", "Arunia").find("name"), std::string::npos);
  EXPECT_NE(refused(kWhole, "8443", "0").find("port"), std::string::npos);
  EXPECT_NE(refused(kWhole, "00112233", "00").find("key"), std::string::npos);
  EXPECT_NE(refused(kWhole, "b.rbdes.test", "B").find("secrets"), std::string::npos);
  EXPECT_NE(refused(kWhole, "[[switches]]", "[switches]").find("switches"), std::string::npos);
  EXPECT_NE(refused(kWhole, "own =", "owned =").find("owned"), std::string::npos);
  for (const std::string absurd : {"0s", "-1s", "59s", "91d", "5y", "1", ""}) {
    const std::string said = "desk_key_kept = \"" + absurd + "\"\n[[switches]]";
    EXPECT_NE(refused(kWhole, "[[switches]]", said).find("desk_key_kept"), std::string::npos) << absurd;
  }
  EXPECT_EQ(refused(kWhole, "[[switches]]", "desk_key_kept = \"90d\"\n[[switches]]"), "taken");
  EXPECT_FALSE(parse_member_config("", "x").ok());
  EXPECT_FALSE(parse_member_config("name = ", "x").ok());
}

}  // namespace
}  // namespace whorl::member
