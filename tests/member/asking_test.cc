// The asking side: whom it asks, what it keeps, and what it takes for an answer.
#include "member/asking.h"

#include <gtest/gtest.h>

#include "member/row_names.h"
#include "tests/member/member_fixture.h"

namespace whorl::member {
namespace {

using engine::CheckQuestion;
using engine::CheckView;
using exchange::Outcome;
using exchange::Seconds;
using tests::kNow;

class AskingTest : public testing::Test {
 protected:
  AskingTest() { reopen(); }

  // As after the end of the process: what is on disk is read.
  void reopen() {
    asking_ = std::make_unique<Asking>(
        Asking::With{keys_, node_.engine(), node_.rows(), node_.world(), crypto::system_random()});
    std::size_t damaged = 0;
    const auto rows = node_.rows().all(damaged);
    for (const auto& row : *rows) {
      if (row.id.starts_with(kCheckRows)) {
        EXPECT_TRUE(asking_->take_check(row.head).ok());
      }
      if (row.id.starts_with(kQuestionRows)) {
        EXPECT_TRUE(asking_->take_question(row.head).ok());
      }
      if (row.id == kAskedRow) {
        EXPECT_TRUE(asking_->take_counts(row.head).ok());
      }
      if (row.id == kPseudonymsRow) {
        EXPECT_TRUE(asking_->take_pseudonyms(row.head).ok());
      }
    }
  }
  static CheckQuestion wanted() {
    CheckQuestion out;
    out.purpose = "border.identity";
    out.reason = "no_document";
    out.matter = "case 7";
    out.samples = Responder::fingers(3, 99);
    return out;
  }
  Result<CheckView> ask(const CheckQuestion& question, const std::optional<engine::RequestKey>& key = {}) {
    return asking_->ask(who_, question, key, *standing_);
  }
  std::string refusal(const CheckQuestion& question) {
    const auto asked = ask(question);
    return asked.ok() ? "asked" : std::string(asked.error().code());
  }
  exchange::Time now() { return std::chrono::floor<exchange::Seconds>(node_.world().now()); }
  CheckView view(const std::string& id) { return *asking_->check(who_, id); }
  // The question to this member, sealed for a key of its, and opened there.
  exchange::Opened opened_at(const std::string& member, const std::string& jti) {
    const crypto::PrivateKey day = tests::agreement_key();
    EXPECT_TRUE(asking_->seal(jti, day.public_key()).ok());
    const auto sending = asking_->sending(jti);
    EXPECT_TRUE(sending.ok() && *sending);
    crypto::JweKey key;
    key.key = day;
    auto opened = exchange::open(
        (*sending)->envelope,
        {member, &standing_->partners, [&](std::string_view) { return &key; }, {}, standing_->name, jti});
    EXPECT_TRUE(opened.ok()) << opened.error().text();
    return std::move(*opened);
  }
  // That member's answer, as it is opened here.
  exchange::Opened answer_to(const exchange::Opened& question, const std::string& member, Outcome outcome) {
    const auto& check = std::get<exchange::Check>(question.message.body);
    exchange::Opened out{tests::answer_between(member, standing_->name, outcome),
                         exchange::Size::kReply,
                         false,
                         crypto::key_id(check.reply),
                         {}};
    auto& answer = std::get<exchange::Answer>(out.message.body);
    answer.ref = check.ref;
    answer.re = question.message.common.jti;
    answer.req = crypto::base64url(question.signed_text);
    return out;
  }
  std::string question_to(const CheckView& check, const std::string& member) {
    for (const std::string& jti : asking_->questions_of(check.check_id)) {
      const auto sending = asking_->sending(jti);
      if (sending.ok() && *sending && (*sending)->member == member) return jti;
    }
    return {};
  }

