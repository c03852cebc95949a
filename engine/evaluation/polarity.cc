#include "engine/evaluation/polarity.h"

#include <algorithm>
#include <cmath>

namespace whorl::evaluation {

double chance_of_higher(const std::vector<double>& mated, std::vector<double> non_mated) {
  if (mated.empty() || non_mated.empty()) return 0.5;
  std::sort(non_mated.begin(), non_mated.end());
  double higher = 0;
  for (const double score : mated) {
    const auto [first, last] = std::equal_range(non_mated.begin(), non_mated.end(), score);
    higher += static_cast<double>(first - non_mated.begin()) + static_cast<double>(last - first) / 2;
  }
  return higher / static_cast<double>(mated.size()) / static_cast<double>(non_mated.size());
}

bool look_like_distances(const std::vector<double>& mated, const std::vector<double>& non_mated, double deviations) {
  if (mated.empty() || non_mated.empty()) return false;
  const auto m = static_cast<double>(mated.size());
  const auto n = static_cast<double>(non_mated.size());
  const double deviation = std::sqrt((m + n + 1) / (12 * m * n));
  return chance_of_higher(mated, non_mated) < 0.5 - deviations * deviation;
}

}  // namespace whorl::evaluation
