// The meeting of message and receiver, with a clock that is given.
#include "relay/rendezvous.h"

#include <gtest/gtest.h>

#include <map>
#include <vector>

namespace whorl::tests {
namespace {

using namespace relay;
using std::chrono::seconds;

class RendezvousTest : public testing::Test {
 protected:
  void offer(const std::string& from, const std::string& to, const std::string& id, WireLane lane = WireLane::kBorder) {
    ASSERT_FALSE(meeting_.refusal_of(from, to, id, now_)) << id;
    meeting_.offer({from, to, id, lane, WipedText("envelope")}, now_,
                   [this, id](const Delivered& done) { EXPECT_TRUE(done_.emplace(id, done).second) << id; });
  }
  void wait(const std::string& member) {
    meeting_.wait(
        member,
        [this](std::uint64_t delivery, const std::shared_ptr<const Message>& message) {
          handed_.emplace_back(delivery, message->id);
        },
        now_);
  }
  std::string refusal(const std::string& from, const std::string& to, const std::string& id) {
    const auto why = meeting_.refusal_of(from, to, id, now_);
    return why ? std::string(name_of(*why)) : "";
  }
  void pass(seconds time) {
    now_ += time;
    meeting_.pass_time(now_);
  }

  Rendezvous meeting_;
  Ticks now_{};
  std::map<std::string, Delivered> done_;
  std::vector<std::pair<std::uint64_t, std::string>> handed_;
};

TEST_F(RendezvousTest, AMemberThatIsNotConnectedIsSaidAtOnce) {
  EXPECT_EQ(refusal("a", "b", "1"), "not_connected");
  meeting_.connected("b");
  EXPECT_EQ(refusal("a", "b", "1"), "");
  meeting_.disconnected("b");
  EXPECT_EQ(refusal("a", "b", "1"), "not_connected");
}

TEST_F(RendezvousTest, IsHandedOverAndTheReceiptComesBack) {
  meeting_.connected("b");
  offer("a", "b", "1");
  EXPECT_TRUE(handed_.empty());
  wait("b");
  ASSERT_EQ(handed_.size(), 1u);
  EXPECT_FALSE(meeting_.acknowledge("c", handed_[0].first, "forged"));
  EXPECT_TRUE(meeting_.acknowledge("b", handed_[0].first, "receipt"));
  EXPECT_FALSE(meeting_.acknowledge("b", handed_[0].first, "again"));
  EXPECT_EQ(done_.at("1").receipt, "receipt");
  EXPECT_FALSE(done_.at("1").why);
  EXPECT_EQ(meeting_.under_way(), 0u);
  EXPECT_EQ(refusal("a", "b", "1"), "duplicate");
  EXPECT_EQ(refusal("c", "b", "1"), "");
  pass(seconds(15 * 60));
  EXPECT_EQ(refusal("a", "b", "1"), "");
}

TEST_F(RendezvousTest, WithoutAReceiptItIsHandedOnceMoreAndThenDropped) {
  meeting_.connected("b");
  wait("b");
  offer("a", "b", "1");
  ASSERT_EQ(handed_.size(), 1u);
  wait("b");
  EXPECT_EQ(handed_.size(), 1u);
  EXPECT_EQ(refusal("a", "b", "1"), "busy") << "a duplicate is one that arrived";
  pass(seconds(5));
  EXPECT_EQ(handed_.size(), 2u);
  pass(seconds(10));
  EXPECT_EQ(done_.at("1").why, Undelivered::kNotAcknowledged);
  EXPECT_EQ(meeting_.under_way(), 0u);
  EXPECT_FALSE(meeting_.acknowledge("b", handed_[1].first, "late"));
  EXPECT_EQ(refusal("a", "b", "1"), "");
}

TEST_F(RendezvousTest, OneThatNobodyFetchedIsDropped) {
  meeting_.connected("b");
  offer("a", "b", "1");
  pass(seconds(14));
  EXPECT_TRUE(done_.empty());
  pass(seconds(1));
  EXPECT_EQ(done_.at("1").why, Undelivered::kNotConnected);
}

TEST_F(RendezvousTest, AnswersGoFirstThenTheBorder) {
  meeting_.connected("b");
  offer("a", "b", "followup", WireLane::kFollowup);
  offer("a", "b", "routine", WireLane::kRoutine);
  offer("a", "b", "border", WireLane::kBorder);
  offer("a", "b", "reply", WireLane::kReply);
  for (int i = 0; i < 4; ++i) wait("b");
  std::string order;
  for (const auto& [delivery, id] : handed_) order += id + " ";
  EXPECT_EQ(order, "reply border routine followup ");
}

TEST_F(RendezvousTest, WhoLeftIsHandedNothing) {
  meeting_.connected("b");
  bool called = false;
  const auto number = meeting_.wait(
      "b", [&](std::uint64_t, const std::shared_ptr<const Message>&) { called = true; }, now_);
  EXPECT_NE(number, 0u);
  meeting_.leave("b", number);
  offer("a", "b", "1");
  EXPECT_FALSE(called);
}

TEST_F(RendezvousTest, APairsShareDoesNotTakeTheOthers) {
  meeting_.connected("b");
  for (int i = 0; i < 16; ++i) offer("a", "b", std::to_string(i));
  EXPECT_EQ(refusal("a", "b", "more"), "busy");
  EXPECT_EQ(refusal("c", "b", "more"), "");
}

TEST_F(RendezvousTest, ASendersBytesDoNotTakeTheOthers) {
  const std::size_t big = std::size_t{5} << 20;
  std::size_t taken = 0;
  while (meeting_.take_room("a", big)) ++taken;
  EXPECT_EQ(taken, 9u);
  EXPECT_TRUE(meeting_.take_room("c", big));
  for (; taken > 0; --taken) meeting_.give_room("a", big);
  EXPECT_TRUE(meeting_.take_room("a", big));
  EXPECT_EQ(meeting_.bytes(), 2 * big);
}

}  // namespace
}  // namespace whorl::tests
