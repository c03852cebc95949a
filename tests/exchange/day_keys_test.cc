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
  ASSERT_TRUE(*ring_.turn(kNow, kNow));
  const auto first = read_day_keys(*ring_.publish(b_.name, b_.identity, kNow), b_.name, partners_, kNow);
  ASSERT_TRUE(first.ok()) << first.error().text();
  EXPECT_FALSE(*ring_.turn(kNow + hours(23), kNow + hours(23)));
  ASSERT_TRUE(*ring_.turn(kNow + hours(24), kNow + hours(24)));
  const auto second =
      read_day_keys(*ring_.publish(b_.name, b_.identity, kNow + hours(24)), b_.name, partners_, kNow + hours(24));
  EXPECT_NE(second->kid, first->kid);
  EXPECT_NE(ring_.find(first->kid), nullptr);
  ASSERT_TRUE(ring_.turn(kNow + hours(71), kNow + hours(71)).ok());
  EXPECT_NE(ring_.find(first->kid), nullptr);
  ASSERT_TRUE(ring_.turn(kNow + hours(72), kNow + hours(72)).ok());
  EXPECT_EQ(ring_.find(first->kid), nullptr);
}

TEST_F(DayKeysTest, ASwitchCanHoldThemBackAndNothingElse) {
  ASSERT_TRUE(ring_.turn(kNow, kNow).ok());
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

// A clock that jumps ahead destroys nothing that others have sealed for, and one that is set back has keys all the
// same.
TEST_F(DayKeysTest, AreThereWhateverTheClockDoes) {
  const auto year = hours(24 * 365);
  ASSERT_TRUE(*ring_.turn(kNow, kNow));
  const auto first = read_day_keys(*ring_.publish(b_.name, b_.identity, kNow), b_.name, partners_, kNow);
  ASSERT_TRUE(*ring_.turn(kNow + year, kNow));
  EXPECT_NE(ring_.find(first->kid), nullptr);
  // Set right: the latest is published as one that was made now, and turned, and destroyed, in its time.
  ASSERT_TRUE(*ring_.turn(kNow, kNow)) << "there is something to publish";
  const auto second = read_day_keys(*ring_.publish(b_.name, b_.identity, kNow), b_.name, partners_, kNow);
  ASSERT_TRUE(second.ok()) << second.error().text();
  EXPECT_FALSE(*ring_.turn(kNow, kNow));
  ASSERT_TRUE(*ring_.turn(kNow + hours(24), kNow + hours(24)));
  ASSERT_TRUE(*ring_.turn(kNow + hours(72), kNow + hours(72)));
  EXPECT_EQ(ring_.find(first->kid), nullptr);
  EXPECT_EQ(ring_.find(second->kid), nullptr);
  for (int jump = 1; jump < 300; ++jump) ASSERT_TRUE(ring_.turn(kNow + jump * hours(25), kNow).ok());
  EXPECT_TRUE(DayKeyRing::restore(ring_.save().view()).ok());
}

TEST_F(DayKeysTest, OutliveARestart) {
  ASSERT_TRUE(ring_.turn(kNow, kNow).ok());
  ASSERT_TRUE(ring_.turn(kNow + hours(24), kNow + hours(24)).ok());
  const crypto::SecretBytes saved = ring_.save();
  const auto again = DayKeyRing::restore(saved.view());
  ASSERT_TRUE(again.ok());
  EXPECT_EQ(as_text(again->save().view()), as_text(saved.view()));
  for (std::size_t n = 0; n < saved.size(); ++n) EXPECT_FALSE(DayKeyRing::restore(saved.view().first(n)).ok()) << n;
}

}  // namespace
}  // namespace whorl::tests
