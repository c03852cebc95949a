// The asking side as a state machine: what is taken for an answer, when it is late, and what a check comes to.
#include "member/question.h"

#include <gtest/gtest.h>

#include "crypto/jose/base64url.h"
#include "crypto/jose/jwk.h"
#include "tests/exchange/members.h"

namespace whorl::member {
namespace {

using engine::MemberAnswer;
using exchange::Outcome;
using exchange::Seconds;
using tests::kNow;

const std::string kB = "b.rbdes.test";

class QuestionTest : public testing::Test {
 protected:
  QuestionTest() : key_(tests::agreement_key()) {
    question_.check_id = "check";
    question_.member = kB;
    question_.jti = *exchange::new_id();
    question_.ref = *exchange::new_id();
    question_.iat = kNow.time_since_epoch().count();
    question_.exp = question_.iat + 60;
    question_.state = QuestionState::kReceipted;
    question_.reply_key = crypto::SecretBytes::copy_of(key_.secret());
    question_.req = crypto::base64url(sha256_of({as_bytes("check")}));
  }

  // The answer to it.
  [[nodiscard]] exchange::Opened answer(Outcome outcome = Outcome::kNoMatch) const {
    exchange::Opened out{tests::answer_between(kB, "a.rbdes.test", outcome),
                         exchange::Size::kReply,
                         false,
                         crypto::key_id(key_.public_key()),
                         {}};
    auto& body = std::get<exchange::Answer>(out.message.body);
    body.ref = question_.ref;
    body.re = question_.jti;
    body.req = question_.req;
    return out;
  }

