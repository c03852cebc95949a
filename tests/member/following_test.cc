// What follows data that were released: corrections, erasures, withdrawals, and the receipts for them.
#include <gmock/gmock.h>

#include "tests/member/release_fixture.h"

namespace whorl::member {
namespace {

using testing::HasSubstr;
using testing::Not;

class FollowingTest : public ReleaseTest {
 protected:
  FollowingTest() {
    id_ = request_for("anna");
    EXPECT_TRUE(decide(id_, {"identity"}, officer_b_).ok());
    deliver();
  }
  engine::Disclosure entry() { return disclosures_->list(officer_b_)->front(); }

  std::string id_;
};

TEST_F(FollowingTest, ACorrectionReachesWhoeverGotTheData) {
  EXPECT_EQ(follow(), 0U) << "nothing has changed";
  pass(std::chrono::hours(1));
  b_node_.keep("anna", "e1", R"({"lastName": "Vela-Orr", "documentNumber": "X9"})");
  EXPECT_EQ(follow(), 1U);
  const auto got = view();
  EXPECT_THAT(got.data, HasSubstr("Vela-Orr"));
  EXPECT_THAT(got.data, Not(HasSubstr("X9"))) << "no more than was released";
  EXPECT_EQ(got.state, "partly");
  EXPECT_EQ(got.change, "corrected");
  EXPECT_EQ(*got.changed_at, now());
  EXPECT_EQ(*got.delete_by, now() - std::chrono::hours(1) + b_standing_->policy.retention.released_data) << "as before";
  EXPECT_EQ(entry().notice, "corrected");
  EXPECT_EQ(*entry().receipt_at, now());
  EXPECT_THAT(b_node_.log(), testing::Contains(testing::StartsWith("notice corrected ")));
  EXPECT_THAT(b_node_.log(), testing::Contains(testing::StartsWith("notice corrected:taken")));
  EXPECT_THAT(a_node_.log(), testing::Contains(testing::StartsWith("receive corrected")));
  EXPECT_EQ(follow(), 0U) << "once";
}

TEST_F(FollowingTest, WhatWasNotReleasedIsNoCorrection) {
  b_node_.keep("anna", "e1", R"({"lastName": "Vela", "documentNumber": "X9"})");
  EXPECT_EQ(follow(), 0U);
  b_node_.keep("anna", "e2", R"({"lastName": "Another"})");
  EXPECT_EQ(follow(), 0U) << "an encounter that came later";
}

// What cannot be sent any more must not stay as it was.
TEST_F(FollowingTest, ACorrectionThatIsTooLongDeletesTheDataThere) {
  b_node_.keep("anna", "e1", R"({"lastName": ")" + std::string(40'000, 'x') + R"("})");
  EXPECT_EQ(follow(), 1U);
  EXPECT_EQ(view().data, "");
  EXPECT_EQ(view().change, "withdrawn");
  EXPECT_EQ(entry().notice, "withdrawn");
  EXPECT_TRUE(entry().receipt_at);
  EXPECT_EQ(follow(), 0U);
}

TEST_F(FollowingTest, AnErasureDeletesTheDataThere) {
  b_node_.erase("anna");
  EXPECT_EQ(follow(), 1U);
  EXPECT_EQ(view().data, "");
  EXPECT_EQ(view().change, "erased");
  EXPECT_FALSE(view().delete_by);
  const auto kept = a_node_.store().result(release_ask_name(check_, b_standing_->name));
  EXPECT_TRUE(kept->value_or(Bytes()).empty());
  EXPECT_EQ(follow(), 0U);
}

TEST_F(FollowingTest, AnOfficerHasTheDataDeletedThere) {
  const auto told = disclosures_->withdraw(officer_b_, id_);
  ASSERT_TRUE(told.ok()) << told.error().text();
  EXPECT_EQ(told->notice, "withdrawn");
  EXPECT_FALSE(told->receipt_at);
  EXPECT_EQ(follow(), 1U);
  EXPECT_EQ(view().change, "withdrawn");
  EXPECT_EQ(view().data, "");
  EXPECT_EQ(disclosures_->withdraw(officer_b_, id_).error().kind, ErrorKind::kAlreadyExists);
  EXPECT_EQ(disclosures_->withdraw(officer_b_, "x").error().kind, ErrorKind::kNotFound);
}

TEST_F(FollowingTest, EveryNoticeIsAsLongAsAnother) {
  b_node_.keep("anna", "e1", R"({"lastName": "Vela-Orr"})");
  follow();
  b_node_.erase("anna");
  follow();
  ASSERT_EQ(notices_.size(), 2U);
  EXPECT_EQ(notices_[0].size(), notices_[1].size());
}

TEST_F(FollowingTest, OfWhoIsHiddenByNowNothingMoreIsSent) {
  ASSERT_TRUE(shield_->set({}, "anna", {"other", false, {"a.rbdes.test"}, {}}, b_standing_->policy).ok());
  b_node_.keep("anna", "e1", R"({"lastName": "Vela-Orr"})");
  EXPECT_EQ(follow(), 0U);
  EXPECT_TRUE(notices_.empty());
}

TEST_F(FollowingTest, WhoIsHiddenWhileACorrectionWaitsIsNotSent) {
  b_node_.keep("anna", "e1", R"({"lastName": "Vela-Orr"})");
  EXPECT_EQ(disclosures_->look(*b_standing_)->size(), 1U);
  ASSERT_TRUE(shield_->set({}, "anna", {"other", false, {"a.rbdes.test"}, {}}, b_standing_->policy).ok());
  EXPECT_EQ(follow(), 0U);
  EXPECT_TRUE(notices_.empty());
  EXPECT_FALSE(entry().receipt_at);
}

TEST_F(FollowingTest, ANoticeWaitsThroughARestartOnBothSides) {
  b_node_.keep("anna", "e1", R"({"lastName": "Vela-Orr"})");
  EXPECT_EQ(disclosures_->look(*b_standing_)->size(), 1U);
  open_both();
  EXPECT_EQ(disclosures_->to_send().size(), 1U);
  EXPECT_EQ(follow(), 1U);
  open_both();
  EXPECT_TRUE(disclosures_->to_send().empty());
  EXPECT_THAT(view().data, HasSubstr("Vela-Orr"));
}

TEST_F(FollowingTest, AnOlderNoticeThatComesAgainChangesNothing) {
  b_node_.keep("anna", "e1", R"({"lastName": "Second"})");
  follow();
  b_node_.keep("anna", "e1", R"({"lastName": "Third"})");
  follow();
  ASSERT_EQ(notices_.size(), 2U);
  crypto::JweKey key;
  key.key = day_;
  const auto again = exchange::open(
      notices_[0],
      {a_standing_->name, &a_standing_->partners, [&](std::string_view) { return &key; }, {}, b_standing_->name, {}});
  ASSERT_TRUE(again.ok()) << again.error().text();
  EXPECT_TRUE(release_asking_->take_notice(*again).ok());
  EXPECT_THAT(view().data, HasSubstr("Third"));
}

TEST_F(FollowingTest, ANoticeOfAnotherMemberChangesNothing) {
  b_node_.erase("anna");
  EXPECT_EQ(disclosures_->look(*b_standing_)->size(), 1U);
  ASSERT_TRUE(disclosures_->seal(id_, day_.public_key(), *b_standing_).ok());
  const auto sending = *disclosures_->sending(id_);
  auto message = opened(sending->envelope, *a_standing_, b_standing_->name, sending->jti, day_);
  message.message.common.iss = "c.rbdes.test";
  EXPECT_TRUE(release_asking_->take_notice(message).ok());
  EXPECT_THAT(view().data, HasSubstr("Vela"));
}

TEST_F(FollowingTest, ANoticeThatOvertakesItsReleaseIsNotTakenYet) {
  const std::string request = request_for("bela");
  ASSERT_TRUE(decide(request, {"identity"}, officer_b_).ok());
  b_node_.keep("bela", "e1", R"({"lastName": "Mori-Lun"})");
  EXPECT_EQ(follow(), 0U) << "nobody signs for it";
  deliver();
  EXPECT_EQ(follow(), 1U);
  EXPECT_THAT(view().data, HasSubstr("Mori-Lun"));
}

TEST_F(FollowingTest, WithoutAReceiptItIsSentAnewUnderAnotherNumber) {
  b_node_.keep("anna", "e1", R"({"lastName": "Vela-Orr"})");
  ASSERT_EQ(disclosures_->look(*b_standing_)->size(), 1U);
  ASSERT_TRUE(disclosures_->seal(id_, day_.public_key(), *b_standing_).ok());
  const std::string before = (*disclosures_->sending(id_))->jti;
  EXPECT_TRUE(disclosures_->taken(id_, "another", "receipt").ok());
  EXPECT_FALSE(entry().receipt_at) << "the receipt of another message";
  ASSERT_TRUE(disclosures_->send_anew(id_).ok());
  EXPECT_EQ(follow(), 1U);
  EXPECT_TRUE(entry().receipt_at);
  ASSERT_EQ(notices_.size(), 1U);
  crypto::JweKey key;
  key.key = day_;
  const auto sent = exchange::open(
      notices_[0],
      {a_standing_->name, &a_standing_->partners, [&](std::string_view) { return &key; }, {}, b_standing_->name, {}});
  EXPECT_NE(sent->message.common.jti, before);
}

TEST_F(FollowingTest, WhenTheDataMustBeGoneNothingFollowsThem) {
  pass(b_standing_->policy.retention.released_data);
  b_node_.erase("anna");
  EXPECT_EQ(follow(), 0U);
  EXPECT_EQ(disclosures_->withdraw(officer_b_, id_).error().kind, ErrorKind::kAlreadyExists);
  pass(b_standing_->policy.retention.disclosure_register);
  ASSERT_TRUE(disclosures_->pass_time(b_standing_->policy.retention, now()).ok());
  EXPECT_TRUE(disclosures_->list(officer_b_)->empty()) << "the register, too, is kept so long and no longer";
}

}  // namespace
}  // namespace whorl::member
