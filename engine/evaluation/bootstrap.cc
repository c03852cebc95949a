#include "engine/evaluation/bootstrap.h"

#include <algorithm>
#include <cmath>
#include <random>

namespace whorl::evaluation {

std::vector<std::uint32_t> draw_with_replacement(std::size_t n, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  std::vector<std::uint32_t> out(n, 0);
  // Not uniform_int_distribution: its sequence differs between standard libraries. The bias is below 2^-40.
  for (std::size_t i = 0; i < n; ++i) ++out[random() % n];
  return out;
}

std::pair<double, double> percentile_interval(std::vector<double> replicates, double otherwise) {
  if (replicates.empty()) return {otherwise, otherwise};
  std::sort(replicates.begin(), replicates.end());
  const auto last = static_cast<double>(replicates.size() - 1);
  const auto at = [&](double share) { return replicates[static_cast<std::size_t>(std::lround(share * last))]; };
  return {at(0.025), at(0.975)};
}

}  // namespace whorl::evaluation