  Responder node_{"aru"};
  OwnKeys keys_ = keys_of("aru");
  std::shared_ptr<const Standing> standing_ = standing_of("aru");
  engine::Call who_;
  std::unique_ptr<Asking> asking_;
};

TEST_F(AskingTest, ACheckAsksEveryMemberThatThePolicyAllows) {
  const auto check = ask(wanted());
  ASSERT_TRUE(check.ok()) << check.error().text();
  ASSERT_EQ(check->members.size(), 2U);
  EXPECT_EQ(check->members[0].member, "b.rbdes.test");
  EXPECT_EQ(check->members[1].member, "c.rbdes.test");
  EXPECT_EQ(check->result, "waiting");
  EXPECT_EQ(check->left_out.size(), 2U) << "no pair, or it does not respond";
  EXPECT_EQ(asking_->to_send().size(), 2U);
}

TEST_F(AskingTest, WhatThePolicyDoesNotAllowIsNotAskedAndSaysWhy) {
  CheckQuestion other = wanted();
  other.purpose = "curiosity";
  EXPECT_EQ(refusal(other), "check_refused");
  other = wanted();
  other.reason = "routine";
  EXPECT_EQ(refusal(other), "check_refused");
  other = wanted();
  other.age = "<6";
  EXPECT_EQ(refusal(other), "check_refused");
  other = wanted();
  other.members = {"nobody.test"};
  EXPECT_EQ(refusal(other), "unknown_member");
  other = wanted();
  other.members = {"e.rbdes.test"};
  EXPECT_EQ(refusal(other), "nobody_to_ask");
  other = wanted();
  other.samples.clear();
  EXPECT_EQ(refusal(other), "probe_not_sent");
  other = wanted();
  other.samples[0].format = Format::kPng;
  EXPECT_EQ(refusal(other), "probe_not_sent");
  other = wanted();
  other.purpose = "asylum.registration";
  other.reason = "claim_review";
  other.country = "COR";
  EXPECT_EQ(refusal(other), "nobody_to_ask") << "no secret is shared with any";
  who_.who.by = engine::SignedInBy::kToken;
  EXPECT_EQ(refusal(wanted()), "scope_lacking");
}

TEST_F(AskingTest, TheWireSaysNothingOfWhoAsksButWhatEachMemberAloneCanTell) {
  const auto check = ask(wanted());
  ASSERT_TRUE(check.ok());
  const auto b = opened_at("b.rbdes.test", question_to(*check, "b.rbdes.test"));
  const auto c = opened_at("c.rbdes.test", question_to(*check, "c.rbdes.test"));
  const auto& to_b = std::get<exchange::Check>(b.message.body);
  const auto& to_c = std::get<exchange::Check>(c.message.body);
  EXPECT_NE(to_b.ref, to_c.ref);
  EXPECT_NE(to_b.by.officer, to_c.by.officer);
  EXPECT_NE(to_b.by.matter, to_c.by.matter);
  EXPECT_NE(to_b.reply, to_c.reply);
  EXPECT_EQ(to_b.fpir, "0.0005") << "0.001, shared out over two";
  const auto again = ask(wanted());
  const auto second = opened_at("b.rbdes.test", question_to(*again, "b.rbdes.test"));
  EXPECT_EQ(std::get<exchange::Check>(second.message.body).by.officer, to_b.by.officer) << "the same, for one member";
  EXPECT_NE(std::get<exchange::Check>(second.message.body).ref, to_b.ref);
}

TEST_F(AskingTest, AnAnswerIsShownAndTheProbeIsKeptNoLongerThanItMustBe) {
  const auto check = ask(wanted());
  ASSERT_TRUE(check.ok());
  const std::string jti = question_to(*check, "b.rbdes.test");
  const auto at_b = opened_at("b.rbdes.test", jti);
  EXPECT_FALSE(*node_.rows().request(question_name(jti))) << "sealed: what it was made of is gone";
  ASSERT_TRUE(asking_->receipted(jti).ok());
  ASSERT_TRUE(asking_->take_answer(answer_to(at_b, "b.rbdes.test", Outcome::kMatch)).ok());
  EXPECT_FALSE(asking_->take_answer(answer_to(at_b, "b.rbdes.test", Outcome::kNoMatch)).ok()) << "once";
  EXPECT_EQ(view(check->check_id).result, "match");
  EXPECT_EQ(view(check->check_id).members[0].state, "match");
  EXPECT_EQ(view(check->check_id).members[1].state, "waiting");
  EXPECT_EQ(asking_->to_send().size(), 1U);
}

TEST_F(AskingTest, WhoDoesNotAnswerHasNotSaidNo) {
  const auto check = ask(wanted());
  ASSERT_TRUE(check.ok());
  const auto at_b = opened_at("b.rbdes.test", question_to(*check, "b.rbdes.test"));
  ASSERT_TRUE(asking_->take_answer(answer_to(at_b, "b.rbdes.test", Outcome::kNoMatch)).ok());
  node_.world().set(kNow + Seconds(61));
  ASSERT_TRUE(asking_->pass_time(standing_->policy.retention, now()).ok());
  const CheckView after = view(check->check_id);
  EXPECT_EQ(after.members[1].state, "did_not_answer");
  EXPECT_EQ(after.members[1].why, "not_connected");
  EXPECT_EQ(after.result, "indeterminate");
  EXPECT_TRUE(asking_->to_send().empty());
}

// As a kill leaves it: whatever was acknowledged is there, sealed bytes are the same, and keys still open.
TEST_F(AskingTest, WhatWasAskedIsThereAfterARestart) {
  const auto check = ask(wanted());
  ASSERT_TRUE(check.ok());
  const std::string jti = question_to(*check, "b.rbdes.test");
  const auto at_b = opened_at("b.rbdes.test", jti);
  const std::string envelope = (*asking_->sending(jti))->envelope;
  reopen();
  EXPECT_EQ(asking_->to_send().size(), 2U);
  EXPECT_EQ((*asking_->sending(jti))->envelope, envelope) << "sent again as the same bytes";
  EXPECT_EQ(view(check->check_id).result, "waiting");
  const auto& reply = std::get<exchange::Check>(at_b.message.body).reply;
  EXPECT_TRUE(asking_->reply_key(crypto::key_id(reply)));
  ASSERT_TRUE(asking_->take_answer(answer_to(at_b, "b.rbdes.test", Outcome::kMatch)).ok());
  EXPECT_FALSE(asking_->reply_key(crypto::key_id(reply))) << "used";
  reopen();
  EXPECT_EQ(view(check->check_id).members[0].state, "match");
  EXPECT_EQ(asking_->to_send().size(), 1U);
}

TEST_F(AskingTest, TheSameRequestUnderOneKeyIsAskedOnce) {
  engine::RequestKey key;
  key.key.fill(1);
  key.request.fill(2);
  const auto first = ask(wanted(), key);
  ASSERT_TRUE(first.ok());
  reopen();
  const auto second = ask(wanted(), key);
  ASSERT_TRUE(second.ok());
  EXPECT_EQ(second->check_id, first->check_id);
  EXPECT_TRUE(second->repeated);
  EXPECT_EQ(asking_->to_send().size(), 2U);
  key.request.fill(3);
  EXPECT_EQ(ask(wanted(), key).error().code(), "idempotency_key_reused");
}

TEST_F(AskingTest, TheQuotaIsCountedHereToo) {
  auto standing = std::make_shared<Standing>(*standing_);
  standing->policy.pairs["aru"]["bel"].per_day = 1;
  standing_ = standing;
  ASSERT_TRUE(ask(wanted()).ok());
  reopen();
  const auto second = ask(wanted());
  ASSERT_TRUE(second.ok());
  EXPECT_EQ(second->members[0].state, "refused");
  EXPECT_EQ(second->members[0].why, "quota");
  EXPECT_EQ(second->members[1].state, "waiting");
}

TEST_F(AskingTest, ACheckIsSeenByWhoAskedAlone) {
  const auto check = ask(wanted());
  ASSERT_TRUE(check.ok());
  who_.who.subject = "somebody else";
  EXPECT_EQ(asking_->check(who_, check->check_id).error().code(), "unknown_check");
  who_.who.subject = "local";
  EXPECT_EQ(asking_->check(who_, "another").error().code(), "unknown_check");
}

TEST_F(AskingTest, ACheckIsKeptAsLongAsThePolicySays) {
  const auto check = ask(wanted());
  ASSERT_TRUE(check.ok());
  const auto rows = [&] {
    std::size_t damaged = 0;
    const auto all = node_.rows().all(damaged);
    return std::count_if(all->begin(), all->end(), [](const auto& row) {
      return row.id.starts_with(kCheckRows) || row.id.starts_with(kQuestionRows);
    });
  };
  EXPECT_EQ(rows(), 3);
  node_.world().set(kNow + Seconds(61));
  ASSERT_TRUE(asking_->pass_time(standing_->policy.retention, now()).ok());
  EXPECT_EQ(rows(), 3);
  node_.world().set(kNow + standing_->policy.retention.case_no_match + Seconds(3700));
  ASSERT_TRUE(asking_->pass_time(standing_->policy.retention, now()).ok());
  EXPECT_EQ(rows(), 0);
  EXPECT_FALSE(asking_->check(who_, check->check_id).ok());
}

// The node ended before the check was on disk as a whole, and whoever asked heard nothing of it.
TEST_F(AskingTest, ACheckThatWasNotAskedToItsEndIsNotSent) {
  const auto check = ask(wanted());
  ASSERT_TRUE(check.ok()) << check.error().text();
  const std::string whole = check_name(check->check_id);
  ASSERT_TRUE(node_.rows().erase(std::span(&whole, 1)).ok());
  reopen();
  ASSERT_EQ(asking_->to_send().size(), 2U);
  ASSERT_TRUE(asking_->drop_unasked().ok());
  EXPECT_TRUE(asking_->to_send().empty());
  reopen();
  EXPECT_TRUE(asking_->to_send().empty()) << "on disk, too";
}

TEST_F(AskingTest, AnAnswerThatComesTwiceIsKnownAgainThoughItsKeyIsGone) {
  const auto check = ask(wanted());
  ASSERT_TRUE(check.ok()) << check.error().text();
  const auto question = opened_at("b.rbdes.test", question_to(*check, "b.rbdes.test"));
  const auto answer = answer_to(question, "b.rbdes.test", Outcome::kNoMatch);
  EXPECT_FALSE(asking_->took(taken_mark(answer)));
  ASSERT_TRUE(asking_->take_answer(answer).ok());
  EXPECT_TRUE(asking_->took(taken_mark(answer)));
  reopen();
  EXPECT_TRUE(asking_->took(taken_mark(answer)));
  EXPECT_FALSE(asking_->took(taken_mark("c.rbdes.test", answer.message.common.jti, answer.envelope)));
}

TEST_F(AskingTest, WhoCancelsWaitsForNobodyAndWhatComesThenChangesNothing) {
  const auto check = ask(wanted());
  ASSERT_TRUE(check.ok()) << check.error().text();
  const auto question = opened_at("b.rbdes.test", question_to(*check, "b.rbdes.test"));
  engine::Call other = who_;
  other.who.by = engine::SignedInBy::kToken;
  other.who.subject = "another";
  other.who.scopes = {"whorl.exchange.ask"};
  EXPECT_EQ(asking_->cancel(other, check->check_id).error().kind, ErrorKind::kNotFound);
  const auto told = asking_->cancel(who_, check->check_id);
  ASSERT_TRUE(told.ok()) << told.error().text();
  ASSERT_EQ(told->size(), 1U) << "c was not asked yet";
  EXPECT_EQ(told->front().member, "b.rbdes.test");
  EXPECT_EQ(told->front().ref, std::get<exchange::Check>(question.message.body).ref);
  EXPECT_TRUE(asking_->to_send().empty());
  const auto answer = answer_to(question, "b.rbdes.test", Outcome::kMatch);
  EXPECT_TRUE(asking_->take_answer(answer).ok()) << "so that it is not sent again";
  EXPECT_TRUE(asking_->took(taken_mark(answer)));
  for (const auto& each : view(check->check_id).members) {
    EXPECT_EQ(each.state, "did_not_answer");
    EXPECT_EQ(each.why, "cancelled");
  }
  EXPECT_EQ(view(check->check_id).result, "indeterminate") << "never a no";
  EXPECT_TRUE(asking_->cancel(who_, check->check_id)->empty()) << "once";
}

}  // namespace
}  // namespace whorl::member
