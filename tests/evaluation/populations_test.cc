#include "engine/evaluation/populations.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <random>

namespace whorl::evaluation {
namespace {

using engine::Calibration;

// Exponential tails: the larger `spread`, the higher the strangers of this sensor score.
SetScores sensor(const std::string& name, std::size_t n, double spread) {
  std::mt19937_64 draw(n);
  std::exponential_distribution<double> tail(1 / spread);
  SetScores out{name, {}};
  for (std::size_t i = 0; i < n; ++i) out.non_mated.push_back(tail(draw));
  return out;
}

TEST(Populations, EverySetWithEnoughScoresIsOneAndSmallSetsAreTogether) {
  const auto got =
      *populations_of({sensor("a", 1500, 1), sensor("b", 600, 1), sensor("c", 5000, 1), sensor("d", 500, 1)});
  ASSERT_EQ(got.all.size(), 3u);
  EXPECT_EQ(got.all[0].name, "a");
  EXPECT_EQ(got.all[1].name, "c");
  EXPECT_EQ(got.all[2].name, "2 small sets");
  EXPECT_EQ(got.all[2].scores.size(), 1100u);
  EXPECT_TRUE(got.left_out.empty());
}

TEST(Populations, SetsThatSayNothingAreLeftOutOnlyBesideOthers) {
  const auto got = *populations_of({sensor("a", 1500, 1), sensor("b", 60, 1), sensor("c", 50, 1)});
  ASSERT_EQ(got.all.size(), 1u);
  EXPECT_THAT(got.left_out, testing::ElementsAre("b", "c"));
  const auto alone = *populations_of({sensor("b", 60, 1), sensor("c", 50, 1)});
  ASSERT_EQ(alone.all.size(), 1u);
  EXPECT_TRUE(alone.left_out.empty());
  EXPECT_FALSE(Calibration::fit(alone.all, {}, "x").ok());  // says that 1000 are needed
}

TEST(Populations, APersonIsNoPopulation) {
  std::vector<SetScores> sets(kMaxPopulations, sensor("s", 1000, 1));
  EXPECT_TRUE(populations_of(sets).ok());
  sets.push_back(sets.front());
  EXPECT_THAT(populations_of(sets).error().message, testing::HasSubstr("more than 64 sets"));
}

// A calibration of several sensors claims of none more than that sensor's own comparisons show.
TEST(Populations, TheMostPessimisticSensorHoldsWhereAPoolWouldHideIt) {
  const std::vector<SetScores> sets = {sensor("kind", 50'000, 1), sensor("harsh", 5'000, 3)};
  const auto apart = Calibration::fit(populations_of(sets)->all, {}, "x");
  ASSERT_TRUE(apart.ok()) << apart.error().text();
  std::vector<double> pool;
  for (const SetScores& set : sets) pool.insert(pool.end(), set.non_mated.begin(), set.non_mated.end());
  const auto pooled = Calibration::fit(pool, {}, "x");
  ASSERT_TRUE(pooled.ok());
  const auto overstated = [&](const Calibration& calibration, double db) {
    std::size_t at_least = 0;
    for (const double score : sets[1].non_mated) at_least += calibration.db(score) >= db ? 1 : 0;
    return static_cast<double>(at_least) / static_cast<double>(sets[1].non_mated.size()) / std::pow(10.0, -db / 10);
  };
  for (const double db : {5.0, 10.0, 15.0}) {
    EXPECT_LE(overstated(*apart, db), 1.1) << db;
    EXPECT_GT(overstated(*pooled, db), 1.5) << db;
  }
}

}  // namespace
}  // namespace whorl::evaluation
