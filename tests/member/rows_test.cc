// What a member keeps, as bytes and back; and that a case's row has one length whatever it says.
#include "member/rows.h"

#include <gtest/gtest.h>

namespace whorl::member {
namespace {

Question question() {
  Question out;
  out.check_id = std::string(22, 'c');
  out.member = "b.rbdes.test";
  out.jti = std::string(22, 'j');
  out.ref = std::string(22, 'r');
  out.lane = exchange::Lane::kUrgent;
  out.iat = 1000;
  out.exp = 1060;
  out.state = QuestionState::kReceipted;
  out.reply_key = crypto::SecretBytes::copy_of(Bytes(32, 7));
  out.req = std::string(43, 'q');
  out.outcome = exchange::Outcome::kMatch;
  out.why = "why";
  out.score_db = 57;
  out.late = true;
  out.at = 1070;
  return out;
}

CaseRow case_row(std::size_t hits) {
  CaseRow out;
  out.member = "a.rbdes.test";
  out.jti = std::string(22, 'j');
  out.ref = std::string(22, 'r');
  out.purpose = "border.identity";
  out.received = 1000;
  out.check_exp = 1060;
  out.due_ms = 1'003'500;
  out.answer_exp = 4660;
  out.answer_jti = std::string(22, 'a');
  out.outcome = exchange::Outcome::kNoMatch;
  out.handle = std::string(22, 'h');
  out.release_key = crypto::SecretBytes::copy_of(Bytes(32, 9));
  for (std::size_t i = 0; i < hits; ++i) {
    engine::HiddenHit& hit = out.hidden.emplace_back();
    hit.person_id = std::string(128, 'p');
    hit.rule = "own_citizen";
    hit.score_db = 61.5 - static_cast<double>(i);
  }
  return out;
}

TEST(MemberRows, AQuestionIsReadAsItWasWritten) {
  const Question written = question();
  const auto read = parse_question(encoded(written));
  ASSERT_TRUE(read.ok()) << read.error().text();
  EXPECT_EQ(encoded(*read), encoded(written));
  EXPECT_EQ(read->member, written.member);
  EXPECT_EQ(read->state, QuestionState::kReceipted);
  EXPECT_TRUE(read->late);
  EXPECT_EQ(read->reply_key.size(), 32U);
}

TEST(MemberRows, ACheckIsReadAsItWasWritten) {
  CheckRow row;
  row.check_id = "id";
  row.subject = "officer";
  row.left_out = {{"e.rbdes.test", "feared"}};
  row.members = {{"b.rbdes.test"}, {"c.rbdes.test", "refused", "quota"}};
  const auto read = parse_check_row(encoded(row));
  ASSERT_TRUE(read.ok());
  ASSERT_EQ(read->members.size(), 2U);
  EXPECT_EQ(read->members[1].why, "quota");
  EXPECT_EQ(read->left_out[0].why, "feared");
}

TEST(MemberRows, ACaseHasOneLengthWhateverWasHidden) {
  for (std::size_t hits = 0; hits < 10; ++hits) {
    const auto bytes = encoded(case_row(hits));
    ASSERT_TRUE(bytes.ok()) << bytes.error().text();
    EXPECT_EQ(bytes->size(), kCaseRowBytes);
    const auto read = parse_case_row(*bytes);
    ASSERT_TRUE(read.ok());
    ASSERT_EQ(read->hidden.size(), std::min(hits, kMostHiddenHits));
    if (hits == 0) continue;
    EXPECT_EQ(read->hidden[0].score_db, 61.5);
    EXPECT_EQ(read->hidden[0].member, "a.rbdes.test");
  }
}

TEST(MemberRows, CountsAreReadAsTheyWereWritten) {
  exchange::QuotaLedger ledger;
  ledger.restore("aru", "bel", {20'000, 2026, 3, 40});
  const auto read = parse_ledger(encoded(ledger));
  ASSERT_TRUE(read.ok());
  EXPECT_EQ(read->counts(), ledger.counts());
}

// Cut anywhere, or with a byte changed where a choice or a version stands: an error, never a crash.
TEST(MemberRows, WhatIsDamagedIsRefused) {
  const Bytes whole = encoded(question());
  // Rows of earlier builds end before what a request for data needs, or before how an answer is known again.
  const std::size_t text = sizeof(std::uint32_t);  // of an empty one
  for (std::size_t n = 0; n < whole.size(); ++n) {
    const bool earlier = n == whole.size() - 3 * text || n == whole.size() - text;
    EXPECT_EQ(parse_question(ByteView(whole).first(n)).ok(), earlier) << n;
  }
  Bytes longer = whole;
  longer.push_back(0);
  EXPECT_FALSE(parse_question(longer).ok());
  for (std::size_t i = 0; i < whole.size(); ++i) {
    Bytes other = whole;
    other[i] ^= 0xff;
    static_cast<void>(parse_question(other));
  }
  EXPECT_FALSE(parse_case_row(Bytes(kCaseRowBytes - 1)).ok());
  EXPECT_FALSE(parse_case_row(Bytes(kCaseRowBytes, 0xff)).ok());
  EXPECT_FALSE(parse_ledger(Bytes{1, 0, 0, 0, 9}).ok());
}

}  // namespace
}  // namespace whorl::member
