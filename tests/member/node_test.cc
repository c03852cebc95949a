// Members a, b and c with a switch between them, over TLS on loopback: a check and its answers, a member that is away,
// and a restart in the middle.
#include "member/node.h"

#include <gmock/gmock.h>

#include <csignal>
#include <fstream>
#include <regex>
#include <thread>

#include "crypto/jose/jwe.h"
#include "crypto/jose/jwk.h"
#include "relay/switch.h"
#include "tests/exchange/example.h"
#include "tests/exchange/members.h"
#include "tests/member/fake_node.h"
#include "tests/support/pki.h"
#include "tests/support/shared_data.h"

namespace whorl::member {
namespace {

namespace fs = std::filesystem;
using engine::CheckView;
using tests::MemberKeys;
using tests::write_private;

constexpr std::chrono::seconds kPatience{40};

// The example's policy, in force today, with short slots.
std::string policy_of_today() {
  const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
  std::string text = tests::example_text("region.toml");
  text =
      std::regex_replace(text, std::regex("valid_from = .*"), "valid_from = " + rfc3339(now - std::chrono::hours(1)));
  text = std::regex_replace(text, std::regex("valid_until = .*"),
                            "valid_until = " + rfc3339(now + std::chrono::hours(24)));
  const auto border = text.find("[lanes.border]");
  text.replace(text.find("slot = \"3s\"", border), 11, "slot = \"1s\"");
  const auto followup = text.find("[lanes.followup]");
  // Long enough for an officer of a test to ask for data before the slot goes out, whatever else the machine does.
  text.replace(text.find("slot = \"30s\"", followup), 12, "slot = \"1s\"");
  text.replace(text.find("jitter = \"600s\"", followup), 15, "jitter = \"1s\"");
  return text;
}

// Whether it comes true.
template <class Done>
bool soon(const Done& done) {
  const auto until = std::chrono::steady_clock::now() + kPatience;
  while (!done() && std::chrono::steady_clock::now() < until) {
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
  }
  return done();
}

class NodeTest : public testing::Test {
 protected:
  NodeTest() {
    std::signal(SIGPIPE, SIG_IGN);
    std::vector<const MemberKeys*> all;
    for (MemberKeys* each : {&a_, &b_, &c_}) {
      each->tls = issue(each->name, "clientAuth");
      all.push_back(each);
    }
    switch_key_ = issue("switch.test", "serverAuth");
    auto directory = tests::directory_of(all);
    const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
    directory.valid_from = now - std::chrono::hours(1);
    directory.valid_until = now + std::chrono::hours(24);
    write_private(file("directory"), tests::note_of(directory.text(), office_, {}));
    write_private(file("policy"), tests::note_of(policy_of_today(), office_, all));
    write_private(file("office.pub"), office_.signer.verifier().text() + "\n");
    write_private(file("ca.pem"), ca_.certificate());
    std::string pins;
    for (const auto& [name, member] : directory.members)
      pins += name + " " + hex_of(crypto::jwk_thumbprint(member.identity.front().key)) + "\n";
    write_private(file("pins"), pins);
    start_switch();
  }

  [[nodiscard]] fs::path file(const std::string& name) const { return folder_.path() / name; }
  Sha256 issue(const std::string& name, const std::string& usage) {
    tests::CertificateWish wish;
    wish.name = name;
    wish.dns = {name};
    wish.usage = usage;
    const tests::Issued issued = ca_.issue(wish);
    write_private(file(name + ".pem"), issued.certificate);
    write_private(file(name + ".key"), issued.key);
    return *relay::tls_key_of(file(name + ".pem"));
  }
  void start_switch() {
    relay::SwitchConfig config;
    config.tls = {file("switch.test.pem"), file("switch.test.key"), file("ca.pem")};
    config.directory = file("directory");
    config.policy = file("policy");
    config.office = {office_.signer.verifier()};
    config.counters = file("counters");
    config.port = port_;
    auto started = relay::Switch::start(config, real_world(), [](const std::string&) {});
    ASSERT_TRUE(started.ok()) << started.error().text();
    switch_ = std::move(*started);
    port_ = switch_->port();
  }

