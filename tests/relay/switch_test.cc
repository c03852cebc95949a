// A switch and members over TLS on loopback: what goes through, what does not, and who is not let in.
#include "relay/switch.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <thread>

#include "exchange/envelope/day_keys.h"
#include "exchange/envelope/receipt.h"
#include "relay/hop_client.h"
#include "tests/exchange/example.h"
#include "tests/exchange/members.h"
#include "tests/support/pki.h"
#include "tests/support/shared_data.h"

namespace whorl::tests {
namespace {

using namespace exchange;
using exchange::Message;
using relay::HopClient;
using relay::HopPeer;
using relay::HopReply;
using relay::HopSide;
using relay::HopTlsFiles;
using relay::kDelivery;
using relay::kFrom;
using relay::kMessageId;
using relay::SslContext;
using relay::Switch;
using relay::SwitchConfig;
using relay::WireLane;
namespace fs = std::filesystem;

// The world's clock at the example policy's first day.
class FixedWorld : public World {
 public:
  std::chrono::system_clock::time_point now() override { return kNow; }
  std::chrono::steady_clock::time_point ticks() override { return std::chrono::steady_clock::now(); }
  std::uint64_t random_u64() override { return real_world().random_u64(); }
};

class SwitchTest : public testing::Test {
 protected:
  SwitchTest() {
    std::signal(SIGPIPE, SIG_IGN);  // as every program of a member does
    for (MemberKeys* each : {&a_, &b_, &c_}) each->tls = issue(ca_, each->name, "clientAuth");
    switch_key_ = issue(ca_, "switch.test", "serverAuth");
    const std::vector<const MemberKeys*> all{&a_, &b_, &c_};
    directory_ = directory_of(all);
    write_private(file("directory"), note_of(directory_.text(), office_, {}));
    write_private(file("policy"), note_of(example_text("region.toml"), office_, all));
    SwitchConfig config;
    config.tls = files_of("switch.test");
    config.directory = file("directory");
    config.policy = file("policy");
    config.office = {office_.signer.verifier()};
    config.counters = file("counters");
    config.handshake_time = std::chrono::milliseconds(2000);
    auto started = Switch::start(config, world_, [](const std::string&) {});
    EXPECT_TRUE(started.ok()) << started.error().text();
    if (started.ok()) switch_ = std::move(*started);
  }

