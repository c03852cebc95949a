#include <algorithm>
#include <limits>

#include "engine/evaluation/bootstrap.h"
#include "engine/evaluation/svg.h"

namespace whorl::evaluation {
namespace {

constexpr std::size_t kPoints = 40;
constexpr double kAll = std::numeric_limits<double>::infinity();

using Counts = std::vector<std::uint32_t>;  // of each finger

// Thresholds spread evenly over the corners of the trade-off that a logarithmic axis has a place for.
std::vector<DetPoint> thinned(std::vector<DetPoint> corners) {
  std::erase_if(corners, [](const DetPoint& p) { return p.fmr <= 0; });
  if (corners.size() <= kPoints) return corners;
  std::vector<DetPoint> out;
  for (std::size_t i = 0; i < kPoints; ++i) out.push_back(corners[i * (corners.size() - 1) / (kPoints - 1)]);
  return out;
}

// Of each finger the mated pairs below `threshold`.
Counts misses_by_finger(const Trial& trial, double threshold) {
  Counts out(trial.fingers.size(), 0);
  for (const Score& s : trial.mated) out[s.finger_a] += s.value < threshold ? 1 : 0;
  return out;
}

// What a draw of fingers holds of what was counted.
double drawn(const std::vector<std::uint32_t>& times, const Counts& counted) {
  double out = 0;
  for (std::size_t f = 0; f < counted.size(); ++f) out += static_cast<double>(times[f]) * counted[f];
  return out;
}

// The misses at each threshold with the wider of both intervals. One draw is kept at a time: of many fingers all of
// them would be gigabytes.
std::vector<Rate> widened(const Trial& trial, const std::vector<double>& thresholds, const BootstrapOptions& options) {
  std::vector<Counts> misses;
  for (const double threshold : thresholds) misses.push_back(misses_by_finger(trial, threshold));
  const Counts pairs = misses_by_finger(trial, kAll);
  std::vector<std::vector<double>> replicates(thresholds.size());
  for (int r = 0; r < options.replicates; ++r) {
    const auto times = draw_with_replacement(trial.fingers.size(), options.seed * 6271 + static_cast<std::uint64_t>(r));
    const double trials = drawn(times, pairs);
    for (std::size_t p = 0; p < misses.size() && trials > 0; ++p) {
      replicates[p].push_back(drawn(times, misses[p]) / trials);
    }
  }
  std::vector<Rate> out;
  for (std::size_t p = 0; p < misses.size(); ++p) {
    std::uint64_t missed = 0;
    for (const std::uint32_t n : misses[p]) missed += n;
    Rate rate = rate_of(missed, trial.mated.size());
    const auto [low, high] = percentile_interval(std::move(replicates[p]), rate.value());
    rate.low = std::min(rate.low, low);
    rate.high = std::max(rate.high, high);
    out.push_back(rate);
  }
  return out;
}

}  // namespace

Rate fnmr_at(const Trial& trial, double threshold, const BootstrapOptions& options) {
  return widened(trial, {threshold}, options).front();
}

std::vector<DetBandPoint> det_band(const Trial& trial, const BootstrapOptions& options) {
  const std::vector<DetPoint> points = thinned(corners_of(det_of(trial)));
  std::vector<double> thresholds;
  for (const DetPoint& p : points) thresholds.push_back(p.threshold);
  const std::vector<Rate> rates = widened(trial, thresholds, options);
  std::vector<DetBandPoint> out;
  for (std::size_t p = points.size(); p-- > 0;) {
    out.push_back({points[p].fmr, rates[p].low, rates[p].high, rates[p].value(), points[p].threshold});
  }
  return out;
}

}  // namespace whorl::evaluation
