#include "engine/evaluation/histogram.h"

#include <algorithm>
#include <limits>

namespace whorl::evaluation {

Histogram histogram_of(const Trial& trial, std::size_t bins) {
  Histogram out;
  bins = std::max<std::size_t>(bins, 1);
  out.mated.assign(bins, 0);
  out.non_mated.assign(bins, 0);
  double low = std::numeric_limits<double>::infinity();
  double high = -low;
  for (const auto* scores : {&trial.mated, &trial.non_mated}) {
    for (const Score& s : *scores) {
      low = std::min(low, s.value);
      high = std::max(high, s.value);
    }
  }
  if (low > high) return out;
  out.low = low;
  out.width = high > low ? (high - low) / static_cast<double>(bins) : 1.0;
  const auto count = [&](const std::vector<Score>& scores, std::vector<std::uint64_t>& into) {
    for (const Score& s : scores) {
      ++into[std::min(bins - 1, static_cast<std::size_t>((s.value - low) / out.width))];
    }
  };
  count(trial.mated, out.mated);
  count(trial.non_mated, out.non_mated);
  return out;
}

}  // namespace whorl::evaluation