  crypto::PrivateKey key_;
  Question question_;
};

TEST_F(QuestionTest, ItsAnswerIsTakenOnce) {
  ASSERT_TRUE(take_answer(question_, answer(Outcome::kMatch), kNow + Seconds(5)).ok());
  const MemberAnswer shown_now = shown(question_);
  EXPECT_EQ(shown_now.state, "match");
  EXPECT_EQ(shown_now.score_db, 57);
  EXPECT_FALSE(shown_now.late);
  EXPECT_TRUE(question_.reply_key.empty()) << "the one-time key is gone";
  EXPECT_FALSE(take_answer(question_, answer(Outcome::kNoMatch), kNow + Seconds(6)).ok());
  EXPECT_EQ(shown(question_).state, "match");
}

TEST_F(QuestionTest, WhatIsNoAnswerToItIsRefusedAndChangesNothing) {
  const auto refused = [&](exchange::Opened opened) {
    const Bytes before = encoded(question_);
    EXPECT_FALSE(take_answer(question_, opened, kNow + Seconds(5)).ok());
    EXPECT_EQ(encoded(question_), before);
  };
  auto other = answer();
  other.message.common.iss = "c.rbdes.test";
  refused(std::move(other));
  other = answer();
  std::get<exchange::Answer>(other.message.body).ref = *exchange::new_id();
  refused(std::move(other));
  other = answer();
  std::get<exchange::Answer>(other.message.body).re = *exchange::new_id();
  refused(std::move(other));
  other = answer();
  std::get<exchange::Answer>(other.message.body).req = crypto::base64url(sha256_of({as_bytes("another")}));
  refused(std::move(other));
  other = answer();
  other.kid = crypto::key_id(tests::agreement_key().public_key());
  refused(std::move(other));
  refused({tests::check_between(kB, "a.rbdes.test", key_.public_key()), exchange::Size::kSmall, false, {}, {}});
}

TEST_F(QuestionTest, OneThatWasNeverSealedHasNoAnswer) {
  question_.state = QuestionState::kQueued;
  question_.req.clear();
  EXPECT_FALSE(take_answer(question_, answer(), kNow).ok());
}

TEST_F(QuestionTest, WithoutAnAnswerInTimeItDidNotAnswerAndSaysHowFarItCame) {
  for (const auto& [state, why] :
       {std::pair(QuestionState::kQueued, "not_connected"), std::pair(QuestionState::kSealed, "no_receipt"),
        std::pair(QuestionState::kReceipted, "no_answer")}) {
    question_.state = state;
    EXPECT_FALSE(pass_time(question_, kNow + Seconds(59), kNow + Seconds(59)));
    EXPECT_EQ(shown(question_).state, "waiting");
    EXPECT_TRUE(pass_time(question_, kNow + Seconds(60), kNow + Seconds(60)));
    EXPECT_FALSE(pass_time(question_, kNow + Seconds(61), kNow + Seconds(61))) << "once";
    EXPECT_EQ(shown(question_).state, "did_not_answer");
    EXPECT_EQ(shown(question_).why, why);
  }
}

// It ends what waits, and takes no key away: what comes once the clock is set right is taken.
TEST_F(QuestionTest, AClockThatJumpsAheadCostsNoAnswer) {
  ASSERT_TRUE(pass_time(question_, kNow + Seconds(365 * 86400), kNow));
  EXPECT_EQ(shown(question_).state, "did_not_answer");
  ASSERT_TRUE(take_answer(question_, answer(), kNow + Seconds(30)).ok());
  EXPECT_EQ(shown(question_).state, "no_match");
  EXPECT_TRUE(shown(question_).late) << "after what was shown";
}

TEST_F(QuestionTest, ALateAnswerIsTakenForAnHourAndShownAsLate) {
  ASSERT_TRUE(pass_time(question_, kNow + Seconds(60), kNow + Seconds(60)));
  Question later = *parse_question(encoded(question_));
  ASSERT_TRUE(take_answer(question_, answer(), kNow + Seconds(60) + kLateAnswers - Seconds(1)).ok());
  EXPECT_EQ(shown(question_).state, "no_match");
  EXPECT_TRUE(shown(question_).late);
  EXPECT_TRUE(pass_time(later, kNow + Seconds(60) + kLateAnswers, kNow + Seconds(60) + kLateAnswers)) << "the key goes";
  EXPECT_TRUE(later.reply_key.empty());
  EXPECT_FALSE(take_answer(later, answer(), kNow + Seconds(60) + kLateAnswers).ok());
  EXPECT_EQ(shown(later).state, "did_not_answer");
}

// Of an answer that came before anybody had looked at the time.
TEST_F(QuestionTest, AnAnswerAfterTheEndIsLateThoughNobodyHasSaidSoYet) {
  ASSERT_TRUE(take_answer(question_, answer(), kNow + Seconds(60)).ok());
  EXPECT_TRUE(shown(question_).late);
}

MemberAnswer of(const std::string& state) { return {"m." + state, state}; }

// Every set of up to three members' states.
TEST(CheckResult, IsNoMatchOnlyWhereEveryMemberSaidSo) {
  const std::vector<std::string> states{"waiting", "match", "no_match", "indeterminate", "refused", "did_not_answer"};
  int no_matches = 0;
  for (const auto& a : states) {
    for (const auto& b : states) {
      for (const auto& c : states) {
        const std::vector<MemberAnswer> members{of(a), of(b), of(c)};
        const auto any = [&](const std::string& s) { return a == s || b == s || c == s; };
        const std::string result = result_of(members);
        EXPECT_EQ(result == "match", any("match"));
        EXPECT_EQ(result == "no_match", a == "no_match" && b == "no_match" && c == "no_match");
        EXPECT_EQ(result == "waiting", any("waiting") && !any("match"));
        no_matches += result == "no_match" ? 1 : 0;
        const bool said = sentence_of(members).find("o answer from m.did_not_answer") != std::string::npos;
        EXPECT_TRUE(said || !any("did_not_answer"));
      }
    }
  }
  EXPECT_EQ(no_matches, 1);
  EXPECT_EQ(result_of({}), "indeterminate");
}

TEST(CheckResult, IsSaidInASentence) {
  EXPECT_EQ(sentence_of({{"b.test", "match"}, {"c.test", "no_match"}, {"d.test", "did_not_answer"}}),
            "Known to b.test; not known to c.test; no answer from d.test.");
  EXPECT_EQ(sentence_of({{"b.test", "waiting"}, {"c.test", "waiting"}}), "Waiting for b.test, c.test.");
  EXPECT_EQ(sentence_of({}), "No member was asked.");
}

}  // namespace
}  // namespace whorl::member
