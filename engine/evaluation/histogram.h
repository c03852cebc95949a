// How mated and non-mated scores are spread.
#pragma once

#include <cstdint>
#include <vector>

#include "engine/evaluation/trial.h"

namespace whorl::evaluation {

// Bin i holds scores in [low + i width, low + (i + 1) width); the last bin also holds its upper end.
struct Histogram {
  double low = 0;
  double width = 1;
  std::vector<std::uint64_t> mated;
  std::vector<std::uint64_t> non_mated;
};

// `bins` (at least 1) equal bins from the least to the greatest score.
Histogram histogram_of(const Trial& trial, std::size_t bins = 60);

}  // namespace whorl::evaluation
