// What is taken off the scores of prints that show little.
#include "templates/fingerprint/compare/scarcity.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "templates/fingerprint/compare/score_model.h"

namespace whorl::fingerprint {
namespace {

Features showing(float minutiae, float cells, float share = 1) {
  Features out{};
  out[kMinutiaeSmaller] = minutiae;
  out[kOverlap] = cells * share;
  out[kOverlapShare] = share;
  return out;
}

// As scarcity.h says it, in double precision.
double slow_twin(const Scarcity& scarcity, double minutiae, double cells) {
  const double l = std::log(minutiae / 25);
  const double a = std::log(cells / 150);
  const double terms[] = {1, l, a, l * l, l * a, a * a};
  double sum = 0;
  for (std::size_t t = 0; t < Scarcity::kTerms; ++t) sum += terms[t] * static_cast<double>(scarcity.weight[t]);
  return std::max(0.0, sum);
}

TEST(Scarcity, AgreesWithItsSlowTwin) {
  const Scarcity& shipped = shipped_score_models().scarcity;
  for (const float minutiae : {3.0F, 7.0F, 16.0F, 30.0F, 60.0F}) {
    for (const float cells : {60.0F, 100.0F, 150.0F, 400.0F}) {
      const double expected = slow_twin(shipped, static_cast<double>(minutiae), static_cast<double>(cells));
      EXPECT_NEAR(static_cast<double>(shipped.taken_off(showing(minutiae, cells))), expected, 1e-4);
      EXPECT_NEAR(static_cast<double>(shipped.taken_off(showing(minutiae, cells, 0.5F))), expected, 1e-4);
    }
  }
}

TEST(Scarcity, TakesNothingOffWithoutWeights) { EXPECT_EQ(Scarcity{}.taken_off(showing(5, 30)), 0); }

TEST(Scarcity, TakesMoreOffASmallPartThanOffAWholePrint) {
  const Scarcity& shipped = shipped_score_models().scarcity;
  const float whole = shipped.taken_off(showing(35, 220));
  EXPECT_LT(whole, 0.5F);
  EXPECT_GT(shipped.taken_off(showing(8, 70)), whole + 1);
  EXPECT_GT(shipped.taken_off(showing(30, 70)), whole + 0.8F);
}

// Else a print could be given a higher score by telling less of it.
TEST(Scarcity, NeverTakesLessOffWhereLessIsShown) {
  constexpr float kRounding = 0.15F;  // of the polynomial at its edge
  const Scarcity& shipped = shipped_score_models().scarcity;
  for (float minutiae = 3; minutiae < 60; ++minutiae) {
    for (float cells = 20; cells < 400; cells += 10) {
      const float off = shipped.taken_off(showing(minutiae, cells));
      EXPECT_LT(shipped.taken_off(showing(minutiae + 1, cells)), off + kRounding) << minutiae << " " << cells;
      EXPECT_LT(shipped.taken_off(showing(minutiae, cells + 10)), off + kRounding) << minutiae << " " << cells;
    }
  }
}

TEST(Scarcity, IsBoundedWhateverTheFeaturesAre) {
  const float nan = std::numeric_limits<float>::quiet_NaN();
  const float endless = std::numeric_limits<float>::infinity();
  for (const float minutiae : {0.0F, 1.0F, 80.0F, endless, nan}) {
    for (const float overlap : {0.0F, 1.0F, endless, nan}) {
      for (const float share : {0.0F, 1e-9F, 1.0F, nan}) {
        Features features{};
        features[kMinutiaeSmaller] = minutiae;
        features[kOverlap] = overlap;
        features[kOverlapShare] = share;
        const float off = shipped_score_models().scarcity.taken_off(features);
        EXPECT_GE(off, 0) << minutiae << " " << overlap << " " << share;
        EXPECT_LT(off, 5) << minutiae << " " << overlap << " " << share;
      }
    }
  }
}

}  // namespace
}  // namespace whorl::fingerprint
