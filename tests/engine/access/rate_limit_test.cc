// Token buckets on a clock that the test moves.
#include "engine/access/rate_limit.h"

#include <gtest/gtest.h>

#include "base/world.h"

namespace whorl::access {
namespace {

using namespace std::chrono_literals;
using Limit = RateLimits::Limit;

class RateLimitTest : public testing::Test {
 protected:
  bool take(const std::string& key, int per_minute) {
    const Limit limits[] = {{key, per_minute}};
    return !limits_.take(limits, now_).has_value();
  }
  RateLimits limits_;
  RateLimits::Time now_{100h};
};

TEST_F(RateLimitTest, AMinutesWorthGoesAtOnceAndThenAsItFills) {
  for (int i = 0; i < 60; ++i) EXPECT_TRUE(take("a", 60)) << i;
  EXPECT_FALSE(take("a", 60));
  EXPECT_TRUE(take("b", 60)) << "another's bucket is full";
  now_ += 999ms;
  EXPECT_FALSE(take("a", 60));
  now_ += 1ms;
  EXPECT_TRUE(take("a", 60));
  EXPECT_FALSE(take("a", 60));
  now_ += 24h;
  for (int i = 0; i < 60; ++i) EXPECT_TRUE(take("a", 60)) << i;
  EXPECT_FALSE(take("a", 60)) << "no more is saved than a minute's worth";
}

TEST_F(RateLimitTest, SaysHowLongToWait) {
  const Limit limits[] = {{"a", 4}};
  for (int i = 0; i < 4; ++i) EXPECT_FALSE(limits_.take(limits, now_).has_value());
  EXPECT_EQ(limits_.take(limits, now_), 15s);
  now_ += 14500ms;
  EXPECT_EQ(limits_.take(limits, now_), 1s);
  EXPECT_EQ(limits_.wait(limits, now_), 1s);
  now_ += 500ms;
  EXPECT_EQ(limits_.wait(limits, now_), std::nullopt);
  EXPECT_EQ(limits_.take(limits, now_), std::nullopt);
}

TEST_F(RateLimitTest, OfTwoEitherBothGiveOrNone) {
  const Limit both[] = {{"caller", 10}, {"gallery", 2}};
  EXPECT_FALSE(limits_.take(both, now_).has_value());
  EXPECT_FALSE(limits_.take(both, now_).has_value());
  for (int i = 0; i < 20; ++i) EXPECT_TRUE(limits_.take(both, now_).has_value());
  for (int i = 0; i < 8; ++i) EXPECT_TRUE(take("caller", 10)) << "the refused took nothing";
  EXPECT_FALSE(take("caller", 10));
}

TEST_F(RateLimitTest, ZeroIsNoLimit) {
  for (int i = 0; i < 1000; ++i) EXPECT_TRUE(take("a", 0));
  EXPECT_EQ(limits_.buckets(), 0u);
}

TEST_F(RateLimitTest, ALimitThatIsLoweredHoldsAtOnce) {
  EXPECT_TRUE(take("a", 1000));
  EXPECT_TRUE(take("a", 1));
  EXPECT_FALSE(take("a", 1));
}

TEST_F(RateLimitTest, CallersWithEverNewNamesMakeNoMoreBucketsAndLockNobodyOutForGood) {
  for (std::size_t i = 0; i < RateLimits::kMostBuckets + 5000; ++i) take("k" + std::to_string(i), 2);
  EXPECT_LE(limits_.buckets(), RateLimits::kMostBuckets + 1);
  now_ += 2min;
  EXPECT_TRUE(take("late", 2));
  EXPECT_LT(limits_.buckets(), 10u) << "those that are full again are forgotten";
}

TEST_F(RateLimitTest, AClockThatGoesBackGivesNothing) {
  EXPECT_TRUE(take("a", 1));
  now_ -= 1h;
  EXPECT_FALSE(take("a", 1));
  now_ += 1h;
  EXPECT_FALSE(take("a", 1));
}

}  // namespace
}  // namespace whorl::access
