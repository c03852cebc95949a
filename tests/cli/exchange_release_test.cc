// whorl exchange ask-data, data, desk, case, decide, register, withdraw: the real binary against a real server, behind
// which a desk says what the test sets.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <fstream>

#include "tests/cli/run_whorl.h"
#include "tests/server/access_fixture.h"
#include "tests/server/release_desk.h"

namespace whorl::tests {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

constexpr std::string_view kPng("\x89PNG\r\n\x1a\n and what follows", 24);

class ExchangeRelease : public AccessTest {
 protected:
  ExchangeRelease() {
    service_->set_member_desk(&desk_);
    std::ofstream(finger_, std::ios::binary) << kPng;
    start();
  }
  ~ExchangeRelease() override { server_.reset(); }

  Outcome run(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), "exchange");
    arguments.insert(arguments.end(), {"--node", "http://127.0.0.1:" + std::to_string(server_->port())});
    return run_whorl(arguments);
  }
  Outcome data(std::vector<std::string> more = {}) {
    more.insert(more.begin(), {"data", "--check", "check-1", "--member", "b.test"});
    return run(more);
  }

  std::string finger_ = (folder_.path() / "a.png").string();
  ReleaseDesk desk_;
};

TEST_F(ExchangeRelease, ARequestReachesTheDeskAndSaysThatAnOfficerDecides) {
  const Outcome outcome = run({"ask-data", "--check", "check-1", "--member", "b.test", "--item", "identity", "--item",
                               "document", "--basis", "no document", "--finger", "right_index=" + finger_});
  EXPECT_EQ(outcome.status, 0) << outcome.err;
  EXPECT_THAT(outcome.out, HasSubstr("b.test: waits for an officer there"));
  EXPECT_EQ(desk_.asked_.check_id, "check-1");
  EXPECT_EQ(desk_.asked_.basis, "no document");
  EXPECT_THAT(desk_.asked_.items, ElementsAre("identity", "document"));
  ASSERT_EQ(desk_.asked_.samples.size(), 1U);
  EXPECT_EQ(as_text(desk_.asked_.samples[0].bytes), kPng);
}

