// Draws with replacement and the intervals made from them. Private to engine/evaluation.
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

namespace whorl::evaluation {

// One draw of `n` out of `n` (at least 1) with replacement: how often each was drawn. The same on every
// system.
std::vector<std::uint32_t> draw_with_replacement(std::size_t n, std::uint64_t seed);

// The 2.5th and 97.5th percentile; {otherwise, otherwise} when there are no replicates.
std::pair<double, double> percentile_interval(std::vector<double> replicates, double otherwise);

}  // namespace whorl::evaluation
