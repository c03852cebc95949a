// The answering side: what is refused and why, what is kept, and what leaves after a restart.
#include "member/answering.h"

#include <gtest/gtest.h>

#include "crypto/jose/base64url.h"
#include "engine/formats.h"
#include "member/row_names.h"
#include "tests/member/member_fixture.h"

namespace whorl::member {
namespace {

using exchange::Outcome;
using exchange::Seconds;
using tests::kNow;

class AnsweringTest : public testing::Test {
 protected:
  AnsweringTest() {
    for (int i = 1; i <= 4; ++i) node_.enrol("p" + std::to_string(i), i);
  }
  static Arrived asked(int person = 3, const std::string& from = "aru",
                       const std::shared_ptr<const Standing>& standing = standing_of("bel")) {
    return question(standing, from, "border.identity", Responder::fingers(person, 99));
  }
  exchange::Answer answered(const Arrived& arrived) {
    auto composed = node_.answering().compose(arrived);
    EXPECT_TRUE(composed.ok());
    return std::get<exchange::Answer>(std::move(composed->message.body));
  }
  // What it says: "match", or "refused purpose".
  std::string said(const Arrived& arrived) {
    const exchange::Answer answer = answered(arrived);
    return std::string(exchange::name_of(answer.outcome)) + (answer.why.empty() ? "" : " " + answer.why);
  }
  static exchange::Check& check_of(Arrived& arrived) { return std::get<exchange::Check>(arrived.opened.message.body); }

