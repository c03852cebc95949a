#include "bench/training/alone_scale.h"

#include <algorithm>

namespace whorl::training {

fingerprint::AloneScale alone_scale(const engine::Calibration& alone, const engine::Calibration& common) {
  constexpr float kLeastStep = 0.01F;
  fingerprint::AloneScale out;
  const double first = alone.knots().front().score;
  const double last = alone.score_at(std::min(alone.max_db(), common.max_db()));
  for (std::size_t k = 0; k < out.knots.size(); ++k) {
    const double at = first + (last - first) * static_cast<double>(k) / static_cast<double>(out.knots.size() - 1);
    auto& knot = out.knots[k];
    knot = {static_cast<float>(at), static_cast<float>(common.score_at(alone.db(at)))};
    if (k > 0) knot.common = std::max(knot.common, out.knots[k - 1].common + kLeastStep);
  }
  return out;
}

}  // namespace whorl::training