  // A member's node: whom it knows, and what makes it a member.
  struct Node {
    std::unique_ptr<FakeNode> service;
    MemberConfig config;
    std::unique_ptr<MemberNode> desk;
  };
  void open(Node& node, const MemberKeys& keys, const std::string& short_name,
            const std::set<std::string>& people = {}) {
    const auto identity = crypto::private_jwk_text(keys.identity, crypto::key_id(keys.identity.public_key()));
    write_private(file(keys.name + ".jwk"), std::string(as_text(identity.view())));
    std::string others;
    for (const std::string other : {"aru", "bel", "cor"}) {
      if (other != short_name) others += (others.empty() ? "\"" : ", \"") + other + "\"";
    }
    write_private(file(keys.name + ".toml"), "only_narrow = true\nmember = \"" + short_name +
                                                 "\"\n[galleries.default]\nopen_to = [" + others + "]\n");
    node.config = {keys.name,
                   file(keys.name + ".jwk"),
                   file("directory"),
                   file("policy"),
                   file("office.pub"),
                   file("pins"),
                   file(keys.name + ".toml"),
                   {file(keys.name + ".pem"), file(keys.name + ".key"), file("ca.pem")},
                   {{"127.0.0.1", port_, switch_key_}},
                   {},
                   {},
                   {}};
    node.service = std::make_unique<FakeNode>(people);
    join(node);
  }
  static void join(Node& node) {
    auto member = MemberNode::start(node.config, *node.service);
    ASSERT_TRUE(member.ok()) << member.error().text();
    node.desk = std::move(*member);
  }
  // a, and b that knows anna; what a asks of b alone.
  engine::CheckQuestion open_pair(Node& a, Node& b) {
    open(a, a_, "aru");
    open(b, b_, "bel", {"anna"});
    b.service->keep("anna", "e1", R"({"lastName":"Vela"})");
    engine::CheckQuestion out = wanted("anna");
    out.members = {b_.name};
    return out;
  }
  // Of b, on anna.
  Result<engine::ReleaseView> asked_for_data(Node& a, const std::string& check) {
    return a.desk->ask_release({}, {check, b_.name, {"identity"}, "at the border", FakeNode::fingers("anna"), {}});
  }
  static engine::CheckQuestion wanted(const std::string& person) {
    engine::CheckQuestion out;
    out.purpose = "border.identity";
    out.reason = "no_document";
    out.matter = "7";
    out.samples = FakeNode::fingers(person);
    return out;
  }
  static CheckView outcome(Node& node, const std::string& check_id) {
    const auto until = std::chrono::steady_clock::now() + kPatience;
    CheckView out = *node.desk->check({}, check_id);
    const auto waiting = [&] {
      return std::any_of(out.members.begin(), out.members.end(), [](const auto& m) { return m.state == "waiting"; });
    };
    while (waiting() && std::chrono::steady_clock::now() < until) {
      std::this_thread::sleep_for(std::chrono::milliseconds(100));
      out = *node.desk->check({}, check_id);
    }
    return out;
  }