  Responder node_{"bel"};
};

TEST_F(AnsweringTest, WhoIsThereIsAMatchAndWhoIsNotIsNone) {
  const Arrived known = asked(3);
  const exchange::Answer match = answered(known);
  EXPECT_EQ(match.outcome, Outcome::kMatch);
  EXPECT_GT(match.score_db, 10);
  EXPECT_EQ(match.re, known.opened.message.common.jti);
  EXPECT_EQ(match.ref, std::get<exchange::Check>(known.opened.message.body).ref);
  EXPECT_EQ(match.req, crypto::base64url(known.opened.signed_text));
  EXPECT_EQ(match.quality.size(), 2U);
  const exchange::Answer none = answered(asked(50));
  EXPECT_EQ(none.outcome, Outcome::kNoMatch);
  EXPECT_EQ(none.score_db, 0);
  EXPECT_EQ(none.size_decade, match.size_decade);
}

// The minutiae of another system's record are all that a probe of it holds.
TEST_F(AnsweringTest, MinutiaeOfAnotherSystemAreComparedByThemselves) {
  const auto format = engine::template_format(Modality::kFinger, "ISO_19794_2");
  ASSERT_TRUE(format);
  const auto as_records = [&](int person) {
    std::vector<engine::Sample> out;
    for (const engine::Sample& own : Responder::fingers(person, 99)) {
      const auto record = engine::template_in(*format, own.position, own.bytes);
      EXPECT_TRUE(record.ok());
      const auto read = engine::samples_of_template(*record, *format);
      EXPECT_TRUE(read.ok());
      out.insert(out.end(), read->begin(), read->end());
    }
    return out;
  };
  const auto standing = standing_of("bel");
  const exchange::Answer known = answered(question(standing, "aru", "border.identity", as_records(3)));
  EXPECT_EQ(known.outcome, Outcome::kMatch);
  EXPECT_EQ(answered(question(standing, "aru", "border.identity", as_records(50))).outcome, Outcome::kNoMatch);
}

TEST_F(AnsweringTest, WhatThePolicyDoesNotAllowIsRefusedWithTheReason) {
  Arrived other = asked();
  check_of(other).purpose = "asylum.registration";
  EXPECT_EQ(said(other), "refused purpose");
  other = asked();
  check_of(other).by.reason = "curiosity";
  EXPECT_EQ(said(other), "refused purpose");
  other = asked();
  check_of(other).age = exchange::AgeGroup::kUnder6;
  EXPECT_EQ(said(other), "refused age");
  other = asked();
  check_of(other).fpir = "0.1";
  EXPECT_EQ(said(other), "refused fpir");
  EXPECT_EQ(said(asked(3, "del")), "refused pair");
  other = asked();
  other.opened.message.common.policy = "16/0123456789abcdef";
  EXPECT_EQ(said(other), "refused policy_version");
  other = asked();
  other.opened.message.common.iat += 1000;
  other.opened.message.common.exp += 1000;
  EXPECT_EQ(said(other), "refused clock");
  other = asked();
  other.received_ms += 61'000;
  EXPECT_EQ(said(other), "refused expired");
  EXPECT_EQ(said(asked(3, "aru", standing_of("bel", {}))), "refused pair") << "no gallery is open";
}

TEST_F(AnsweringTest, AProbeThatCannotBeComparedIsRefusedNeverNoMatch) {
  Arrived other = asked(50);
  check_of(other).probe.format = "minutiae9";
  EXPECT_EQ(said(other), "refused format");
  other = asked(50);
  for (auto& finger : check_of(other).probe.fingers)
    finger.data = crypto::SecretBytes::copy_of(as_bytes("a template of a version to come"));
  EXPECT_EQ(said(other), "refused format");
  other = asked(50);
  check_of(other).probe.format = "image";
  EXPECT_EQ(said(other), "refused format");
}

TEST_F(AnsweringTest, TheQuotaIsCountedToTheLastOneAndAfterARestart) {
  auto standing = std::make_shared<Standing>(*standing_of("bel"));
  standing->policy.pairs["aru"]["bel"].per_day = 3;
  EXPECT_EQ(said(asked(50, "aru", standing)), "no_match");
  Arrived refused = asked(50, "aru", standing);
  check_of(refused).by.reason = "curiosity";
  EXPECT_EQ(said(refused), "refused purpose") << "was delivered, and counts";
  node_.reopen();
  ASSERT_TRUE([&] {
    std::size_t damaged = 0;
    const auto rows = node_.rows().all(damaged);
    for (const auto& row : *rows) {
      if (row.id == kAnsweredRow) return node_.answering().take_counts(row.head).ok();
    }
    return false;
  }());
  EXPECT_EQ(said(asked(50, "aru", standing)), "no_match");
  EXPECT_EQ(said(asked(3, "aru", standing)), "refused quota") << "whoever it is";
  EXPECT_EQ(said(asked(50, "cor", standing)), "no_match") << "another pair";
}

TEST_F(AnsweringTest, AMessageThatCameBeforeIsNotWorkedOnAgain) {
  const Arrived arrived = asked();
  EXPECT_EQ(node_.answering().seen(arrived.opened, kNow), exchange::ReplayTable::Seen::kNew);
  EXPECT_EQ(node_.answering().seen(arrived.opened, kNow), exchange::ReplayTable::Seen::kAgain);
  const auto leaving = node_.answering().answer(copy_of(arrived));
  ASSERT_TRUE(leaving.ok() && *leaving);
  node_.reopen();
  std::size_t damaged = 0;
  const auto rows = node_.rows().all(damaged);
  std::optional<Leaving> again;
  for (const auto& row : *rows) {
    if (row.id.starts_with(kCaseRows)) again = *node_.answering().take_case(row.id, row.head, kNow);
  }
  EXPECT_EQ(node_.answering().seen(arrived.opened, kNow), exchange::ReplayTable::Seen::kAgain) << "after a restart";
  ASSERT_TRUE(again) << "the answer has not left yet";
  EXPECT_EQ(again->due_ms, (*leaving)->due_ms);
  EXPECT_EQ(again->jti, (*leaving)->jti);
  EXPECT_EQ(*node_.answering().envelope(again->row), *node_.answering().envelope((*leaving)->row));
  ASSERT_TRUE(node_.answering().sent(again->row).ok());
  node_.reopen();
  const auto later = node_.rows().all(damaged);
  for (const auto& row : *later) {
    if (row.id.starts_with(kCaseRows)) {
      EXPECT_FALSE(*node_.answering().take_case(row.id, row.head, kNow));
    }
  }
}

TEST_F(AnsweringTest, AnAnswerLeavesInItsSlotAndIsSealedToTheQuestionsOwnKey) {
  const crypto::PrivateKey reply = tests::agreement_key();
  Arrived arrived = asked();
  check_of(arrived).reply = reply.public_key();
  arrived.opened.second_layer = false;
  const auto leaving = node_.answering().answer(std::move(arrived));
  ASSERT_TRUE(leaving.ok() && *leaving);
  const std::int64_t now_ms = kNow.time_since_epoch().count() * 1000;
  EXPECT_GE((*leaving)->due_ms, now_ms + 3000) << "the border lane's slot";
  EXPECT_LT((*leaving)->due_ms, now_ms + 4000) << "and its jitter";
  const std::string envelope = *node_.answering().envelope((*leaving)->row);
  EXPECT_EQ(envelope.size(), exchange::envelope_bytes(exchange::Size::kReply, 12, 12, false));
  crypto::JweKey key;
  key.key = reply;
  const auto standing = standing_of("aru");
  const auto opened = exchange::open(
      envelope, {standing->name, &standing->partners, [&](std::string_view) { return &key; }, {}, "b.rbdes.test", {}});
  ASSERT_TRUE(opened.ok()) << opened.error().text();
  EXPECT_EQ(std::get<exchange::Answer>(opened->message.body).outcome, Outcome::kMatch);
}

TEST_F(AnsweringTest, ACaseIsKeptAsLongAsThePolicySays) {
  const auto standing = standing_of("bel");
  ASSERT_TRUE(node_.answering().answer(asked(3)).ok());
  ASSERT_TRUE(node_.answering().answer(asked(50)).ok());
  const auto cases = [&] {
    std::size_t damaged = 0;
    const auto rows = node_.rows().all(damaged);
    return std::count_if(rows->begin(), rows->end(), [](const auto& row) { return row.id.starts_with(kCaseRows); });
  };
  const exchange::Retention& retention = standing->policy.retention;
  ASSERT_TRUE(node_.answering().sweep(retention, kNow + Seconds(10)).ok());
  EXPECT_EQ(cases(), 2);
  ASSERT_TRUE(node_.answering().sweep(retention, kNow + retention.case_no_match).ok());
  EXPECT_EQ(cases(), 1);
  ASSERT_TRUE(node_.answering().sweep(retention, kNow + retention.case_match).ok());
  EXPECT_EQ(cases(), 0);
}

TEST_F(AnsweringTest, WhatIsWantedNoMoreDoesNotLeave) {
  const Arrived arrived = asked();
  const std::string ref = std::get<exchange::Check>(arrived.opened.message.body).ref;
  const auto leaving = node_.answering().answer(copy_of(arrived));
  ASSERT_TRUE(leaving.ok() && *leaving);
  ASSERT_TRUE(node_.answering().drop("c.rbdes.test", ref).ok());
  EXPECT_TRUE(node_.answering().envelope((*leaving)->row).ok()) << "another member cancels nothing";
  ASSERT_TRUE(node_.answering().drop("a.rbdes.test", ref).ok());
  EXPECT_FALSE(node_.answering().envelope((*leaving)->row).ok());
  node_.reopen();
  std::size_t damaged = 0;
  const auto rows = node_.rows().all(damaged);
  for (const auto& row : *rows) {
    if (row.id.starts_with(kCaseRows)) {
      EXPECT_FALSE(*node_.answering().take_case(row.id, row.head, kNow));
    }
  }
}

// Four that are on disk in one row, and one that came after it was written.
TEST_F(AnsweringTest, WhoIsHitAgainAndAgainIsAnAlarmAfterARestartToo) {
  for (std::size_t i = 0; i + 1 < kAlarmHits; ++i) ASSERT_TRUE(node_.answering().answer(asked()).ok());
  ASSERT_TRUE(node_.answering().sweep(standing_of("bel")->policy.retention, kNow).ok());
  EXPECT_TRUE(node_.answering().hit_alarms(kNow).empty());
  Arrived last = asked();
  last.received_ms += 1000;
  ASSERT_TRUE(node_.answering().answer(std::move(last)).ok());
  ASSERT_EQ(node_.answering().hit_alarms(kNow).size(), 1U);
  EXPECT_EQ(node_.answering().hit_alarms(kNow).front().person_id, "p3");
  node_.reopen();
  std::size_t damaged = 0;
  const auto rows = node_.rows().all(damaged);
  for (const auto& row : *rows) {
    if (row.id.starts_with(kCaseRows)) {
      EXPECT_TRUE(node_.answering().take_case(row.id, row.head, kNow).ok());
    }
    if (row.id == kHitsRow) {
      EXPECT_TRUE(node_.answering().take_hits(row.head).ok());
    }
  }
  node_.answering().count_hits_again();
  ASSERT_EQ(node_.answering().hit_alarms(kNow).size(), 1U);
  EXPECT_EQ(node_.answering().hit_alarms(kNow).front().hits, static_cast<int>(kAlarmHits));
}

}  // namespace
}  // namespace whorl::member
