// Hits of one person by one member that keep coming.
#include "member/hit_counter.h"

#include <gtest/gtest.h>

namespace whorl::member {
namespace {

constexpr exchange::Time kBegin{std::chrono::seconds(1'800'000'000)};

TEST(HitCounter, TheFifthHitInAWeekIsAnAlarmWhetherToldOrHidden) {
  HitCounter counter;
  for (int day = 0; day < 4; ++day)
    counter.count("a.rbdes.test", "anna", kBegin + std::chrono::hours(24 * day), day > 1);
  counter.count("c.rbdes.test", "anna", kBegin, true);
  const exchange::Time last = kBegin + std::chrono::hours(24 * 4);
  EXPECT_TRUE(counter.alarms(last).empty()) << "four by a, one by c";
  counter.count("a.rbdes.test", "anna", last, true);
  const auto alarms = counter.alarms(last);
  ASSERT_EQ(alarms.size(), 1U);
  EXPECT_EQ(alarms[0].member, "a.rbdes.test");
  EXPECT_EQ(alarms[0].person_id, "anna");
  EXPECT_EQ(alarms[0].hits, 5);
  EXPECT_EQ(alarms[0].hidden, 3);
  EXPECT_EQ(alarms[0].first, kBegin);
  EXPECT_EQ(alarms[0].last, last);
  EXPECT_TRUE(counter.alarms(kBegin + kAlarmTime).empty()) << "the first is older than a week";
}

TEST(HitCounter, NothingIsKeptOfWhomItForgets) {
  HitCounter counter;
  for (int i = 0; i < 5; ++i) {
    counter.count("a", "anna", kBegin, true);
    counter.count("b", "anna", kBegin, false);
    counter.count("a", "bela", kBegin, false);
  }
  EXPECT_EQ(counter.persons(), (std::set<std::string>{"anna", "bela"}));
  counter.save(kBegin);
  counter.forget("nobody");
  EXPECT_FALSE(counter.changed());
  counter.forget("anna");
  EXPECT_TRUE(counter.changed());
  ASSERT_EQ(counter.alarms(kBegin).size(), 1U);
  EXPECT_EQ(counter.alarms(kBegin)[0].person_id, "bela");
  const Bytes row = counter.save(kBegin);
  EXPECT_EQ(as_text(row).find("anna"), std::string_view::npos);
}

TEST(HitCounter, WhatIsSavedIsCountedOn) {
  HitCounter counter;
  for (int i = 0; i < 4; ++i) counter.count("a", "anna", kBegin, true);
  counter.pass_time(kBegin);
  EXPECT_TRUE(counter.changed());
  const Bytes row = counter.save(kBegin);
  EXPECT_FALSE(counter.changed());
  auto restored = HitCounter::restore(row);
  ASSERT_TRUE(restored.ok());
  EXPECT_EQ(restored->saved_at(), kBegin);
  restored->count("a", "anna", kBegin, false);
  ASSERT_EQ(restored->alarms(kBegin).size(), 1U);
  EXPECT_EQ(restored->alarms(kBegin)[0].hidden, 4);
  restored->pass_time(kBegin + kAlarmTime);
  EXPECT_EQ(restored->save(kBegin + kAlarmTime).size(), 9U) << "nothing is left";
  for (std::size_t i = 0; i < row.size(); ++i) {
    const auto cut = HitCounter::restore(ByteView(row).first(i));
    EXPECT_TRUE(!cut.ok() || i == 9) << i;
  }
}

}  // namespace
}  // namespace whorl::member
