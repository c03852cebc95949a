// whorl exchange ask: the real binary against a real server, behind which a desk says what the test sets.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <boost/json.hpp>
#include <fstream>

#include "tests/cli/asked_desk.h"
#include "tests/cli/run_whorl.h"
#include "tests/server/access_fixture.h"

namespace whorl::tests {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

class ExchangeAsk : public AccessTest {
 protected:
  ExchangeAsk() {
    service_->set_member_desk(&desk_);
    std::ofstream(finger_, std::ios::binary) << kPng;
  }
  ~ExchangeAsk() override { server_.reset(); }

  Outcome ask(const std::vector<std::string>& more = {}) {
    if (!server_) start();
    return ask_at("http://127.0.0.1:" + std::to_string(server_->port()), more);
  }
  Outcome ask_at(const std::string& url, const std::vector<std::string>& more = {}) const {
    std::vector<std::string> all{"exchange", "ask",         "--node", url,     "--purpose", "border.identity",
                                 "--reason", "no_document", "--case", "117/a", "--finger",  "right_index=" + finger_};
    all.insert(all.end(), more.begin(), more.end());
    return run_whorl(all);
  }
  // Over TLS, with a token: the node is node.a.test by its certificate, or localhost.
  void start_over_tls(const std::string& dns) {
    server_.reset();
    const Issued own = ca_.issue({.name = dns, .dns = {dns}, .usage = "serverAuth"});
    write_private(folder_.path() / "node.key", own.key);
    write_private(folder_.path() / "node.pem", own.certificate);
    write_private(folder_.path() / "ca.pem", ca_.certificate());
    write_private(folder_.path() / "token", token("whorl.exchange.ask") + "\n");
    start_with("[tls]\ncertificate = 'node.pem'\nkey = 'node.key'\n" + std::string(kTokens));
  }
  [[nodiscard]] std::string file(const std::string& name) const { return (folder_.path() / name).string(); }
  [[nodiscard]] std::string tls_url() const { return "https://localhost:" + std::to_string(server_->port()); }