  const tests::TemporaryDirectory folder_;
  tests::TestCa ca_{"region"};
  const tests::Office office_ = tests::make_office();
  MemberKeys a_ = tests::make_member("a.rbdes.test"), b_ = tests::make_member("b.rbdes.test"),
             c_ = tests::make_member("c.rbdes.test");
  Sha256 switch_key_{};
  std::uint16_t port_ = 0;
  std::unique_ptr<relay::Switch> switch_;
};

TEST_F(NodeTest, ACheckMatchesWhereThePersonIsAndNotElsewhere) {
  Node a, b, c;
  open(a, a_, "aru");
  open(b, b_, "bel", {"anna", "bela"});
  open(c, c_, "cor", {"bela"});
  const auto asked = a.desk->ask({}, wanted("anna"), {});
  ASSERT_TRUE(asked.ok()) << asked.error().text();
  EXPECT_EQ(asked->result, "waiting");
  const CheckView done = outcome(a, asked->check_id);
  ASSERT_EQ(done.members.size(), 2U);
  EXPECT_EQ(done.members[0].state, "match") << done.members[0].why;
  EXPECT_EQ(done.members[1].state, "no_match") << done.members[1].why;
  EXPECT_EQ(done.result, "match");
  EXPECT_EQ(done.reason, "Known to b.rbdes.test; not known to c.rbdes.test.");

  // Protected from now on: no match, and the protection desk of b alone sees it.
  ASSERT_TRUE(b.desk->protect({}, "anna", {"own", false, {}, {}}).ok());
  EXPECT_THAT(b.service->log(), testing::Contains("protect set local"));
  const auto carries = [&](const engine::MemberDesk::Carry& carry) -> Status {
    WHORL_ASSIGN(const auto carried, carry());
    if (!carried) return not_found("nothing to carry");
    return b.service->store().change(carried->row, carried->head, Bytes(), {});
  };
  ASSERT_TRUE(b.desk->carry_protection("anna", "hanna", carries).ok());
  EXPECT_EQ(b.desk->protection({}, "hanna")->citizenship, "own");
  const CheckView hidden = outcome(a, a.desk->ask({}, wanted("anna"), {})->check_id);
  EXPECT_EQ(hidden.result, "no_match");
  const auto hits = b.desk->hidden_hits({});
  ASSERT_EQ(hits->size(), 1U);
  EXPECT_EQ(hits->front().member, "a.rbdes.test");
  EXPECT_TRUE(c.desk->hidden_hits({})->empty());
  b.service->erase("anna");
  EXPECT_TRUE(b.desk->hidden_hits({})->empty()) << "who is erased is shown to nobody";
}

// b is away when it is asked, comes later; a ends in between. The question is answered once, and c's is not lost.
TEST_F(NodeTest, AMemberThatComesLaterIsAskedThenThoughTheAskerWasRestarted) {
  Node a, b, c;
  open(a, a_, "aru");
  open(c, c_, "cor", {"anna"});
  const auto asked = a.desk->ask({}, wanted("anna"), {});
  ASSERT_TRUE(asked.ok()) << asked.error().text();
  std::this_thread::sleep_for(std::chrono::milliseconds(300));
  a.desk.reset();
  open(b, b_, "bel", {"bela"});
  join(a);
  const CheckView done = outcome(a, asked->check_id);
  EXPECT_EQ(done.members[0].state, "no_match") << done.members[0].why;
  EXPECT_EQ(done.members[1].state, "match") << done.members[1].why;
}

TEST_F(NodeTest, WhatADeskSealedIsOpenedAfterARestartAndAskedOnceHoweverOftenItIsSent) {
  Node a;
  open(a, a_, "aru");
  const std::string jwk = *a.desk->desk_key({});
  const auto sealed = sealed_check(jwk, "the question");
  ASSERT_TRUE(sealed.ok()) << sealed.error().text();
  a.desk.reset();
  join(a);
  EXPECT_EQ(*a.desk->desk_key({}), jwk);
  EXPECT_EQ(*a.desk->unsealed({}, *sealed), "the question");

  const engine::RequestKey key{sha256_of({as_bytes("key")}), sha256_of({as_bytes(*sealed)})};
  const auto first = a.desk->ask({}, wanted("anna"), key);
  ASSERT_TRUE(first.ok()) << first.error().text();
  const int leaves = a.service->leaves;
  a.desk.reset();
  join(a);
  const auto before = a.desk->asked_before({}, key);
  ASSERT_TRUE(before.ok() && *before);
  EXPECT_EQ((*before)->view.check_id, first->check_id);
  EXPECT_EQ((*before)->matter, "7");
  EXPECT_TRUE((*before)->view.repeated);
  EXPECT_EQ(a.desk->asked_before({}, {key.key, sha256_of({as_bytes("x")})}).error().kind, ErrorKind::kAlreadyExists);
  EXPECT_FALSE(*a.desk->asked_before({}, {sha256_of({as_bytes("x")}), key.request}));
  engine::Call other;
  other.who.by = engine::SignedInBy::kToken;
  other.who.subject = "another";
  EXPECT_EQ(a.desk->asked_before(other, key).error().kind, ErrorKind::kUnauthorised);
  other.who.scopes = {"whorl.exchange.ask"};
  EXPECT_FALSE(*a.desk->asked_before(other, key)) << "another's";
  const auto again = a.desk->ask({}, wanted("anna"), key);
  ASSERT_TRUE(again.ok()) << again.error().text();
  EXPECT_TRUE(again->repeated);
  EXPECT_EQ(again->check_id, first->check_id);
  EXPECT_EQ(a.service->leaves, leaves);
}

// A node ends within the time of an earlier key, and begins after it.
TEST_F(NodeTest, AnEarlierKeyOfDesksOpensForItsTimeAndNoLonger) {
  Node a;
  open(a, a_, "aru");
  a.config.desk_key_kept = std::chrono::seconds(2);
  a.desk.reset();
  join(a);
  const std::string waiting = *sealed_check(*a.desk->desk_key({}), "the question");
  engine::Call officer;
  officer.who.by = engine::SignedInBy::kToken;
  officer.who.scopes = {"whorl.exchange.ask"};
  EXPECT_EQ(a.desk->rotate_desk_key(officer).error().kind, ErrorKind::kUnauthorised);
  const auto turned = a.desk->rotate_desk_key({});
  ASSERT_TRUE(turned.ok()) << turned.error().text();
  EXPECT_EQ(*a.desk->desk_key({}), turned->jwk);
  EXPECT_EQ(*a.desk->unsealed({}, waiting), "the question");
  a.desk.reset();
  std::this_thread::sleep_for(std::chrono::milliseconds(2500));
  join(a);
  EXPECT_EQ(a.desk->unsealed({}, waiting).error().kind, ErrorKind::kUnauthorised);
  EXPECT_EQ(*a.desk->unsealed({}, *sealed_check(turned->jwk, "another")), "another");
  EXPECT_THAT(a.service->log(), testing::ElementsAre("rotate desk key made local", "rotate desk key changed local"))
      << "the clock of a node that has just begun may be set right yet";
}

TEST_F(NodeTest, WhatIsSealedOtherwiseIsNotOpened) {
  Node a;
  open(a, a_, "aru");
  const std::string jwk = *a.desk->desk_key({});
  std::string altered = *sealed_check(jwk, "the question");
  altered[altered.size() - 30] ^= 1;
  EXPECT_FALSE(a.desk->unsealed({}, altered).ok());
  EXPECT_FALSE(a.desk->unsealed({}, "").ok());
  const auto other = *crypto::PrivateKey::make(crypto::KeyKind::kX25519);
  const auto foreign = sealed_check(crypto::jwk_text(other.public_key(), crypto::key_id(other.public_key())), "x");
  EXPECT_EQ(a.desk->unsealed({}, *foreign).error().kind, ErrorKind::kUnauthorised);
  const auto key = *crypto::parse_jwk(jwk);
  const auto typed =
      crypto::encrypt_jwe(key.key, crypto::JweAlgorithm::kEcdhEs, {{key.kid, "other+jwe", ""}, {}, {}}, as_bytes("x"));
  EXPECT_FALSE(a.desk->unsealed({}, *typed).ok());
  EXPECT_FALSE(sealed_check(crypto::jwk_text(a_.identity.public_key(), "k"), "x").ok()) << "a key for signatures";
}

TEST_F(NodeTest, ACancelledCheckIsToldToWhomItWasAskedAndItsAnswerStaysThere) {
  Node a, b;
  open(a, a_, "aru");
  open(b, b_, "bel", {"anna"});
  auto question = wanted("anna");
  question.members = {b_.name};
  const auto asked = a.desk->ask({}, question, {});
  ASSERT_TRUE(asked.ok()) << asked.error().text();
  const auto cancelled = a.desk->cancel({}, asked->check_id);
  ASSERT_TRUE(cancelled.ok()) << cancelled.error().text();
  EXPECT_EQ(cancelled->members[0].state, "did_not_answer");
  EXPECT_EQ(cancelled->members[0].why, "cancelled");
  const CheckView later = outcome(a, a.desk->ask({}, question, {})->check_id);
  EXPECT_EQ(later.result, "match") << "another check is not touched";
  EXPECT_EQ(a.desk->check({}, asked->check_id)->members[0].why, "cancelled");
  EXPECT_EQ(a.desk->cancel({}, "AAAAAAAAAAAAAAAAAAAAAA").error().kind, ErrorKind::kNotFound);
}

TEST_F(NodeTest, WithoutASwitchNothingIsLost) {
  Node a, b;
  open(a, a_, "aru");
  open(b, b_, "bel", {"anna"});
  switch_.reset();
  auto question = wanted("anna");
  question.members = {b_.name};
  const auto asked = a.desk->ask({}, question, {});
  ASSERT_TRUE(asked.ok()) << asked.error().text();
  std::this_thread::sleep_for(std::chrono::milliseconds(500));
  EXPECT_EQ(a.desk->check({}, asked->check_id)->result, "waiting");
  start_switch();
  EXPECT_EQ(outcome(a, asked->check_id).result, "match");
}

// b's officer releases, b corrects and erases, and a follows; b is restarted after its decision, a before a notice.
TEST_F(NodeTest, WhatIsReleasedReachesTheAskerAndFollowsTheRecord) {
  Node a, b;
  auto question = open_pair(a, b);
  const std::string check = a.desk->ask({}, question, {})->check_id;
  ASSERT_EQ(outcome(a, check).result, "match");
  const auto asked = asked_for_data(a, check);
  ASSERT_TRUE(asked.ok()) << asked.error().text();
  ASSERT_TRUE(soon([&] { return !b.desk->release_requests({})->empty(); }));
  const std::string request = b.desk->release_requests({})->front().request_id;
  ASSERT_TRUE(b.desk->decide({}, {request, {"identity"}, {}}).ok());
  b.desk.reset();
  join(b);
  const auto data = [&] { return a.desk->release({}, check, b_.name)->data; };
  EXPECT_TRUE(soon([&] { return data().find("Vela") != std::string::npos; }));
  a.desk.reset();
  b.service->keep("anna", "e1", R"({"lastName":"Orr"})");
  std::this_thread::sleep_for(std::chrono::milliseconds(300));
  join(a);
  EXPECT_TRUE(soon([&] { return data().find("Orr") != std::string::npos; }));
  b.service->erase("anna");
  EXPECT_TRUE(soon([&] { return data().empty(); }));
  EXPECT_EQ(a.desk->release({}, check, b_.name)->change, "erased");
  EXPECT_TRUE(soon([&] { return b.desk->disclosures({})->front().receipt_at.has_value(); }));
}

// Signed for is what is kept: a request that b's disk refuses, in its slot or its record, is handed over again.
TEST_F(NodeTest, ARequestForDataThatTheDiskRefusesIsNotSignedForAndComesAgain) {
  Node a, b;
  auto question = open_pair(a, b);
  for (const std::string rows : {"cover-reply/", "release-case/"}) {
    const std::string check = a.desk->ask({}, question, {})->check_id;
    ASSERT_EQ(outcome(a, check).result, "match");
    const std::size_t before = b.service->store().refusals();
    b.service->store().refuse(unavailable("the disk is full"), rows);
    ASSERT_TRUE(asked_for_data(a, check).ok());
    ASSERT_TRUE(soon([&] { return b.service->store().refusals() > before; })) << rows;
    EXPECT_TRUE(b.desk->release_requests({})->empty());
    b.service->store().refuse({});
    EXPECT_TRUE(soon([&] { return !b.desk->release_requests({})->empty(); })) << rows;
    const auto waiting = *b.desk->release_requests({});
    for (const auto& each : waiting) EXPECT_TRUE(b.desk->decide({}, {each.request_id}).ok());
    EXPECT_TRUE(soon([&] { return a.desk->release({}, check, b_.name)->state == "refused"; })) << rows;
  }
}

// What the switch can count is the same after a match that an officer asks data of, and after a no.
TEST_F(NodeTest, AfterEachAnswerOneMessageGoesEachWayWhateverItSaid) {
  Node a, b;
  auto question = open_pair(a, b);
  const std::string match = a.desk->ask({}, question, {})->check_id;
  question.samples = FakeNode::fingers("nobody");
  const std::string no = a.desk->ask({}, question, {})->check_id;
  ASSERT_EQ(outcome(a, match).result, "match");
  ASSERT_TRUE(asked_for_data(a, match).ok());
  ASSERT_EQ(outcome(a, no).result, "no_match");
  std::this_thread::sleep_for(std::chrono::seconds(8));
  switch_.reset();
  std::map<std::string, int> counted;
  for (const auto& each : fs::directory_iterator(file("counters"))) {
    if (each.path().filename() == "quotas") continue;
    std::ifstream in(each.path());
    std::string hour, from, to, lane;
    for (int count = 0; in >> hour >> from >> to >> lane >> count;) counted[from + " " + to + " " + lane] += count;
  }
  EXPECT_THAT(counted, testing::UnorderedElementsAre(testing::Pair("a.rbdes.test b.rbdes.test border", 2),
                                                     testing::Pair("b.rbdes.test a.rbdes.test reply", 2),
                                                     testing::Pair("a.rbdes.test b.rbdes.test followup", 2),
                                                     testing::Pair("b.rbdes.test a.rbdes.test followup", 2)));
}

// A kill between two rows must not leave something taken that nothing follows: of each the slot is on the disk first.
TEST_F(NodeTest, TheSlotOfWhatFollowsIsOnTheDiskBeforeWhatItFollowsIsTaken) {
  Node a, b;
  auto question = open_pair(a, b);
  const std::string match = a.desk->ask({}, question, {})->check_id;
  ASSERT_EQ(outcome(a, match).result, "match");
  ASSERT_TRUE(asked_for_data(a, match).ok());
  ASSERT_TRUE(soon([&] { return !b.desk->release_requests({})->empty(); }));
  question.samples = FakeNode::fingers("nobody");
  ASSERT_EQ(outcome(a, a.desk->ask({}, question, {})->check_id).result, "no_match");
  // Of what begins so the first, the second; none: far behind.
  const auto first = [](const Node& node, const std::string& rows, std::size_t which = 0) {
    const auto all = node.service->store().written();
    for (std::size_t i = 0; i < all.size(); ++i) {
      if (all[i].starts_with(rows) && which-- == 0) return i;
    }
    return all.size();
  };
  EXPECT_LT(first(b, "cover-reply/"), first(b, "release-case/"));
  EXPECT_LT(first(b, "release-case/"), b.service->store().written().size());
  // A question's row: kept, sealed, receipted, and then the answer.
  EXPECT_LT(first(a, "cover/"), first(a, "ask/", 3));
}

// The asker, the answerer and the switch end and come back between checks: each is answered, and worked on once.
TEST_F(NodeTest, NoCheckIsLostOrWorkedOnTwiceThroughRestartsAndCutLinks) {
  constexpr int kChecks = 4;
  Node a, b, c;
  open(a, a_, "aru");
  open(b, b_, "bel", {"anna", "bela"});
  open(c, c_, "cor", {"bela"});
  std::vector<std::string> ids;
  for (int i = 0; i < kChecks; ++i) {
    const auto asked = a.desk->ask({}, wanted(i % 2 == 0 ? "anna" : "nobody"), {});
    ASSERT_TRUE(asked.ok()) << asked.error().text();
    ids.push_back(asked->check_id);
    std::this_thread::sleep_for(std::chrono::milliseconds(150 * i));
    if (i % 3 == 2) {
      switch_.reset();
      start_switch();
    } else {
      Node& node = i % 3 == 0 ? b : a;
      node.desk.reset();
      join(node);
    }
  }
  for (int i = 0; i < kChecks; ++i) {
    const CheckView done = outcome(a, ids[static_cast<std::size_t>(i)]);
    EXPECT_EQ(done.members[0].state, i % 2 == 0 ? "match" : "no_match") << i << " " << done.members[0].why;
    EXPECT_EQ(done.members[1].state, "no_match") << i << " " << done.members[1].why;
  }
  EXPECT_EQ(b.service->searches, kChecks) << "once each";
  EXPECT_EQ(b.service->answers, kChecks);
  EXPECT_EQ(c.service->searches, kChecks);
}

}  // namespace
}  // namespace whorl::member
