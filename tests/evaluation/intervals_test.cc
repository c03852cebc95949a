#include "engine/evaluation/intervals.h"

#include <gtest/gtest.h>

#include <cmath>

namespace whorl::evaluation {
namespace {

// P(X <= k) for X ~ Binomial(n, p), summed term by term.
double binomial_cdf(int k, int n, double p) {
  double sum = 0;
  for (int i = 0; i <= k; ++i) {
    sum += std::exp(std::lgamma(n + 1.0) - std::lgamma(i + 1.0) - std::lgamma(n - i + 1.0) + i * std::log(p) +
                    (n - i) * std::log1p(-p));
  }
  return sum;
}

TEST(Intervals, ClopperPearsonLeavesTwoAndAHalfPercentOutsideEachEnd) {
  for (const auto& [k, n] : {std::pair{1, 10}, {3, 280}, {28, 2880}, {200, 280}}) {
    const Rate r = rate_of(static_cast<std::uint64_t>(k), static_cast<std::uint64_t>(n));
    EXPECT_NEAR(binomial_cdf(k, n, r.high), 0.025, 1e-6);
    EXPECT_NEAR(1 - binomial_cdf(k - 1, n, r.low), 0.025, 1e-6);
    EXPECT_LT(r.low, r.value());
    EXPECT_GT(r.high, r.value());
  }
}

TEST(Intervals, TheEndsOfTheRange) {
  const Rate none = rate_of(0, 100);
  EXPECT_EQ(none.low, 0);
  EXPECT_NEAR(none.high, 1 - std::pow(0.025, 0.01), 1e-9);
  const Rate all = rate_of(100, 100);
  EXPECT_EQ(all.high, 1);
  EXPECT_NEAR(all.low, std::pow(0.025, 0.01), 1e-9);
}

TEST(Intervals, ZeroErrorsAreShownByTheRuleOfThree) {
  EXPECT_EQ(rate_of(0, 280).text(), "< 3/280 (1.07 %)");
  EXPECT_EQ(rate_of(0, 2880).text(), "< 3/2880 (0.10 %)");
  EXPECT_EQ(rate_of(0, 2).text(), "< 3/2 (100.00 %)");
  EXPECT_FALSE(rate_of(0, 280).supported());
  EXPECT_TRUE(rate_of(1, 280).supported());
  EXPECT_EQ(rate_of(0, 0).text(), "none");
}

TEST(Intervals, CountedRatesShowTheirInterval) {
  EXPECT_EQ(rate_of(5, 100).text(), "5.00 % [1.64, 11.28]");  // the textbook example
  EXPECT_EQ(percent(0.000123), "0.012 %");
}

}  // namespace
}  // namespace whorl::evaluation
