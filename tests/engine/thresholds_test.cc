// Thresholds that two people set: who may, what searches go by, and what is left of it.
#include <gmock/gmock.h>

#include "engine/kept_thresholds.h"
#include "engine/threshold_row.h"
#include "tests/engine/engine_fixture.h"

namespace whorl::engine {
namespace {

using testing::HasSubstr;
using testing::SizeIs;
using State = ThresholdChange::State;

Call call_of(const std::string& subject) {
  Call out;
  out.who.issuer = "https://idp.test";
  out.who.subject = subject;
  out.who.by = SignedInBy::kToken;
  return out;
}

class ThresholdsTest : public EngineTest {
 protected:
  ThresholdDesk& desk() { return *engine().threshold_desk(); }

  static ThresholdProposal at(double threshold_db, const std::string& gallery = "") {
    ThresholdProposal out;
    out.gallery_id = gallery;
    out.rule = ThresholdRule{threshold_db, {}, {}};
    out.reason = "too many false answers";
    return out;
  }
  ThresholdChange proposed(const ThresholdProposal& what) {
    auto change = desk().propose(call_of("ana"), what);
    EXPECT_TRUE(change.ok()) << change.error().text();
    return change.ok() ? *change : ThresholdChange();
  }
  void put_in_force(const ThresholdProposal& what) {
    const auto decided = desk().decide(call_of("sup"), proposed(what).id, true, "");
    ASSERT_TRUE(decided.ok()) << decided.error().text();
    EXPECT_EQ(decided->state, State::kInForce);
  }
  [[nodiscard]] std::vector<State> states() {
    std::vector<State> out;
    const auto settings = desk().settings(call_of("ana"));
    for (const auto& each : settings->changes) out.push_back(each.state);
    return out;
  }
};

TEST_F(ThresholdsTest, WithoutASettingSearchesGoByTheConfiguration) {
  const ThresholdInForce now = desk().in_force("default");
  EXPECT_FALSE(now.rule.threshold_db);
  EXPECT_EQ(now.rule.target_fpir, IdentifyRequest{}.target_fpir);
  EXPECT_EQ(now.rule.review_band_db, config().review_band_db);
  EXPECT_EQ(now.change_id, "");
}

TEST_F(ThresholdsTest, AProposalChangesNothingUntilAnotherPersonApprovesIt) {
  const auto change = proposed(at(45));
  EXPECT_FALSE(desk().in_force("default").rule.threshold_db);
  const auto own = desk().decide(call_of("ana"), change.id, true, "");
  ASSERT_FALSE(own.ok());
  EXPECT_EQ(own.error().kind, ErrorKind::kUnauthorised);
  EXPECT_FALSE(desk().in_force("default").rule.threshold_db);
  const auto decided = desk().decide(call_of("sup"), change.id, true, "agreed");
  ASSERT_TRUE(decided.ok()) << decided.error().text();
  EXPECT_EQ(decided->decided_by->subject, "sup");
  EXPECT_EQ(desk().in_force("default").rule.threshold_db, 45);
  EXPECT_EQ(desk().in_force("default").change_id, change.id);
}

TEST_F(ThresholdsTest, OneNameOfTwoIssuersIsOnePerson) {
  const auto change = proposed(at(45));
  Call other = call_of("ana");
  other.who.issuer = "https://other.test";
  EXPECT_EQ(desk().decide(other, change.id, true, "").error().kind, ErrorKind::kUnauthorised);
  EXPECT_EQ(desk().withdraw(other, change.id).error().kind, ErrorKind::kUnauthorised);
}

TEST_F(ThresholdsTest, WhoeverReachesThePortIsNobodyWhoCouldProposeOrDecide) {
  EXPECT_EQ(desk().propose({}, at(45)).error().kind, ErrorKind::kUnauthorised);
  const auto change = proposed(at(45));
  EXPECT_EQ(desk().decide({}, change.id, true, "").error().kind, ErrorKind::kUnauthorised);
  EXPECT_EQ(desk().withdraw({}, change.id).error().kind, ErrorKind::kUnauthorised);
}

TEST_F(ThresholdsTest, WhatIsDecidedIsDecidedOnce) {
  const auto change = proposed(at(45));
  const auto rejected = desk().decide(call_of("sup"), change.id, false, "measure first");
  ASSERT_TRUE(rejected.ok());
  EXPECT_EQ(rejected->state, State::kRejected);
  EXPECT_EQ(desk().decide(call_of("sup"), change.id, true, "").error().kind, ErrorKind::kAlreadyExists);
  EXPECT_EQ(desk().withdraw(call_of("ana"), change.id).error().kind, ErrorKind::kAlreadyExists);
  EXPECT_EQ(desk().decide(call_of("sup"), "nothing", true, "").error().kind, ErrorKind::kNotFound);
  EXPECT_FALSE(desk().in_force("default").rule.threshold_db);
}

TEST_F(ThresholdsTest, ARejectionHasAReason) {
  const auto change = proposed(at(45));
  EXPECT_EQ(desk().decide(call_of("sup"), change.id, false, "").error().field, "reason");
  EXPECT_TRUE(desk().decide(call_of("sup"), change.id, true, "").ok());
}

TEST_F(ThresholdsTest, WhoProposedMayWithdrawAndNobodyElse) {
  const auto change = proposed(at(45));
  EXPECT_EQ(desk().withdraw(call_of("sup"), change.id).error().kind, ErrorKind::kUnauthorised);
  EXPECT_EQ(desk().withdraw(call_of("ana"), change.id)->state, State::kWithdrawn);
  EXPECT_EQ(desk().decide(call_of("sup"), change.id, true, "").error().kind, ErrorKind::kAlreadyExists);
}

TEST_F(ThresholdsTest, AGallerysOwnSettingGoesBeforeThatOfAll) {
  put_in_force(at(45));
  put_in_force(at(60, "border"));
  EXPECT_EQ(desk().in_force("default").rule.threshold_db, 45);
  EXPECT_EQ(desk().in_force("border").rule.threshold_db, 60);
  EXPECT_EQ(desk().in_force("border").gallery_id, "border");
  EXPECT_THAT(desk().settings(call_of("ana"))->in_force, SizeIs(2));
}

TEST_F(ThresholdsTest, ALaterOneEndsTheOneBeforeAndAnEndLeavesTheConfiguration) {
  put_in_force(at(45));
  put_in_force(at(50));
  EXPECT_EQ(desk().in_force("default").rule.threshold_db, 50);
  EXPECT_THAT(states(), testing::ElementsAre(State::kInForce, State::kEnded));
  ThresholdProposal end;
  end.reason = "back to the rate";
  put_in_force(end);
  EXPECT_FALSE(desk().in_force("default").rule.threshold_db);
  EXPECT_EQ(desk().in_force("default").change_id, "");
}

TEST_F(ThresholdsTest, EverythingSurvivesARestart) {
  ThresholdProposal what = at(45, "border");
  what.rule->review_band_db = 7.5;
  what.basis = ThresholdBasis{"run-1", "all", 2, std::string(64, 'a'), 47.5};
  put_in_force(what);
  const auto waiting = proposed(at(50));
  reopen();
  EXPECT_EQ(desk().in_force("border").rule.threshold_db, 45);
  EXPECT_EQ(desk().in_force("border").rule.review_band_db, 7.5);
  const auto changes = desk().settings(call_of("ana"))->changes;
  ASSERT_THAT(changes, SizeIs(2));
  for (const auto& each : changes) {
    if (each.id == waiting.id) {
      EXPECT_EQ(each.state, State::kProposed);
      continue;
    }
    EXPECT_EQ(each.state, State::kInForce);
    EXPECT_EQ(each.what.reason, what.reason);
    EXPECT_EQ(each.what.basis->evaluation, "run-1");
    EXPECT_EQ(each.what.basis->fingers, 2);
    EXPECT_EQ(each.what.basis->supported_db, 47.5);
    EXPECT_EQ(each.proposed_by.subject, "ana");
    EXPECT_EQ(each.decided_by->subject, "sup");
  }
  EXPECT_TRUE(desk().decide(call_of("sup"), waiting.id, true, "").ok());
  std::size_t damaged = 0;
  EXPECT_TRUE(engine().tasks()->all(damaged)->empty()) << "nobody takes them for accepted requests";
  EXPECT_TRUE(engine().exchange_rows()->all(damaged)->empty());
}

TEST_F(ThresholdsTest, WhatTheMeasurementDoesNotReachIsProposedWithThatWordAlone) {
  ThresholdProposal what = at(60);
  what.basis = ThresholdBasis{"run-1", "all", 1, std::string(64, 'a'), 59.5};
  EXPECT_EQ(desk().propose(call_of("ana"), what).error().field, "extrapolated");
  what.extrapolated = true;
  EXPECT_TRUE(desk().propose(call_of("ana"), what).ok());
  what.extrapolated = false;
  what.basis->supported_db = 60;
  EXPECT_TRUE(desk().propose(call_of("ana"), what).ok());
}

TEST_F(ThresholdsTest, AProposalThatSaysNothingOrTooMuchIsRefused) {
  const auto field = [&](const ThresholdProposal& what) {
    const auto change = desk().propose(call_of("ana"), what);
    return change.ok() ? std::string("taken") : change.error().field.text();
  };
  ThresholdProposal what = at(45);
  what.reason.clear();
  EXPECT_EQ(field(what), "reason");
  what.reason = std::string(kMostReasonBytes + 1, 'x');
  EXPECT_EQ(field(what), "reason");
  what = at(45);
  what.rule->target_fpir = 0.01;
  EXPECT_EQ(field(what), "threshold_db");
  what.rule = ThresholdRule{};
  EXPECT_EQ(field(what), "threshold_db");
  EXPECT_EQ(field(at(9.9)), "threshold_db");
  EXPECT_EQ(field(at(std::numeric_limits<double>::quiet_NaN())), "threshold_db");
  what.rule = ThresholdRule{{}, 0.6, {}};
  EXPECT_EQ(field(what), "target_fpir");
  what.rule = ThresholdRule{45, {}, 61};
  EXPECT_EQ(field(what), "review_band_db");
  EXPECT_EQ(field(at(45, "no such/name")), "gallery_id");
}

TEST_F(ThresholdsTest, ProposalsThatWaitAreBounded) {
  for (std::size_t i = 0; i < KeptThresholds::kMostWaiting; ++i) proposed(at(45));
  EXPECT_EQ(desk().propose(call_of("ana"), at(45)).error().kind, ErrorKind::kExhausted);
}

TEST_F(ThresholdsTest, OldChangesGoAndTheOneInForceStays) {
  put_in_force(at(45, "border"));
  for (std::size_t i = 0; i < KeptThresholds::kMostKept + 5; ++i) {
    ASSERT_TRUE(desk().withdraw(call_of("ana"), proposed(at(50)).id).ok());
  }
  EXPECT_THAT(states(), SizeIs(KeptThresholds::kMostKept));
  reopen();
  EXPECT_THAT(states(), SizeIs(KeptThresholds::kMostKept));
  EXPECT_EQ(desk().in_force("border").rule.threshold_db, 45);
}

TEST_F(ThresholdsTest, TheReviewLineIsThatOfTheSettingForTheNextSearch) {
  enrol_person(1);
  IdentifyRequest request = identify_person(1);
  request.threshold_db = 40;
  EXPECT_DOUBLE_EQ(engine().identify({}, request)->review_db, 40 - config().review_band_db);
  ThresholdProposal what = at(45);
  what.rule->review_band_db = 12;
  put_in_force(what);
  EXPECT_DOUBLE_EQ(engine().identify({}, request)->review_db, 28);
}

TEST_F(ThresholdsTest, EveryStepIsALeafOfTheAuditLog) {
  ThresholdProposal what = at(45, "border");
  what.basis = ThresholdBasis{"run-1", "all", 1, std::string(62, '0') + "ff", 50};
  put_in_force(what);
  ASSERT_TRUE(engine().read_audit({}, AuditHead{}).ok());
  const auto leaves = engine().read_audit({}, AuditLeaves{});
  ASSERT_TRUE(leaves.ok()) << leaves.error().text();
  EXPECT_THAT(*leaves, HasSubstr("\"threshold proposed\""));
  EXPECT_THAT(*leaves, HasSubstr("\"threshold in force\""));
  EXPECT_THAT(*leaves, HasSubstr("45000"));
  EXPECT_THAT(*leaves, HasSubstr("\"digest\"")) << "of the evaluation, keyed";
  EXPECT_THAT(*leaves, testing::Not(HasSubstr("false answers"))) << "no text of a caller";
}

TEST(ThresholdRow, WhatIsNoRowIsRefused) {
  ThresholdChange change;
  change.what.reason = "r";
  change.what.rule = ThresholdRule{45, {}, 5};
  const Bytes row = encoded(change);
  ASSERT_TRUE(parse_threshold_change("id", row).ok());
  for (std::size_t n = 0; n < row.size(); ++n) {
    EXPECT_FALSE(parse_threshold_change("id", ByteView(row).first(n)).ok()) << n;
  }
  Bytes longer = row;
  longer.push_back(0);
  EXPECT_FALSE(parse_threshold_change("id", longer).ok());
  Bytes other = row;
  other[0] = 9;
  EXPECT_FALSE(parse_threshold_change("id", other).ok());
}

}  // namespace
}  // namespace whorl::engine
