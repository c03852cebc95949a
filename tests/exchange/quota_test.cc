// Quotas at the numbers that a region uses: a day's and a year's, with a clock that is given.
#include "exchange/policy/quota.h"

#include <gtest/gtest.h>

namespace whorl::tests {
namespace {

using namespace exchange;
using std::chrono::sys_days;
using std::chrono::year;

const Time kNewYear = sys_days(year(2026) / 1 / 1);

class QuotaOf : public testing::TestWithParam<std::uint64_t> {};

// As many as a year has, day after day: not one more, and not one fewer.
TEST_P(QuotaOf, TheYearAndTheDayAreExact) {
  const PairRules pair{{"p"}, GetParam(), GetParam() / 100};
  QuotaLedger ledger;
  std::uint64_t taken = 0;
  for (int day = 0; day < 365; ++day) {
    const Time now = kNewYear + std::chrono::days(day);
    std::uint64_t of_day = 0;
    while (!ledger.take("a", "b", pair, now + Seconds(of_day % 86400))) ++of_day;
    EXPECT_LE(of_day, pair.per_day);
    taken += of_day;
    EXPECT_TRUE(taken == pair.per_year || of_day == pair.per_day);
  }
  EXPECT_EQ(taken, pair.per_year);
  EXPECT_EQ(quota(pair, ledger.count("a", "b", kNewYear + Seconds(364 * 86400)), kNewYear + Seconds(364 * 86400)),
            QuotaRefusal::kYear);
  EXPECT_FALSE(ledger.take("a", "b", pair, kNewYear + Seconds(365 * 86400)));
}

INSTANTIATE_TEST_SUITE_P(Levels, QuotaOf, testing::Values(3'000, 30'000, 400'000));

TEST(Quota, EachOrderedPairHasItsOwn) {
  const PairRules pair{{"p"}, 10, 1};
  QuotaLedger ledger;
  EXPECT_FALSE(ledger.take("a", "b", pair, kNewYear));
  EXPECT_FALSE(ledger.take("b", "a", pair, kNewYear));
  EXPECT_FALSE(ledger.take("a", "c", pair, kNewYear));
  EXPECT_EQ(ledger.take("a", "b", pair, kNewYear), QuotaRefusal::kDay);
}

TEST(Quota, OneThatWasNotDeliveredIsGivenBack) {
  const PairRules pair{{"p"}, 10, 1};
  QuotaLedger ledger;
  EXPECT_FALSE(ledger.take("a", "b", pair, kNewYear));
  ledger.give_back("a", "b", kNewYear);
  EXPECT_FALSE(ledger.take("a", "b", pair, kNewYear));
  ledger.give_back("a", "b", kNewYear - Seconds(86400));  // of a day that is over: nothing
  EXPECT_EQ(ledger.take("a", "b", pair, kNewYear), QuotaRefusal::kDay);
}

TEST(Quota, AClockThatGoesBackStartsNothingAnew) {
  const PairRules pair{{"p"}, 10, 1};
  QuotaLedger ledger;
  EXPECT_FALSE(ledger.take("a", "b", pair, kNewYear));
  EXPECT_EQ(ledger.take("a", "b", pair, kNewYear - Seconds(1)), QuotaRefusal::kDay);
}

// A clock that was a year ahead for a moment does not take the quota of that year away.
TEST(Quota, WhatWasCountedByAClockThatWasAheadEndsWithToday) {
  const PairRules pair{{"p"}, 4, 2};
  const Time today = kNewYear + Seconds(100 * 86400);
  QuotaLedger ledger;
  EXPECT_FALSE(ledger.take("a", "b", pair, today + Seconds(365 * 86400)));
  EXPECT_FALSE(ledger.take("a", "b", pair, today));
  EXPECT_EQ(ledger.take("a", "b", pair, today), QuotaRefusal::kDay) << "what was counted then counts";
  EXPECT_FALSE(ledger.take("a", "b", pair, today + Seconds(86400))) << "and no longer than a day";
  EXPECT_FALSE(ledger.take("a", "b", pair, today + Seconds(86400)));
  EXPECT_EQ(ledger.take("a", "b", pair, today + Seconds(2 * 86400)), QuotaRefusal::kYear);
  EXPECT_FALSE(ledger.take("a", "b", pair, today + Seconds(366 * 86400)));
}

TEST(Quota, WaitsUntilMidnightOrNewYear) {
  EXPECT_EQ(quota_wait(QuotaRefusal::kDay, kNewYear + Seconds(1)), Seconds(86399));
  EXPECT_EQ(quota_wait(QuotaRefusal::kYear, kNewYear), Seconds(365 * 86400));
}

TEST(Quota, TwoSwitchesGrantNoMoreThanOne) {
  for (std::uint64_t whole = 0; whole < 10; ++whole) EXPECT_LE(2 * share_of({{}, whole, whole}, 2).per_day, whole);
}

}  // namespace
}  // namespace whorl::tests
