#include "exchange/envelope/day_keys.h"

#include <gtest/gtest.h>

#include "tests/exchange/two_members.h"

namespace whorl::tests {
namespace {

using namespace exchange;
using std::chrono::hours;

class DayKeysTest : public TwoMembers {
 protected:
  std::string code(const std::string& set, const std::string& member, std::chrono::sys_seconds now) {
    const auto key = read_day_keys(set, member, partners_, now);
    return key.ok() ? "taken" : std::string(key.error().code());
  }
  DayKeyRing ring_;
};

TEST_F(DayKeysTest, ArePublishedForADayAndDestroyedTwoDaysLater) {
  ASSERT_TRUE(*ring_.turn(kNow));
  const auto first = read_day_keys(*ring_.publish(b_.name, b_.identity, kNow), b_.name, partners_, kNow);
  ASSERT_TRUE(first.ok()) << first.error().text();
  EXPECT_FALSE(*ring_.turn(kNow + hours(23)));
  ASSERT_TRUE(*ring_.turn(kNow + hours(24)));
  const auto second =
      read_day_keys(*ring_.publish(b_.name, b_.identity, kNow + hours(24)), b_.name, partners_, kNow + hours(24));
  EXPECT_NE(second->kid, first->kid);
  EXPECT_NE(ring_.find(first->kid), nullptr);
  ASSERT_TRUE(ring_.turn(kNow + hours(71)).ok());
  EXPECT_NE(ring_.find(first->kid), nullptr);
  ASSERT_TRUE(ring_.turn(kNow + hours(72)).ok());
  EXPECT_EQ(ring_.find(first->kid), nullptr);
}

TEST_F(DayKeysTest, ASwitchCanHoldThemBackAndNothingElse) {
  ASSERT_TRUE(ring_.turn(kNow).ok());
  const std::string set = *ring_.publish(b_.name, b_.identity, kNow);
  EXPECT_EQ(code(set, b_.name, kNow + hours(25)), "taken");
  EXPECT_EQ(code(set, b_.name, kNow + hours(26) + std::chrono::seconds(1)), "day_keys_refused");
  EXPECT_EQ(code(set, b_.name, kNow - hours(1)), "day_keys_refused");
  EXPECT_EQ(code(set, a_.name, kNow), "key_unknown");
  EXPECT_EQ(code(*ring_.publish(b_.name, a_.identity, kNow), b_.name, kNow), "key_unknown");
  EXPECT_EQ(code(*ring_.publish(b_.name, a_.identity, kNow), a_.name, kNow), "day_keys_refused");
  for (std::size_t i = 0; i < set.size(); i += 3) {
    std::string changed = set;
    changed[i] = changed[i] == 'A' ? 'B' : 'A';
    EXPECT_NE(code(changed, b_.name, kNow), "taken") << i;
  }
}

TEST_F(DayKeysTest, OutliveARestart) {
  ASSERT_TRUE(ring_.turn(kNow).ok());
  ASSERT_TRUE(ring_.turn(kNow + hours(24)).ok());
  const crypto::SecretBytes saved = ring_.save();
  const auto again = DayKeyRing::restore(saved.view());
  ASSERT_TRUE(again.ok());
  EXPECT_EQ(as_text(again->save().view()), as_text(saved.view()));
  for (std::size_t n = 0; n < saved.size(); ++n) EXPECT_FALSE(DayKeyRing::restore(saved.view().first(n)).ok()) << n;
}

}  // namespace
}  // namespace whorl::tests