TEST_F(ExchangeRelease, DataArePrintedALineEachWithTheirTerms) {
  desk_.view_.state = "partly";
  desk_.view_.data = R"({"identity":{"lastName":"Vela\u001b[2J","given":["Anna","Ida"]}})";
  desk_.view_.purposes = {"border.identity"};
  desk_.view_.delete_by = std::chrono::sys_seconds(std::chrono::seconds(1'800'000'000));
  desk_.view_.change = "corrected";
  const Outcome outcome = data();
  EXPECT_EQ(outcome.status, 0) << outcome.err;
  EXPECT_THAT(outcome.out, HasSubstr("b.test: released in part\n"));
  EXPECT_THAT(outcome.out, HasSubstr("  identity.lastName: Vela?[2J\n")) << "another member's text is no command";
  EXPECT_THAT(outcome.out, HasSubstr("  identity.given[2]: Ida\n"));
  EXPECT_THAT(outcome.out, HasSubstr("for border.identity alone, handed on to nobody, deleted by 2027-01-15"));
  EXPECT_THAT(outcome.out, HasSubstr("corrected there, and so here"));
  const Outcome json = data({"--json"});
  EXPECT_EQ(boost::json::parse(json.out).at("data").at("identity").at("given").at(0), "Anna");
}

TEST_F(ExchangeRelease, TheStatusSaysWhetherAnythingWasReleased) {
  EXPECT_EQ(data().status, 11) << "waiting";
  desk_.view_.state = "refused";
  desk_.view_.why = "officer";
  const Outcome refused = data();
  EXPECT_EQ(refused.status, 10);
  EXPECT_THAT(refused.out, HasSubstr("b.test: refused: officer"));
  desk_.view_.state = "did_not_answer";
  EXPECT_EQ(data().status, 11);
  EXPECT_THAT(data().out, HasSubstr("it has not refused"));
  EXPECT_EQ(run({"data", "--check", "other", "--member", "b.test"}).status, 4);
  EXPECT_EQ(run({"data", "--check", "a/../b", "--member", "b.test"}).status, 3);
}

TEST_F(ExchangeRelease, TheDeskSaysWhoAsksForWhatAndWhy) {
  const Outcome outcome = run({"desk"});
  EXPECT_EQ(outcome.status, 0) << outcome.err;
  EXPECT_THAT(outcome.out, HasSubstr("request-1: a.test asks for identity, document of Anna (55 dB)"));
  EXPECT_THAT(outcome.out, HasSubstr("basis: at the border"));
  EXPECT_THAT(outcome.out, HasSubstr("lets you release identity; to be decided by"));
  EXPECT_THAT(outcome.out, Not(HasSubstr("two officers")));
  desk_.case_.second_officer = true;
  EXPECT_THAT(run({"desk"}).out, HasSubstr("two officers have to, 0 has"));
  desk_.empty_ = true;
  EXPECT_EQ(run({"desk"}).out, "no request waits\n");
  EXPECT_EQ(run({"register"}).out, "nobody was given anything, or refused\n");
}

TEST_F(ExchangeRelease, ACaseIsShownWithPicturesOfBothSides) {
  const std::string pictures = (folder_.path() / "pictures").string();
  const Outcome outcome = run({"case", "--request", "request-1", "--out", pictures});
  EXPECT_EQ(outcome.status, 0) << outcome.err;
  EXPECT_TRUE(std::filesystem::exists(pictures + "/1-theirs-image.png"));
  EXPECT_TRUE(std::filesystem::exists(pictures + "/1-ours-ridges.png"));
  EXPECT_FALSE(std::filesystem::exists(pictures + "/1-ours-image.png")) << "there is none";
  EXPECT_EQ(run({"case", "--request", "other"}).status, 4);
}

TEST_F(ExchangeRelease, ADecisionReachesTheDeskOnceAndUnambiguously) {
  const Outcome released = run({"decide", "--request", "request-1", "--release", "identity", "--keep-days", "30"});
  EXPECT_EQ(released.status, 0) << released.err;
  EXPECT_EQ(released.out, "released in part\n");
  EXPECT_THAT(desk_.decided_.items, ElementsAre("identity"));
  EXPECT_TRUE(desk_.decided_.delete_by);
  EXPECT_EQ(run({"decide", "--request", "request-1", "--refuse"}).out, "refused\n");
  EXPECT_EQ(run({"decide", "--request", "request-1"}).status, 3);
  EXPECT_EQ(run({"decide", "--request", "request-1", "--refuse", "--release", "identity"}).status, 2);
  desk_.refusal_ = already_exists("it was decided, or its time is over", "request_id");
  EXPECT_EQ(run({"decide", "--request", "request-1", "--refuse"}).status, 5);
}

TEST_F(ExchangeRelease, TheRegisterSaysWhoGotWhatAndWhetherTheyFollowed) {
  const std::string given = run({"register"}).out;
  EXPECT_THAT(given, HasSubstr("entry-1: a.test, Anna, border.identity: released in part: identity, by mira.ost"));
  EXPECT_THAT(given, HasSubstr("to be deleted by 2027-01-15"));
  desk_.entry_.notice = "corrected";
  desk_.entry_.notice_at = std::chrono::sys_seconds(std::chrono::seconds(1'790'000'000));
  EXPECT_THAT(run({"register"}).out, HasSubstr("not signed for yet"));
  desk_.entry_.receipt_at = desk_.entry_.notice_at;
  EXPECT_THAT(run({"register"}).out, HasSubstr("they signed for it"));
  EXPECT_THAT(run({"withdraw", "--entry", "entry-1"}).out, HasSubstr("withdrawn"));
  EXPECT_EQ(run({"withdraw", "--entry", "other"}).status, 4);
}

TEST(ExchangeReleaseHelp, EveryVerbSaysWhatItIsForAndItsFlags) {
  for (const char* verb : {"ask-data", "data", "desk", "case", "decide", "register", "withdraw"}) {
    const Outcome outcome = run_whorl({"exchange", verb, "--help"});
    EXPECT_EQ(outcome.status, 0) << verb;
    for (const char* flag : {"--node", "--token", "--ca", "--json", "whorl exchange"})
      EXPECT_THAT(outcome.out, HasSubstr(flag)) << verb;
  }
}

}  // namespace
}  // namespace whorl::tests
