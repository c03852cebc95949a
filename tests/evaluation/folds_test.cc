#include "engine/evaluation/folds.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

namespace whorl::evaluation {
namespace {

Trial trial_of(const std::vector<double>& values, const std::vector<bool>& mated) {
  Trial out;
  for (std::size_t i = 0; i < values.size(); ++i) {
    out.pairs.push_back({0, 1, mated[i]});
    out.values.push_back(values[i]);
  }
  return out;
}

TEST(Folds, PerfectScoresArePerfect) {
  const auto got = accuracy_over_folds(trial_of({0.9, 0.1, 0.8, 0.2}, {true, false, true, false}), {1, 1, 2, 2});
  ASSERT_TRUE(got.ok());
  EXPECT_DOUBLE_EQ(got->mean, 1);
  EXPECT_DOUBLE_EQ(got->standard_error, 0);
  EXPECT_DOUBLE_EQ(got->folds[0].threshold, 0.5);  // the middle of fold 2's gap
}

// The threshold of a fold must not see the fold.
TEST(Folds, TheThresholdComesFromTheOtherFolds) {
  // Fold 2 lies 1 higher than fold 1: each one's threshold is wrong for the other.
  const auto got = accuracy_over_folds(trial_of({0.9, 0.1, 1.9, 1.1}, {true, false, true, false}), {1, 1, 2, 2});
  ASSERT_TRUE(got.ok());
  EXPECT_DOUBLE_EQ(got->folds[0].threshold, 1.5);
  EXPECT_DOUBLE_EQ(got->folds[1].threshold, 0.5);
  EXPECT_DOUBLE_EQ(got->mean, 0.5);
  EXPECT_EQ(got->text(), "50.00 % +- 0.00 over 2 folds");
}

// The slow obvious twin: every threshold tried on the other folds.
TEST(Folds, AgreesWithTryingEveryThreshold) {
  std::mt19937 random(3);
  std::normal_distribution<double> normal;
  std::vector<double> values;
  std::vector<bool> mated;
  std::vector<int> folds;
  for (int i = 0; i < 300; ++i) {
    mated.push_back(i % 2 == 0);
    values.push_back(std::round(10 * (normal(random) + (mated.back() ? 1.5 : 0))) / 10);  // ties on purpose
    folds.push_back(i % 3);
  }
  const auto got = accuracy_over_folds(trial_of(values, mated), folds);
  ASSERT_TRUE(got.ok());
  for (const FoldResult& fold : got->folds) {
    const auto right = [&](double threshold, bool same) {
      int count = 0;
      for (std::size_t i = 0; i < values.size(); ++i) {
        if ((folds[i] == fold.fold) == same) count += (values[i] >= threshold) == mated[i] ? 1 : 0;
      }
      return count;
    };
    int best = 0;
    for (double t = -10; t < 10; t += 0.05) best = std::max(best, right(t, false));
    EXPECT_EQ(right(fold.threshold, false), best);
    EXPECT_EQ(static_cast<int>(fold.wrong.trials - fold.wrong.errors), right(fold.threshold, true));
  }
}

TEST(Folds, NeedsTwoFoldsAndOneNumberAPair) {
  const Trial trial = trial_of({0.9, 0.1}, {true, false});
  EXPECT_FALSE(accuracy_over_folds(trial, {1, 1}).ok());
  EXPECT_FALSE(accuracy_over_folds(trial, {1}).ok());
}

}  // namespace
}  // namespace whorl::evaluation
