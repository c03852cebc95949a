#include "engine/fusion.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <numeric>
#include <random>

namespace whorl::engine {
namespace {

using testing::ElementsAre;

double db_of(double p) { return -10 * std::log10(p); }

TEST(Fusion, BestOfManyPaysForTheTries) {
  EXPECT_DOUBLE_EQ(best_of_db(30, 1), 30);
  EXPECT_DOUBLE_EQ(best_of_db(30, 10), 20);
  EXPECT_DOUBLE_EQ(best_of_db(30, 100), 10);
  EXPECT_DOUBLE_EQ(best_of_db(5, 100), 0);
  EXPECT_DOUBLE_EQ(best_of_db(5, 0), 0);
}

// Closed forms: one value is itself; two independent p-values of product q fuse to q (1 - ln q); three to
// q (1 - ln q + (ln q)^2 / 2).
TEST(Fusion, FisherClosedForms) {
  EXPECT_DOUBLE_EQ(fisher_db({}), 0);
  EXPECT_NEAR(fisher_db(std::vector<double>{42.5}), 42.5, 1e-9);
  EXPECT_NEAR(fisher_db(std::vector<double>{0, 0, 0}), 0, 1e-12);
  const double q = 1e-2 * 1e-4;
  EXPECT_NEAR(fisher_db(std::vector<double>{20, 40}), db_of(q * (1 - std::log(q))), 1e-9);
  const double r = 1e-3 * 0.5 * 0.1;
  const double l = std::log(r);
  EXPECT_NEAR(fisher_db(std::vector<double>{30, db_of(0.5), 10}), db_of(r * (1 - l + l * l / 2)), 1e-9);
}

TEST(Fusion, FisherStandsVeryLargeValues) {
  const std::vector<double> values(10, 86.0);
  const double fused = fisher_db(values);
  EXPECT_TRUE(std::isfinite(fused));
  EXPECT_GT(fused, 700);
  EXPECT_LT(fused, 860);
}

// Under the null hypothesis the p-values are uniform, and the fused value must exceed x dB in 10^(-x/10) of cases.
TEST(Fusion, FisherIsCalibratedOnUniformValues) {
  std::mt19937_64 random(3);
  std::exponential_distribution<double> nepers(1.0);
  for (const std::size_t k : {std::size_t{2}, std::size_t{4}, std::size_t{10}}) {
    constexpr int kTrials = 200'000;
    int above = 0;
    std::vector<double> values(k);
    for (int i = 0; i < kTrials; ++i) {
      for (double& v : values) v = 10 / std::log(10.0) * nepers(random);
      if (fisher_db(values) >= 20) ++above;
    }
    EXPECT_NEAR(above, kTrials / 100.0, 5 * std::sqrt(kTrials / 100.0)) << k;
  }
}

TEST(Fusion, FisherIsMonotoneInEveryFinger) {
  std::mt19937_64 random(4);
  std::uniform_real_distribution<double> db(0, 60);
  for (int i = 0; i < 2000; ++i) {
    std::vector<double> values(1 + random() % 10);
    for (double& v : values) v = db(random);
    const double before = fisher_db(values);
    values[random() % values.size()] += 1 + db(random);
    EXPECT_GE(fisher_db(values), before);
  }
}

TEST(Fusion, BrownWithoutCorrelationIsFisher) {
  std::mt19937_64 random(6);
  std::uniform_real_distribution<double> db(0, 60);
  for (int i = 0; i < 500; ++i) {
    std::vector<double> values(1 + random() % 10);
    for (double& v : values) v = db(random);
    EXPECT_NEAR(brown_db(values, 0), fisher_db(values), 1e-6);
    if (values.size() < 2 || fisher_db(values) <= 10) continue;
    EXPECT_LT(brown_db(values, 0.2), fisher_db(values));
  }
  EXPECT_EQ(brown_db({}, 0.2), 0);
  EXPECT_NEAR(brown_db(std::vector<double>{42.5}, 0.2), 42.5, 1e-9);
}

// One-sided p-values of correlated normals, as Brown had them: the fused value must not exceed x dB more often than
// about 10^(-x/10), where Fisher's does.
TEST(Fusion, BrownHoldsForCorrelatedFingers) {
  std::mt19937_64 random(7);
  std::normal_distribution<double> normal;
  constexpr int kTrials = 200'000;
  constexpr double kCorrelation = 0.2;
  int fisher = 0;
  int brown = 0;
  std::vector<double> values(4);
  for (int i = 0; i < kTrials; ++i) {
    const double common = std::sqrt(kCorrelation) * normal(random);
    for (double& v : values) {
      v = db_of(0.5 * std::erfc((common + std::sqrt(1 - kCorrelation) * normal(random)) / std::sqrt(2.0)));
    }
    fisher += static_cast<int>(fisher_db(values) >= 20);
    brown += static_cast<int>(brown_db(values, kCorrelation) >= 20);
  }
  EXPECT_GT(fisher, 2 * kTrials / 100);
  EXPECT_NEAR(brown, kTrials / 100.0, kTrials / 400.0);
}

// A finger at the non-mated comparisons' median (p = 1/2) says nothing for the person: it must not lift a score to
// where decisions are made.
TEST(Fusion, AMedianFingerNeverMakesAMatch) {
  std::mt19937_64 random(5);
  std::uniform_real_distribution<double> db(0, 30);
  for (int i = 0; i < 5000; ++i) {
    std::vector<double> values(1 + random() % 9);
    for (double& v : values) v = db(random);
    const double before = fisher_db(values);
    values.push_back(db_of(0.5));
    EXPECT_LE(fisher_db(values), std::max(before, 10.0));
  }
}

TEST(Fusion, OneFingerOneReference) {
  const ScoredPair pairs[] = {{0, 2, 33.0}};
  const Fused fused = fuse(pairs);
  EXPECT_NEAR(fused.db, 33, 1e-9);
  EXPECT_THAT(fused.used, ElementsAre(0));
}

TEST(Fusion, NoPairsNoEvidence) {
  EXPECT_EQ(fuse({}).db, 0);
  EXPECT_TRUE(fuse({}).used.empty());
}

TEST(Fusion, SeveralEncountersGiveTheBestLessTheTries) {
  const ScoredPair pairs[] = {{0, 2, 12.0}, {0, 2, 33.0}, {0, 2, 3.0}, {0, 2, 1.0}};
  const Fused fused = fuse(pairs);
  EXPECT_NEAR(fused.db, best_of_db(33, 4), 1e-9);
  EXPECT_THAT(fused.used, ElementsAre(1));
}

TEST(Fusion, AReferenceExplainsOneProbeFingerOnly) {
  // Both probe fingers like reference 20; the second has nothing else.
  const ScoredPair pairs[] = {{0, 20, 40.0}, {0, 21, 2.0}, {1, 20, 39.0}, {1, 21, 3.0}};
  const Fused fused = fuse(pairs);
  EXPECT_THAT(fused.used, ElementsAre(0, 3));
  EXPECT_NEAR(fused.db, brown_db(std::vector<double>{best_of_db(40, 2), best_of_db(3, 2)}, kFingerCorrelation), 1e-9);
}

TEST(Fusion, AFingerWithoutAPartnerCountsAsNothing) {
  const ScoredPair pairs[] = {{0, 20, 40.0}, {1, 20, 39.0}};
  const Fused fused = fuse(pairs);
  EXPECT_THAT(fused.used, ElementsAre(0));
  EXPECT_NEAR(fused.db, brown_db(std::vector<double>{40, 0}, kFingerCorrelation), 1e-9);
  EXPECT_LT(fused.db, 40);
}

// Sending one finger twice must not count twice: the groups are physical fingers.
TEST(Fusion, TheSameFingerTwiceIsNoMoreThanOnce) {
  const ScoredPair once[] = {{0, 2, 30.0}, {0, 3, 1.0}};
  const ScoredPair twice[] = {{0, 2, 30.0}, {0, 3, 1.0}, {0, 2, 30.0}, {0, 3, 30.0}};
  EXPECT_LE(fuse(twice).db, fuse(once).db);
}

}  // namespace
}  // namespace whorl::engine
