// Years of failures against what is known of systems that are repaired.
#include "cluster/failures.h"

#include <gtest/gtest.h>

#include <cmath>

namespace whorl::cluster {
namespace {

constexpr double kYearS = 365.25 * 86'400;

// Nothing fails.
FailureSetting quiet(std::uint64_t parts, std::uint64_t replicas, std::uint64_t written_by) {
  FailureSetting out;
  out.parts = parts;
  out.replicas = replicas;
  out.written_by = written_by;
  out.brokers = 0;
  out.machines_of_row = 0;
  out.rates.process_ends_per_year = 0;
  out.rates.machine_away_per_year = 0;
  out.rates.disk_lost_per_year = 0;
  out.years = 2000;
  return out;
}

// Each replica is away for this share of time.
FailureSetting away(std::uint64_t parts, std::uint64_t replicas, std::uint64_t written_by, double share) {
  FailureSetting out = quiet(parts, replicas, written_by);
  out.rates.machine_away_per_year = 20;
  const double runs = kYearS / 20;
  out.start_s = 0;
  out.rates.machine_away_s = runs * share / (1 - share);
  return out;
}

TEST(ClusterFailures, WhereNothingFailsNothingIsLost) {
  const auto figures = simulate_failures(quiet(8, 3, 2));
  EXPECT_EQ(figures.incomplete, 0);
  EXPECT_EQ(figures.refused, 0);
  EXPECT_EQ(figures.events, 0U);
  EXPECT_EQ(figures.losses, 0U);
  // The rule of three.
  EXPECT_DOUBLE_EQ(figures.losses_high, 3.0 / 2000);
}

TEST(ClusterFailures, OneReplicaIsAwayForItsShareOfTheTime) {
  for (const double share : {0.01, 0.1}) {
    const auto figures = simulate_failures(away(1, 1, 1, share));
    EXPECT_NEAR(figures.incomplete, share, 0.05 * share);
    EXPECT_DOUBLE_EQ(figures.incomplete, figures.refused);
  }
  // A fixed time of starting anew is the same by its mean: MTTR / (MTBF + MTTR).
  FailureSetting setting = quiet(1, 1, 1);
  setting.rates.process_ends_per_year = 50;
  setting.start_s = 6000;
  const double expected = 6000 / (6000 + kYearS / 50);
  EXPECT_NEAR(simulate_failures(setting).incomplete, expected, 0.05 * expected);
}

TEST(ClusterFailures, ManyPartsAreIncompleteWhereAnyIs) {
  const auto figures = simulate_failures(away(12, 1, 1, 0.02));
  const double expected = 1 - std::pow(0.98, 12);
  EXPECT_NEAR(figures.incomplete, expected, 0.05 * expected);
}

TEST(ClusterFailures, OfThreeTwoHaveToRun) {
  const double a = 0.05;
  const double two_away = 3 * a * a * (1 - a) + a * a * a;
  const auto figures = simulate_failures(away(1, 3, 2, a));
  EXPECT_NEAR(figures.incomplete, two_away, 0.08 * two_away);
  EXPECT_DOUBLE_EQ(figures.incomplete, figures.refused);
  // All of three acknowledge: any one that runs answers, and any one that is away refuses.
  const auto all = simulate_failures(away(1, 3, 3, a));
  EXPECT_NEAR(all.incomplete, a * a * a, 0.3 * a * a * a);
  EXPECT_NEAR(all.refused, 1 - std::pow(1 - a, 3), 0.05);
}

// R - 1 carry the searches; with fewer, of which enough answer, they are late.
TEST(ClusterFailures, WithMoreThanOneAwaySearchesAreSlow) {
  const double a = 0.05;
  // Three of five answer: two away is slow, three away incomplete.
  const double two_away = 10 * a * a * std::pow(1 - a, 3);
  const auto five = simulate_failures(away(1, 5, 3, a));
  EXPECT_NEAR(five.slow, two_away, 0.08 * two_away);
  EXPECT_LT(five.incomplete, five.slow / 10);
  // Any of three that acknowledge everything together answers.
  const double one_left = 3 * a * a * (1 - a);
  EXPECT_NEAR(simulate_failures(away(1, 3, 3, a)).slow, one_left, 0.1 * one_left);
  // Of many parts it is enough that one is.
  const double any = 1 - std::pow(1 - two_away, 4);
  EXPECT_NEAR(simulate_failures(away(4, 5, 3, a)).slow, any, 0.15 * any);
  // Two of three have to answer, and carry the searches: there is nothing between.
  EXPECT_EQ(simulate_failures(away(8, 3, 2, a)).slow, 0);
  EXPECT_EQ(simulate_failures(away(8, 1, 1, a)).slow, 0);
  EXPECT_EQ(simulate_failures(away(8, 2, 2, a)).slow, 0);
}

TEST(ClusterFailures, ARowThatGoesTakesOneReplicaOfEachOfItsParts) {
  FailureSetting setting = quiet(40, 3, 2);
  setting.machines_of_row = 20;
  setting.rates.row_away_per_year = 5;
  setting.rates.row_away_s = 50'000;
  const double a = 50'000 / (50'000 + kYearS / 5);
  // Two columns of three rows: the parts of a column lie in the same three rows.
  const double column = 3 * a * a * (1 - a) + a * a * a;
  const double expected = 1 - (1 - column) * (1 - column);
  EXPECT_NEAR(simulate_failures(setting).incomplete, expected, 0.15 * expected);
  setting.replicas = 1;
  setting.written_by = 1;
  const double any = 1 - (1 - a) * (1 - a);
  EXPECT_NEAR(simulate_failures(setting).incomplete, any, 0.05 * any);
}

TEST(ClusterFailures, ABrokerThatEndsCostsTheReconnecting) {
  FailureSetting setting = quiet(4, 3, 2);
  setting.brokers = 3;
  setting.rates.broker_ends_per_year = 100;
  setting.rates.reconnect_s = 50;
  setting.rates.broker_away_s = 1;
  const double expected = 3 * 100 * 50 / kYearS;
  const auto figures = simulate_failures(setting);
  EXPECT_NEAR(figures.incomplete, expected, 0.05 * expected);
  EXPECT_DOUBLE_EQ(figures.incomplete, figures.incomplete_brokers);
}

TEST(ClusterFailures, ADiskWithoutAnotherOneTakesHalfABackupsAge) {
  FailureSetting setting = quiet(10, 1, 1);
  setting.rates.disk_lost_per_year = 0.5;
  setting.rates.replace_s = 3600;
  setting.changes_per_s = 2;
  const auto figures = simulate_failures(setting);
  EXPECT_EQ(figures.losses, figures.disks_lost);
  EXPECT_EQ(figures.losses, figures.parts_emptied);
  // 10 parts of a fifth of a change a second each, half a day back, 0.5 times a year.
  const double expected = 10 * 0.5 * (2.0 / 10) * 43'200;
  EXPECT_NEAR(figures.changes_lost_a_year, expected, 0.05 * expected);
  const double rate = static_cast<double>(figures.losses) / figures.years;
  EXPECT_LT(figures.losses_low, rate);
  EXPECT_GT(figures.losses_high, rate);
  EXPECT_LT(figures.losses_low, 5);
  EXPECT_GT(figures.losses_high, 4.9);
}

TEST(ClusterFailures, ReplicasLoseLessTheMoreThereAre) {
  double before = 1e300;
  for (const std::uint64_t replicas : {1U, 3U, 5U}) {
    FailureSetting setting = quiet(10, replicas, replicas / 2 + 1);
    // Far more often than disks are lost, so that something is seen.
    setting.rates.disk_lost_per_year = 20;
    setting.rates.replace_s = 86'400;
    setting.years = 200;
    const auto figures = simulate_failures(setting);
    const double lost = static_cast<double>(figures.losses) / figures.years;
    EXPECT_GT(figures.disks_lost, 1000U);
    EXPECT_LT(lost, before / 5) << replicas;
    before = lost;
  }
}

// Two of three lose their disks while the third, which was away, has less: what only those two had is lost.
TEST(ClusterFailures, AcknowledgedChangesAreLostWhereTheReplicaThatIsLeftWasAway) {
  FailureSetting setting = quiet(10, 3, 2);
  setting.rates.machine_away_per_year = 30;
  setting.rates.machine_away_s = 5 * 86'400.0;
  setting.rates.disk_lost_per_year = 3;
  setting.rates.replace_s = 3 * 86'400.0;
  setting.years = 200;
  const auto figures = simulate_failures(setting);
  EXPECT_GT(figures.losses, figures.parts_emptied);
  EXPECT_GE(figures.parts_stuck, figures.losses);
  EXPECT_GT(figures.changes_lost_a_year, 0);
}

TEST(ClusterFailures, ASeedIsOneRunAndAnotherIsNear) {
  FailureSetting setting = away(20, 3, 2, 0.03);
  setting.brokers = 3;
  setting.machines_of_row = 5;
  setting.years = 300;
  const auto first = simulate_failures(setting);
  const auto again = simulate_failures(setting);
  EXPECT_EQ(first.incomplete, again.incomplete);
  EXPECT_EQ(first.events, again.events);
  EXPECT_EQ(first.seed, setting.seed);
  setting.seed = 99;
  const auto other = simulate_failures(setting);
  EXPECT_NE(first.incomplete, other.incomplete);
  EXPECT_NEAR(first.incomplete, other.incomplete, 0.1 * first.incomplete);
}

TEST(ClusterFailures, ALargeClusterIsGivenFewerYears) {
  FailureSetting setting;
  setting.parts = 4096;
  setting.replicas = 7;
  setting.written_by = 4;
  setting.years = 100'000;
  const auto figures = simulate_failures(setting);
  EXPECT_LT(figures.years, 100);
  EXPECT_LT(figures.events, 4'000'000U);
}

}  // namespace
}  // namespace whorl::cluster
