#include "templates/fingerprint/compare/score_model.h"

#include <algorithm>
#include <cmath>

#include "base/simd.h"
#include "templates/fingerprint/compare/ridge_match.h"

namespace whorl::fingerprint {
namespace {

constexpr ScoreModels kShipped = {
#include "templates/fingerprint/compare/score_weights.inc"
};

// tanh by a ratio of polynomials (the continued fraction cut at x^7 over x^6), within 1e-4; the trainer uses it too.
WHORL_MULTIVERSION
float weigh(const ScoreModel& m, const std::array<float, kFeatureCount>& x) {
  std::array<float, kHiddenUnits> sum = m.bias;
  for (std::size_t f = 0; f < kFeatureCount; ++f) {
    for (std::size_t u = 0; u < kHiddenUnits; ++u) sum[u] += m.weight[f][u] * x[f];
  }
  float total = m.output_bias;
  for (std::size_t f = 0; f < kFeatureCount; ++f) total += m.straight[f] * x[f];
  for (std::size_t u = 0; u < kHiddenUnits; ++u) {
    const float v = std::min(4.97F, std::max(-4.97F, sum[u]));
    const float v2 = v * v;
    const float top = v * (135135.0F + v2 * (17325.0F + v2 * (378.0F + v2)));
    const float bottom = 135135.0F + v2 * (62370.0F + v2 * (3150.0F + v2 * 28.0F));
    total += m.output[u] * (top / bottom);
  }
  return total;
}

}  // namespace

float ScoreModel::log_odds(const Features& features) const {
  std::array<float, kFeatureCount> x{};
  for (std::size_t f = 0; f < kFeatureCount; ++f) {
    // Evidence far outside what was seen in training says no more than its edge.
    x[f] = std::clamp((features[f] - mean[f]) * inverse_deviation[f], -6.0F, 6.0F);
  }
  return weigh(*this, x);
}

const ScoreModels& shipped_score_models() { return kShipped; }

bool asks_ridges(float log_odds_by_minutiae, const CompareParameters& p) {
  return static_cast<double>(log_odds_by_minutiae) >= p.ridge_gate_log_odds;
}

float weigh_evidence(const Print& a, const Print& b, Evidence& evidence, const CompareParameters& p,
                     const ScoreModels& models) {
  const float by_minutiae = models.minutiae.log_odds(evidence.features);
  if (!asks_ridges(by_minutiae, p) || !add_ridge_evidence(a, b, evidence)) {
    return models.without_ridges(by_minutiae, evidence.features, p);
  }
  return models.with_ridges(evidence.features, p);
}

double raw_score(float log_odds) {
  const double shifted = static_cast<double>(log_odds) + 10;
  return shifted > 30 ? shifted : std::log1p(std::exp(shifted));
}

}  // namespace whorl::fingerprint
