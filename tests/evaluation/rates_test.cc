#include "engine/evaluation/rates.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>

namespace whorl::evaluation {
namespace {

// Scores spread over fingers: mated score i belongs to finger i mod fingers, non-mated scores to pairs of
// them.
Trial trial_of(const std::vector<double>& mated, const std::vector<double>& non_mated, std::uint32_t fingers = 10) {
  Trial out;
  out.name = "made";
  for (std::uint32_t f = 0; f < fingers; ++f) out.fingers.push_back(std::to_string(f));
  std::uint32_t i = 0;
  for (const double s : mated) {
    out.mated.push_back({s, i % fingers, i % fingers});
    ++i;
  }
  i = 0;
  for (const double s : non_mated) {
    const std::uint32_t a = i % fingers;
    out.non_mated.push_back({s, a, (a + 1 + (i / fingers) % (fingers - 1)) % fingers});
    ++i;
  }
  out.samples = 100;
  return out;
}

std::vector<double> normal(std::size_t n, double mean, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  std::normal_distribution<double> law(mean, 1.0);
  std::vector<double> out(n);
  std::generate(out.begin(), out.end(), [&] { return law(random); });
  return out;
}

TEST(Rates, TwoNormalsHaveTheirClosedFormEer) {
  // Means 0 and 3, both of deviation 1: the EER is the normal tail beyond 1.5.
  const double expected = 0.5 * std::erfc(1.5 / std::sqrt(2.0));
  const auto eer = equal_error_rate(trial_of(normal(20'000, 3, 1), normal(20'000, 0, 2)), {200, 1});
  EXPECT_NEAR(eer.value, expected, 0.004);
  EXPECT_NEAR(eer.threshold, 1.5, 0.05);
  EXPECT_LE(eer.low, eer.value);
  EXPECT_GE(eer.high, eer.value);
  EXPECT_TRUE(eer.supported);
}

TEST(Rates, ASmallSetByHand) {
  // At threshold 3: FMR = 1/4 (the non-mated at 3), FNMR = 1/4 (the mated at 2).
  const Trial trial = trial_of({2, 4, 5, 6}, {0, 1, 1, 3});
  const auto det = det_of(trial);
  ASSERT_EQ(det.size(), 8u);
  EXPECT_EQ(det.front().fmr, 1.0);
  EXPECT_EQ(det.front().fnmr, 0.0);
  EXPECT_EQ(det[3].threshold, 3.0);
  EXPECT_EQ(det[3].fmr, 0.25);
  EXPECT_EQ(det[3].fnmr, 0.25);
  EXPECT_EQ(det.back().fmr, 0.0);
  EXPECT_EQ(det.back().fnmr, 1.0);
  EXPECT_DOUBLE_EQ(equal_error_rate(trial).value, 0.25);
}

TEST(Rates, BetweenTwoPointsTheEerIsInterpolated) {
  const Trial trial = trial_of({0, 1, 1, 2}, {0, 1});
  // Points: t=0 (1, 0), t=1 (1/2, 1/4), t=2 (0, 3/4). The line from (1/2, 1/4) to (0, 3/4) meets FMR = FNMR
  // at 3/8.
  EXPECT_DOUBLE_EQ(equal_error_rate(trial).value, 0.375);
}

TEST(Rates, SeparateScoresHaveNoEerButABound) {
  const auto eer = equal_error_rate(trial_of(std::vector<double>(280, 9.0), std::vector<double>(2880, 1.0)));
  EXPECT_EQ(eer.value, 0.0);
  EXPECT_FALSE(eer.supported);
  EXPECT_EQ(eer.text(), "< 3/280 (1.07 %)");
}

TEST(Rates, EqualScoresAreACoinToss) { EXPECT_DOUBLE_EQ(equal_error_rate(trial_of({1, 1, 1}, {1, 1, 1})).value, 0.5); }

TEST(Rates, ReversedScoresAreAlwaysWrong) { EXPECT_DOUBLE_EQ(equal_error_rate(trial_of({0, 0}, {1, 1})).value, 1.0); }

// The slow twin: every threshold tried against every score.
double least_fnmr(const Trial& trial, double target) {
  double best = 1;
  std::vector<double> thresholds = {1e9};
  for (const auto* scores : {&trial.mated, &trial.non_mated}) {
    for (const Score& s : *scores) thresholds.push_back(s.value);
  }
  for (const double t : thresholds) {
    double accepted = 0;
    double refused = 0;
    for (const Score& s : trial.non_mated) accepted += s.value >= t ? 1 : 0;
    for (const Score& s : trial.mated) refused += s.value < t ? 1 : 0;
    if (accepted / static_cast<double>(trial.non_mated.size()) <= target) {
      best = std::min(best, refused / static_cast<double>(trial.mated.size()));
    }
  }
  return best;
}

TEST(Rates, OperatingPointsAgreeWithTryingEveryThreshold) {
  auto mated = normal(280, 3, 3);
  auto non_mated = normal(2'880, 0, 4);
  for (auto* scores : {&mated, &non_mated}) {
    for (double& s : *scores) s = std::round(s * 10) / 10;  // ties
  }
  const Trial trial = trial_of(mated, non_mated);
  for (const double target : {0.0, 0.001, 0.01, 0.1, 1.0}) {
    const auto point = operating_point(trial, target);
    EXPECT_TRUE(point.supported);
    EXPECT_DOUBLE_EQ(point.fnmr.value(), least_fnmr(trial, target)) << target;
    EXPECT_LE(point.fmr.value(), target);
  }
}

TEST(Rates, KnownOperatingPoints) {
  std::vector<double> non_mated(1000);
  for (std::size_t i = 0; i < 1000; ++i) non_mated[i] = static_cast<double>(i);
  // Ten non-mated comparisons (990..999) may pass at 1 %, one (999) at 0.1 %, none at zero.
  const Trial trial = trial_of({980, 989.5, 995, 998.5, 2000, 2000, 2000, 2000, 2000, 2000}, non_mated);
  EXPECT_EQ(operating_point(trial, 0.01).fnmr.errors, 1u);
  EXPECT_EQ(operating_point(trial, 0.01).fmr.errors, 10u);
  EXPECT_EQ(operating_point(trial, 0.001).fnmr.errors, 3u);
  EXPECT_EQ(operating_point(trial, 0.001).fmr.errors, 1u);
  EXPECT_EQ(operating_point(trial, 0).fnmr.errors, 4u);
  EXPECT_EQ(operating_point(trial, 0).fmr.errors, 0u);
}

TEST(Rates, RefusesAnOperatingPointThatTheSampleCannotSupport) {
  const Trial trial = trial_of(normal(280, 3, 5), normal(45, 0, 6));
  const auto point = operating_point(trial, 0.01);
  EXPECT_FALSE(point.supported);
  EXPECT_EQ(point.text(), "not supported: FMR < 3/45 (6.67 %)");
  EXPECT_TRUE(operating_point(trial, 0).supported);
  EXPECT_TRUE(operating_point(trial_of(normal(50, 3, 5), normal(100, 0, 6)), 0.01).supported);
}

TEST(Rates, TheBootstrapRepeatsFromItsSeed) {
  const Trial trial = trial_of(normal(280, 2, 7), normal(2'880, 0, 8));
  const auto once = equal_error_rate(trial, {300, 42});
  const auto again = equal_error_rate(trial, {300, 42});
  EXPECT_EQ(once.replicates, again.replicates);
  EXPECT_NE(once.replicates, equal_error_rate(trial, {300, 43}).replicates);
  EXPECT_LT(once.low, once.value);
  EXPECT_GT(once.high, once.value);
}

// One bad finger makes the interval wide, although comparisons are many.
TEST(Rates, TheBootstrapDrawsWholeFingers) {
  std::vector<double> mated(280, 5.0);
  for (std::size_t i = 0; i < mated.size(); i += 10) mated[i] = -1.0;  // all of finger 0
  const auto eer = equal_error_rate(trial_of(mated, normal(2'880, 0, 9)), {1000, 1});
  EXPECT_LT(eer.low, 0.02);
  EXPECT_GT(eer.high, 0.15);
}

TEST(Rates, TheMeanIsThePlainMean) {
  Rates a = rates_of(trial_of(normal(280, 2, 10), normal(2'880, 0, 11)), {100, 1});
  Rates b = rates_of(trial_of(normal(280, 3, 12), normal(2'880, 0, 13)), {100, 1});
  const auto mean = mean_eer({a, b});
  EXPECT_DOUBLE_EQ(mean.value, (a.eer.value + b.eer.value) / 2);
  ASSERT_EQ(mean.replicates.size(), 100u);
  EXPECT_DOUBLE_EQ(mean.replicates[7], (a.eer.replicates[7] + b.eer.replicates[7]) / 2);
  EXPECT_LE(mean.low, mean.value);
  EXPECT_GE(mean.high, mean.value);
}

}  // namespace
}  // namespace whorl::evaluation