  std::string finger_ = (folder_.path() / "a.png").string();
  AskedDesk desk_;
  TestCa ca_{"servers"};
};

TEST_F(ExchangeAsk, EachAnswerIsPrintedOnceAsItComes) {
  desk_.views = {
      view("waiting", {answer("b.test", "waiting"), answer("c.test", "waiting")}),
      view("waiting", {answer("b.test", "waiting"), answer("c.test", "no_match")}),
      view("match", {answer("b.test", "match", "", 45), answer("c.test", "no_match")}),
  };
  const Outcome outcome = ask();
  EXPECT_EQ(outcome.status, 0) << outcome.err;
  EXPECT_THAT(outcome.out, HasSubstr("check check-1: 2 members are asked"));
  EXPECT_THAT(outcome.out, testing::EndsWith("c.test: no match\nb.test: match (45 dB)\nmatch: a sentence\n"));
  EXPECT_EQ(desk_.looked_for, "check-1");
}

TEST_F(ExchangeAsk, AMemberThatDidNotAnswerHasNotSaidNo) {
  desk_.views = {
      view("indeterminate", {answer("b.test", "no_match"), answer("c.test", "did_not_answer", "not_connected")})};
  const Outcome outcome = ask();
  EXPECT_EQ(outcome.status, 11) << outcome.err;
  EXPECT_THAT(outcome.out, HasSubstr("c.test: did not answer: not_connected (it has not said no)\n"));
  EXPECT_THAT(outcome.out, HasSubstr("indeterminate: a sentence"));
}

TEST_F(ExchangeAsk, WhereEveryMemberSaidNoTheStatusIsTen) {
  desk_.views = {view("no_match", {answer("b.test", "no_match")})};
  EXPECT_EQ(ask().status, 10);
}

TEST_F(ExchangeAsk, LateAndRefusedAndLeftOutAreSaid) {
  auto late = answer("b.test", "no_match");
  late.late = true;
  auto said = view("indeterminate", {late, answer("c.test", "refused", "format")});
  said.left_out = {{"d.test", "pair"}};
  desk_.views = {said};
  const std::string out = ask().out;
  EXPECT_THAT(out, HasSubstr("d.test: not asked: pair\n"));
  EXPECT_THAT(out, HasSubstr("b.test: no match (late)\n"));
  EXPECT_THAT(out, HasSubstr("c.test: refused: format\n"));
}

TEST_F(ExchangeAsk, JsonIsTheNodesLastAnswerInOneLine) {
  desk_.views = {view("waiting", {answer("b.test", "waiting")}),
                 view("indeterminate", {answer("b.test", "did_not_answer", "no_answer")})};
  const Outcome outcome = ask({"--json"});
  EXPECT_EQ(outcome.status, 11) << outcome.err;
  ASSERT_EQ(std::count(outcome.out.begin(), outcome.out.end(), '\n'), 1) << outcome.out;
  const auto said = boost::json::parse(outcome.out);
  EXPECT_EQ(said.at("checkId"), "check-1");
  EXPECT_EQ(said.at("members").at(0).at("state"), "did_not_answer");
}

TEST_F(ExchangeAsk, TheQuestionReachesTheDeskAsItWasGiven) {
  desk_.views = {view("no_match", {answer("b.test", "no_match")})};
  EXPECT_EQ(ask({"--lane", "urgent", "--member", "b.test", "--age", "18+", "--country", "DEL", "--avoid", "COR",
                 "--ppi", "500"})
                .status,
            10);
  EXPECT_EQ(desk_.asked.purpose, "border.identity");
  EXPECT_EQ(desk_.asked.reason, "no_document");
  EXPECT_EQ(desk_.asked.matter, "117/a");
  EXPECT_EQ(desk_.asked.lane, "urgent");
  EXPECT_EQ(desk_.asked.age, "18+");
  EXPECT_EQ(desk_.asked.country, "DEL");
  EXPECT_THAT(desk_.asked.members, ElementsAre("b.test"));
  EXPECT_THAT(desk_.asked.avoid, ElementsAre("COR"));
  ASSERT_EQ(desk_.asked.samples.size(), 1U);
  EXPECT_EQ(desk_.asked.samples[0].position, static_cast<std::uint8_t>(engine::FingerPosition::kRightIndex));
  EXPECT_EQ(desk_.asked.samples[0].resolution_ppi, 500);
  EXPECT_EQ(as_text(desk_.asked.samples[0].bytes), kPng);
  EXPECT_TRUE(desk_.keyed) << "the same request sent again must be the same check";
}

TEST_F(ExchangeAsk, TheNodesRefusalIsTheVerbs) {
  desk_.views = {unauthorised("the policy lets nobody ask for this")};
  const Outcome outcome = ask();
  EXPECT_EQ(outcome.status, 7);
  EXPECT_EQ(outcome.out, "");
  EXPECT_THAT(outcome.err, HasSubstr("the policy lets nobody ask for this"));
}

TEST_F(ExchangeAsk, ACheckThatIsGoneEndsTheWaitWithItsNumber) {
  desk_.views = {view("waiting", {answer("b.test", "waiting")}), not_found("no such check")};
  const Outcome outcome = ask();
  EXPECT_EQ(outcome.status, 4);
  EXPECT_THAT(outcome.err, HasSubstr("check-1"));
}

TEST_F(ExchangeAsk, ANodeOfNoExchangeSaysSo) {
  service_->set_member_desk(nullptr);
  const Outcome outcome = ask();
  EXPECT_EQ(outcome.status, 9);
  EXPECT_THAT(outcome.err, HasSubstr("no exchange"));
}

TEST_F(ExchangeAsk, FingerprintsGoToAnotherMachineOverHttpsAlone) {
  for (const char* url :
       {"http://192.0.2.1:80", "http://node.example", "ftp://127.0.0.1", "http://127.0.0.1:80/v1", ""}) {
    const Outcome outcome = ask_at(url);
    EXPECT_EQ(outcome.status, 3) << url;
    EXPECT_THAT(outcome.err, HasSubstr("--node")) << url;
  }
}

TEST_F(ExchangeAsk, OverTlsTheOfficersTokenIsShown) {
  desk_.views = {view("match", {answer("b.test", "match", "", 50)})};
  start_over_tls("localhost");
  const Outcome good = ask_at(tls_url(), {"--ca", file("ca.pem"), "--token", file("token")});
  EXPECT_EQ(good.status, 0) << good.err;
  EXPECT_EQ(ask_at(tls_url(), {"--ca", file("ca.pem")}).status, 7) << "without a token";
}

TEST_F(ExchangeAsk, ANodeThatCannotBeTrustedIsToldNothing) {
  desk_.views = {view("match", {answer("b.test", "match", "", 50)})};
  start_over_tls("node.a.test");
  EXPECT_EQ(ask_at(tls_url(), {"--ca", file("ca.pem"), "--token", file("token")}).status, 9) << "another name";
  start_over_tls("localhost");
  EXPECT_EQ(ask_at(tls_url(), {"--token", file("token")}).status, 9) << "a CA that nobody named";
  EXPECT_EQ(desk_.asked.purpose, "");
}

TEST_F(ExchangeAsk, ATokenThatOthersCanReadIsNotSent) {
  desk_.views = {view("match", {answer("b.test", "match", "", 50)})};
  start_over_tls("localhost");
  ASSERT_EQ(::chmod(file("token").c_str(), 0644), 0);
  EXPECT_EQ(ask_at(tls_url(), {"--ca", file("ca.pem"), "--token", file("token")}).status, 7);
  EXPECT_EQ(desk_.asked.purpose, "");
}

TEST(ExchangeAskHelp, SaysItsFlagsAndWhatTheExitStatusMeans) {
  const Outcome outcome = run_whorl({"exchange", "ask", "--help"});
  EXPECT_EQ(outcome.status, 0);
  for (const char* flag : {"--node", "--token", "--ca", "--purpose", "--reason", "--case", "--finger", "--face",
                           "--lane", "--member", "--age", "--country", "--avoid", "--json", "has not said no"}) {
    EXPECT_THAT(outcome.out, HasSubstr(flag));
  }
  EXPECT_THAT(outcome.out, Not(HasSubstr("--models")));
  EXPECT_EQ(run_whorl({"exchange", "ask", "--purpose", "p"}).status, 2);
}

// What came stays, and what others may have all the same is said.
TEST_F(ExchangeAsk, ACheckIsWithdrawnFromWhoeverHasNotAnswered) {
  start();
  const std::string url = "http://127.0.0.1:" + std::to_string(server_->port());
  desk_.views = {view("match", {answer("b.test", "did_not_answer", "cancelled"), answer("c.test", "match", "", 45),
                                answer("d.test", "did_not_answer", "no_answer")}),
                 view("no_match", {answer("b.test", "no_match")}), not_found("there is no such check")};
  const Outcome withdrawn = run_whorl({"exchange", "cancel", "check-1", "--node", url});
  EXPECT_EQ(withdrawn.status, 0) << withdrawn.err;
  EXPECT_EQ(desk_.cancelled, "check-1");
  EXPECT_EQ(withdrawn.out,
            "check check-1\nb.test: withdrawn\nc.test: was over before: match (45 dB)\n"
            "d.test: was over before: did not answer: no_answer (it has not said no)\n");
  EXPECT_THAT(withdrawn.err, HasSubstr("may have the question all the same, until 20"));
  EXPECT_THAT(withdrawn.err, HasSubstr("of the fingers it keeps nothing"));

  const Outcome over = run_whorl({"exchange", "cancel", "check-1", "--json", "--node", url});
  EXPECT_EQ(over.status, 0);
  EXPECT_THAT(over.err, HasSubstr("nothing is withdrawn"));
  EXPECT_EQ(boost::json::parse(over.out).at("result"), "no_match");

  EXPECT_EQ(run_whorl({"exchange", "cancel", "another", "--node", url}).status, 4);
  EXPECT_EQ(run_whorl({"exchange", "cancel", "..", "--node", url}).status, 3);
  EXPECT_EQ(desk_.cancelled, "another") << "what is no identifier is asked of nobody";
}

}  // namespace
}  // namespace whorl::tests
