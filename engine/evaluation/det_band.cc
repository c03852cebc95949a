#include <algorithm>
#include <limits>

#include "engine/evaluation/bootstrap.h"
#include "engine/evaluation/svg.h"

namespace whorl::evaluation {
namespace {

constexpr std::size_t kPoints = 40;

// Thresholds spread evenly over the corners of the trade-off that a logarithmic axis has a place for.
std::vector<DetPoint> thinned(std::vector<DetPoint> corners) {
  std::erase_if(corners, [](const DetPoint& p) { return p.fmr <= 0; });
  if (corners.size() <= kPoints) return corners;
  std::vector<DetPoint> out;
  for (std::size_t i = 0; i < kPoints; ++i) out.push_back(corners[i * (corners.size() - 1) / (kPoints - 1)]);
  return out;
}

// Of each finger the mated pairs below `threshold`.
std::vector<double> misses_by_finger(const Trial& trial, double threshold) {
  std::vector<double> out(trial.fingers.size(), 0);
  for (const Score& s : trial.mated) out[s.finger_a] += s.value < threshold ? 1 : 0;
  return out;
}

using Draws = std::vector<std::vector<std::uint32_t>>;

Draws draws_of_fingers(const Trial& trial, const BootstrapOptions& options) {
  Draws out;
  for (int r = 0; r < options.replicates; ++r) {
    out.push_back(draw_with_replacement(trial.fingers.size(), options.seed * 6271 + static_cast<std::uint64_t>(r)));
  }
  return out;
}

// The misses at a threshold with the wider of both intervals. `pairs`: of each finger all mated pairs.
Rate widened(const Trial& trial, double threshold, const std::vector<double>& pairs, const Draws& draws) {
  const std::vector<double> misses = misses_by_finger(trial, threshold);
  double sum = 0;
  for (const double n : misses) sum += n;
  Rate out = rate_of(static_cast<std::uint64_t>(sum), trial.mated.size());
  std::vector<double> replicates;
  for (const auto& times : draws) {
    double errors = 0;
    double trials = 0;
    for (std::size_t f = 0; f < pairs.size(); ++f) {
      errors += times[f] * misses[f];
      trials += times[f] * pairs[f];
    }
    if (trials > 0) replicates.push_back(errors / trials);
  }
  const auto [low, high] = percentile_interval(std::move(replicates), out.value());
  out.low = std::min(out.low, low);
  out.high = std::max(out.high, high);
  return out;
}

constexpr double kAll = std::numeric_limits<double>::infinity();

}  // namespace

Rate fnmr_at(const Trial& trial, double threshold, const BootstrapOptions& options) {
  return widened(trial, threshold, misses_by_finger(trial, kAll), draws_of_fingers(trial, options));
}

std::vector<DetBandPoint> det_band(const Trial& trial, const BootstrapOptions& options) {
  const Draws draws = draws_of_fingers(trial, options);
  const std::vector<double> pairs = misses_by_finger(trial, kAll);
  std::vector<DetBandPoint> out;
  for (const DetPoint& p : thinned(corners_of(det_of(trial)))) {
    const Rate rate = widened(trial, p.threshold, pairs, draws);
    out.push_back({p.fmr, rate.low, rate.high, rate.value(), p.threshold});
  }
  std::reverse(out.begin(), out.end());
  return out;
}

}  // namespace whorl::evaluation
