// Addresses that clients give: what is taken, and every trick that is not.
#include "server/tasks/callback_address.h"

#include <gtest/gtest.h>

#include "server/tasks/address_range.h"
#include "server/tasks/callback_rules.h"

namespace whorl::server {
namespace {

TEST(CallbackAddressTest, NamesAndNumbersAreTaken) {
  const auto name = read_callback("HTTPS://Client.Example/results?session=a%20b");
  ASSERT_TRUE(name);
  EXPECT_EQ(name->origin(), "https://client.example:443");
  EXPECT_EQ(name->authority(), "client.example");
  EXPECT_EQ(name->target("t 1", "task"), "/results?session=a%20b&transactionId=t%201&taskId=task");
  const auto number = read_callback("http://127.0.0.1:9000");
  ASSERT_TRUE(number && number->number);
  EXPECT_EQ(number->target("&=?", "x"), "/?transactionId=%26%3D%3F&taskId=x");
  const auto v6 = read_callback("http://[::1]:8080/a/b");
  ASSERT_TRUE(v6 && v6->number);
  EXPECT_EQ(v6->authority(), "[::1]:8080");
}

TEST(CallbackAddressTest, WhatResolversTakeBesidesIsRefused) {
  for (const char* url : {"http://2130706433/",
                          "http://0x7f000001/",
                          "http://0x7f.0.0.1/",
                          "http://0177.0.0.1/",
                          "http://127.1/",
                          "http://127.0.1/",
                          "http://127.0.0.1./",
                          "http://localhost./",
                          "http://127.0.0.256/",
                          "http://127.0.0.01/",
                          "http://[::1%25lo]/",
                          "http://[127.0.0.1]/",
                          "http://[::1/",
                          "http://::1/",
                          "http:///x",
                          "http://",
                          "http://a@127.0.0.1/",
                          "http://127.0.0.1@evil.example/",
                          "http://127.0.0.1#@evil.example/",
                          "ftp://a.example/",
                          "file:///etc/passwd",
                          "gopher://127.0.0.1/",
                          "//127.0.0.1/",
                          "http:/127.0.0.1/",
                          "http://a b/",
                          "http://a\tb/",
                          "http://a.example:0/",
                          "http://a.example:65536/",
                          "http://a.example:80a/",
                          "http://a.example:/",
                          "http://a.example/../x",
                          "http://a.example/..;/x",
                          "http://a.example/%252e%252e/x",
                          "http://a.example/x?y=1 HTTP/1.1",
                          "http://a.example/%2e%2e/x",
                          "http://a.example/a%2Fb",
                          "http://a.example/a\\b",
                          "http://a.example/a%00",
                          "http://a.example/%",
                          "http://a.example/a?b#c",
                          "http://-a.example/",
                          "http://a..example/",
                          "http://a.example/x?taskId=1",
                          "http://a.example/x?transaction%49d=1",
                          "http://a.example/x\r\nHost: b",
                          "http://a.example/?q=\r\n",
                          "http://\xd1\x84.example/"}) {
    EXPECT_FALSE(read_callback(url)) << url;
  }
  EXPECT_FALSE(read_callback("http://a.example/" + std::string(kMostCallbackBytes, 'a')));
}

boost::asio::ip::address address(const char* text) { return boost::asio::ip::make_address(text); }

TEST(AddressRangeTest, WhatIsNotPublicIsKnownInEveryForm) {
  for (const char* text : {"127.0.0.1",
                           "127.255.255.254",
                           "0.0.0.0",
                           "10.1.2.3",
                           "172.16.0.1",
                           "172.31.255.255",
                           "192.168.0.1",
                           "169.254.169.254",
                           "100.64.0.1",
                           "192.0.0.1",
                           "198.18.0.1",
                           "224.0.0.1",
                           "255.255.255.255",
                           "::",
                           "::1",
                           "::ffff:127.0.0.1",
                           "::ffff:10.0.0.1",
                           "::ffff:169.254.169.254",
                           "fe80::1",
                           "fc00::1",
                           "fd12::1",
                           "ff02::1",
                           "64:ff9b::7f00:1",
                           "2002:7f00:1::",
                           "2001::1",
                           "2001:db8::1",
                           "::127.0.0.1"}) {
    EXPECT_FALSE(is_public(address(text))) << text;
  }
  for (const char* text : {"9.9.9.9", "172.32.0.1", "2620:fe::fe", "::ffff:9.9.9.9"}) {
    EXPECT_TRUE(is_public(address(text))) << text;
  }
  EXPECT_TRUE(is_loopback(address("::ffff:127.0.0.1")));
  EXPECT_FALSE(is_loopback(address("128.0.0.1")));
}

TEST(AddressRangeTest, RangesHoldWhatTheySay) {
  const auto net = AddressRange::parse("10.1.0.0/16");
  ASSERT_TRUE(net);
  EXPECT_TRUE(net->holds(address("10.1.255.255")));
  EXPECT_TRUE(net->holds(address("::ffff:10.1.0.1")));
  EXPECT_FALSE(net->holds(address("10.2.0.0")));
  for (const char* text : {"10.1.0.1/16", "10.1.0.0/33", "10.1.0.0/", "10.1/16", "x", "fe80::1%lo/64", "::1/129"}) {
    EXPECT_FALSE(AddressRange::parse(text)) << text;
  }
}

TEST(CallbackRulesTest, NobodyIsAllowedWhoIsNotNamed) {
  const auto rules = CallbackRules::load({}, {"http://127.0.0.1:9000", "https://client.example", "http://localhost:*"});
  ASSERT_TRUE(rules.ok()) << rules.error().text();
  const auto found = [&](const char* url) { return (*rules)->find(*read_callback(url)) != nullptr; };
  EXPECT_TRUE(found("http://127.0.0.1:9000/any/path?x=1"));
  EXPECT_TRUE(found("https://CLIENT.example/x"));
  EXPECT_TRUE(found("http://localhost:1234/"));
  EXPECT_FALSE(found("http://127.0.0.1:9001/"));
  EXPECT_FALSE(found("https://127.0.0.1:9000/"));
  EXPECT_FALSE(found("http://client.example/"));
  EXPECT_FALSE(found("https://client.example:8443/"));
  EXPECT_FALSE(found("https://client.example.evil.example/"));
  EXPECT_FALSE(found("http://[::ffff:127.0.0.1]:9000/"));
  // A name is looked up before each connection: what it must not lie at is refused then.
  const CallbackTarget* const named = (*rules)->find(*read_callback("https://client.example/"));
  EXPECT_TRUE(named->may_reach(address("9.9.9.9")));
  for (const char* text : {"127.0.0.1", "::1", "10.0.0.1", "169.254.169.254", "::ffff:127.0.0.1"}) {
    EXPECT_FALSE(named->may_reach(address(text))) << text;
  }
  const CallbackTarget* const local = (*rules)->find(*read_callback("http://localhost:1/"));
  EXPECT_TRUE(local->may_reach(address("127.0.0.1")));
  EXPECT_FALSE(local->may_reach(address("9.9.9.9")));  // in the clear
}

TEST(CallbackRulesTest, OriginsInTheClearAreForThisMachineAlone) {
  for (const char* origin : {"http://client.example", "http://10.0.0.1:80", "client.example", "https://client.example/",
                             "https://client.example/x", "https://", "ftp://a", "https://a.example:*:1"}) {
    EXPECT_FALSE(CallbackRules::load({}, {origin}).ok()) << origin;
  }
}

}  // namespace
}  // namespace whorl::server
