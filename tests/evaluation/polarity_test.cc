#include "engine/evaluation/polarity.h"

#include <gtest/gtest.h>

namespace whorl::evaluation {
namespace {

TEST(Polarity, TheChanceCountsPairsAndHalvesTies) {
  EXPECT_DOUBLE_EQ(chance_of_higher({5, 6}, {1, 2, 3}), 1.0);
  EXPECT_DOUBLE_EQ(chance_of_higher({1, 2, 3}, {5, 6}), 0.0);
  EXPECT_DOUBLE_EQ(chance_of_higher({2}, {1, 2, 3}), 0.5);
  EXPECT_DOUBLE_EQ(chance_of_higher({2, 4}, {3, 1}), 0.75);
  EXPECT_DOUBLE_EQ(chance_of_higher({}, {1}), 0.5);
}

TEST(Polarity, DistancesAreToldByMoreThanChance) {
  const std::vector<double> low(30, 1.0);
  const std::vector<double> high(30, 2.0);
  EXPECT_TRUE(look_like_distances(low, high));
  EXPECT_FALSE(look_like_distances(high, low));
  EXPECT_FALSE(look_like_distances(low, low));
  EXPECT_FALSE(look_like_distances({1}, {2}));  // one pair of each kind proves nothing
  EXPECT_FALSE(look_like_distances({}, high));
}

}  // namespace
}  // namespace whorl::evaluation