  [[nodiscard]] fs::path file(const std::string& name) const { return folder_.path() / name; }
  [[nodiscard]] HopTlsFiles files_of(const std::string& name) const {
    return {file(name + ".pem"), file(name + ".key"), file("ca.pem")};
  }
  Sha256 issue(TestCa& ca, const std::string& name, const std::string& usage) {
    CertificateWish wish;
    wish.name = name;
    wish.dns = {name};
    wish.usage = usage;
    const Issued issued = ca.issue(wish);
    write_private(file(name + ".pem"), issued.certificate);
    write_private(file(name + ".key"), issued.key);
    write_private(file("ca.pem"), ca_.certificate());
    return *relay::tls_key_of(file(name + ".pem"));
  }
  Result<HopClient> dial(const std::string& name, const HopClient::KnowsSwitch& knows) {
    contexts_.push_back(*relay::hop_context(files_of(name), HopSide::kMember));
    return HopClient::dial({"127.0.0.1", switch_->port(), std::chrono::milliseconds(30'000)}, contexts_.back().get(),
                           knows);
  }
  HopClient member(const std::string& name) {
    auto client = dial(name, [this](const HopPeer& peer) { return peer.key == switch_key_; });
    EXPECT_TRUE(client.ok()) << client.error().text();
    return std::move(*client);
  }
  [[nodiscard]] static std::int64_t soon() { return kNow.time_since_epoch().count() + 60; }
  static std::string error_of(const Result<HopReply>& reply) {
    return reply.ok() ? std::to_string(reply->status) + " " + reply->body : reply.error().text();
  }
  // Takes one message, signs for it, and gives the receipt with the next call.
  static std::string receive(HopClient& client, const MemberKeys& me, std::string& ack) {
    const auto got = client.next(std::chrono::seconds(20), ack);
    ack.clear();
    if (!got.ok() || got->status != 200) return {};
    const Receipt receipt{me.name, got->header(kFrom), got->header(kMessageId), sha256_of({as_bytes(got->body)}), kNow};
    ack = got->header(kDelivery) + " " + *sign_receipt(receipt, me.identity);
    return got->body;
  }

  const TemporaryDirectory folder_;
  FixedWorld world_;
  TestCa ca_{"region"};
  const Office office_ = make_office();
  MemberKeys a_ = make_member("a.rbdes.test"), b_ = make_member("b.rbdes.test"), c_ = make_member("c.rbdes.test");
  Sha256 switch_key_{};
  Directory directory_;
  std::vector<SslContext> contexts_;
  std::unique_ptr<Switch> switch_;
};

TEST_F(SwitchTest, ASealedCheckAndItsAnswerGoThrough) {
  // Both publish their key of the day.
  const crypto::PrivateKey reply = agreement_key();
  DayKeyRing ring;
  ASSERT_TRUE(ring.turn(kNow, kNow).ok());
  HopClient of_b = member(b_.name);
  ASSERT_EQ(of_b.request("PUT", "/x/v1/keys", {}, *ring.publish(b_.name, b_.identity, kNow))->status, 204);

  std::string question;
  std::thread answering([&] {
    std::string ack;
    HopClient waiting = member(b_.name);
    question = receive(waiting, b_, ack);
    EXPECT_EQ(waiting.next(std::chrono::seconds(0), ack)->status, 204);
    Opening rules{b_.name, &directory_, [&](std::string_view kid) { return ring.find(kid); }, {}, a_.name, {}};
    const auto opened = open(question, rules);
    ASSERT_TRUE(opened.ok()) << opened.error().text();
    const Check& check = std::get<Check>(opened->message.body);
    Message answer = answer_between(b_.name, a_.name, Outcome::kMatch);
    std::get<Answer>(answer.body).ref = check.ref;
    std::get<Answer>(answer.body).re = opened->message.common.jti;
    const auto sealed = seal(answer, Size::kReply, b_.identity, check.reply, nullptr);
    const auto sent = of_b.send(a_.name, WireLane::kReply, answer.common.jti, soon(), sealed->envelope);
    EXPECT_EQ(sent->status, 200) << error_of(sent);
  });

  HopClient of_a = member(a_.name);
  HopClient waiting = member(a_.name);
  const auto keys = of_a.request("GET", "/x/v1/keys/" + b_.name, {}, {});
  ASSERT_EQ(keys->status, 200);
  const auto day = read_day_keys(keys->body, b_.name, directory_, kNow);
  ASSERT_TRUE(day.ok()) << day.error().text();
  const Message check = check_between(a_.name, b_.name, reply.public_key());
  const auto sealed = seal(check, Size::kSmall, a_.identity, day->key, nullptr);
  EXPECT_EQ(waiting.next(std::chrono::seconds(0), "")->status, 204);  // a is connected now
  Result<HopReply> sent = unavailable("not sent");
  do {  // until b waits
    sent = of_a.send(b_.name, WireLane::kUrgent, check.common.jti, soon(), sealed->envelope);
  } while (sent.ok() && sent->status == 503);
  ASSERT_EQ(sent->status, 200) << error_of(sent);
  const auto receipt = read_receipt(sent->body, b_.name, directory_);
  ASSERT_TRUE(receipt.ok()) << receipt.error().text();
  EXPECT_EQ(receipt->envelope, sha256_of({as_bytes(sealed->envelope)}));
  EXPECT_EQ(of_a.send(b_.name, WireLane::kUrgent, check.common.jti, soon(), sealed->envelope)->status, 409);

  std::string ack;
  const std::string answered = receive(waiting, a_, ack);
  EXPECT_TRUE(waiting.next(std::chrono::seconds(0), ack).ok());
  answering.join();
  crypto::JweKey key;
  key.key = reply;
  const auto opened = open(answered, {a_.name, &directory_, [&](std::string_view) { return &key; }, {}, b_.name, {}});
  ASSERT_TRUE(opened.ok()) << opened.error().text();
  EXPECT_EQ(std::get<Answer>(opened->message.body).outcome, Outcome::kMatch);
  EXPECT_EQ(std::get<Answer>(opened->message.body).ref, std::get<Check>(check.body).ref);
  EXPECT_EQ(switch_->delivered(), 2u);
}

TEST_F(SwitchTest, WhatCannotGoThroughIsSaidAtOnce) {
  HopClient of_a = member(a_.name);
  const std::string envelope(6000, 'e');
  const auto send = [&](const std::string& to, WireLane lane, const std::string& id) {
    return error_of(of_a.send(to, lane, id, soon(), envelope));
  };
  EXPECT_EQ(send(b_.name, WireLane::kBorder, *new_id()), R"(503 {"error":"not_connected"})");
  EXPECT_EQ(send("e.rbdes.test", WireLane::kBorder, *new_id()), R"(403 {"error":"pair_not_allowed"})");
  EXPECT_EQ(send(b_.name, WireLane::kBorder, "1"), R"(400 {"error":"malformed"})");
  EXPECT_EQ(error_of(of_a.send(b_.name, WireLane::kBorder, *new_id(), 1, envelope)), R"(400 {"error":"expired"})");
  EXPECT_EQ(of_a.request("GET", "/x/v1/keys/b.rbdes.test", {}, {})->status, 404);
  EXPECT_EQ(of_a.request("PUT", "/x/v1/keys", {}, "not a set of keys")->status, 400);
  EXPECT_EQ(of_a.request("GET", "/", {}, {})->status, 404);
  EXPECT_EQ(of_a.request("GET", "/x/v1/directory", {}, {})->body, note_of(directory_.text(), office_, {}));
}

TEST_F(SwitchTest, AMemberCannotPublishAnothersKeys) {
  DayKeyRing ring;
  ASSERT_TRUE(ring.turn(kNow, kNow).ok());
  HopClient of_a = member(a_.name);
  EXPECT_EQ(of_a.request("PUT", "/x/v1/keys", {}, *ring.publish(b_.name, b_.identity, kNow))->status, 400);
  EXPECT_EQ(of_a.request("PUT", "/x/v1/keys", {}, *ring.publish(a_.name, b_.identity, kNow))->status, 400);
  EXPECT_EQ(of_a.request("PUT", "/x/v1/keys", {}, *ring.publish(a_.name, a_.identity, kNow))->status, 204);
}

// The directory decides, not the CA alone.
TEST_F(SwitchTest, WhoIsNotInTheDirectoryIsNotLetIn) {
  const auto let_in = [&](const std::string& name) {
    auto client = dial(name, [](const HopPeer&) { return true; });
    return client.ok() && client->request("GET", "/x/v1/policy", {}, {}).ok();
  };
  EXPECT_TRUE(let_in(a_.name));
  issue(ca_, "z.rbdes.test", "clientAuth");
  EXPECT_FALSE(let_in("z.rbdes.test")) << "no member";
  issue(ca_, b_.name, "clientAuth");
  EXPECT_FALSE(let_in(b_.name)) << "a member's name with another key";
  TestCa foreign("foreign");
  issue(foreign, c_.name, "clientAuth");
  EXPECT_FALSE(let_in(c_.name)) << "a foreign CA";
  issue(ca_, a_.name, "serverAuth");
  EXPECT_FALSE(let_in(a_.name)) << "a certificate for servers";
}

TEST_F(SwitchTest, AnotherSwitchIsNotTaken) {
  EXPECT_FALSE(dial(a_.name, [](const HopPeer& peer) { return peer.key == Sha256{}; }).ok());
}

// Eight connections a member, and a flood of those that say nothing: the others are served.
TEST_F(SwitchTest, IdleConnectionsLockNobodyOut) {
  std::vector<HopClient> idle;
  for (int i = 0; i < 8; ++i) idle.push_back(member(b_.name));
  auto more = dial(b_.name, [](const HopPeer&) { return true; });
  EXPECT_FALSE(more.ok() && more->request("GET", "/x/v1/policy", {}, {}).ok());
  HopClient of_a = member(a_.name);
  EXPECT_EQ(of_a.request("GET", "/x/v1/policy", {}, {})->status, 200);
}

}  // namespace
}  // namespace whorl::tests
