#include "templates/fingerprint/compare/tail_model.h"

#include <algorithm>
#include <cmath>

namespace whorl::fingerprint {
namespace {

// Log odds of the second model below which more doubt makes hardly a difference.
constexpr float kFloor = -4;
constexpr float kFade = 1;

float softplus(float v) { return v > 20 ? v : std::log1p(std::exp(v)); }

}  // namespace

TailInputs tail_inputs(const Features& f) {
  TailInputs out{};
  std::copy(f.begin(), f.end(), out.begin());
  out[kFeatureCount] = std::log1p(f[kPaired]);
  out[kFeatureCount + 1] = std::log1p(f[kRidgeGoodBlocks]);
  out[kFeatureCount + 2] = f[kPaired] * f[kPairedShare];
  out[kFeatureCount + 3] = f[kRidgeGoodBlocks] * f[kRidgeGood];
  out[kFeatureCount + 4] = std::log1p(f[kOverlap]);
  return out;
}

float TailModel::log_odds(const Features& features) const {
  const TailInputs in = tail_inputs(features);
  std::array<float, kTailUnits> sum = bias;
  float total = output_bias;
  for (std::size_t f = 0; f < kTailInputs; ++f) {
    // Evidence far outside what was seen in training says no more than its edge.
    const float x = std::clamp((in[f] - mean[f]) * inverse_deviation[f], -6.0F, 6.0F);
    total += straight[f] * x;
    for (std::size_t u = 0; u < kTailUnits; ++u) sum[u] += weight[f][u] * x;
  }
  for (std::size_t u = 0; u < kTailUnits; ++u) total += output[u] * std::tanh(sum[u]);
  return total;
}

float TailModel::sharpen(float first_log_odds, const Features& features, double gate) const {
  const auto from = static_cast<float>(gate);
  if (!(first_log_odds > from)) return first_log_odds;
  const float fade = std::min(1.0F, (first_log_odds - from) / kFade);
  return from + fade * softplus(log_odds(features) - kFloor);
}

}  // namespace whorl::fingerprint
