// The time by which what is kept is let go of: clocks that jump ahead, are set back, and go wrong across a start.
#include "member/settled_time.h"

#include <gtest/gtest.h>

#include "tests/exchange/members.h"
#include "tests/support/set_world.h"

namespace whorl::member {
namespace {

using std::chrono::hours;
using std::chrono::seconds;
using tests::kNow;

class SettledTimeTest : public testing::Test {
 protected:
  // To within what the test itself takes.
  void expect_at(std::chrono::sys_seconds at) {
    EXPECT_GE(time_.now(), at - seconds(1));
    EXPECT_LE(time_.now(), at + seconds(5));
  }
  void settle() { world_.pass(SettledTime::kBelievedAtStart); }

  tests::SetWorld world_{kNow};
  SettledTime time_{world_};
};

TEST_F(SettledTimeTest, InTheFirstHourNothingIsLetGoOf) {
  EXPECT_EQ(time_.now(), exchange::Time());
  world_.set(kNow + hours(24 * 365));
  EXPECT_EQ(time_.now(), exchange::Time());
  world_.pass(SettledTime::kBelievedAtStart - seconds(5));
  EXPECT_EQ(time_.now(), exchange::Time());
  // Set right within the hour: what it said before counts for nothing.
  world_.set(kNow + hours(1) - seconds(5));
  EXPECT_EQ(time_.now(), exchange::Time());
  world_.pass(seconds(5));
  expect_at(kNow + hours(1));
  EXPECT_EQ(time_.ahead(), seconds(0));
}

TEST_F(SettledTimeTest, AClockThatJumpsAheadIsBelievedAfterADay) {
  settle();
  expect_at(kNow + hours(1));
  world_.set(world_.now() + hours(24 * 365));
  expect_at(kNow + hours(1));
  EXPECT_GE(time_.ahead(), hours(24 * 365) - seconds(1));
  world_.pass(hours(10));
  expect_at(kNow + hours(11));
  world_.pass(hours(14));
  expect_at(kNow + hours(25) + hours(24 * 365));
  EXPECT_EQ(time_.ahead(), seconds(0));
}

// A second jump is not believed for what the first one has waited.
TEST_F(SettledTimeTest, OfTwoJumpsEachWaitsItsTime) {
  settle();
  expect_at(kNow + hours(1));
  world_.set(world_.now() + hours(2));
  expect_at(kNow + hours(1));
  world_.pass(hours(20));
  world_.set(world_.now() + hours(24 * 365));
  expect_at(kNow + hours(21));
  world_.pass(hours(4));
  expect_at(kNow + hours(25) + hours(2));
  world_.pass(hours(23));
  expect_at(kNow + hours(48) + hours(2));
}

TEST_F(SettledTimeTest, AClockThatIsSetBackCountsAtOnce) {
  settle();
  expect_at(kNow + hours(1));
  world_.set(world_.now() + hours(5));
  expect_at(kNow + hours(1));
  world_.set(world_.now() - hours(5));
  world_.pass(hours(20));
  expect_at(kNow + hours(21));
  world_.set(kNow);
  expect_at(kNow);
  EXPECT_EQ(time_.ahead(), seconds(0));
}

TEST_F(SettledTimeTest, ALittleIsNoJump) {
  settle();
  expect_at(kNow + hours(1));
  world_.set(world_.now() + seconds(60));
  EXPECT_EQ(time_.ahead(), seconds(0));
  EXPECT_LE(time_.now(), std::chrono::floor<seconds>(world_.now())) << "never later than the wall clock";
}

}  // namespace
}  // namespace whorl::member
