// How many people a search compares exactly, by how careful it is; what that loses: docs/index.md.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace whorl::index {

// What the votes lose depends on the share that is kept.
struct CandidateRule {
  std::size_t persons = 0;  // at least so many; 0: everybody
  double share = 0;         // of the gallery's people

  // Votes of several fingers lose much less, and each more finger is another comparison: the work stays the same.
  [[nodiscard]] CandidateRule for_fingers(std::size_t fingers) const {
    return {persons, share / static_cast<double>(std::max<std::size_t>(fingers, 1))};
  }
  [[nodiscard]] std::size_t of(std::size_t people) const {
    return std::max(persons, static_cast<std::size_t>(std::ceil(share * static_cast<double>(people))));
  }
};

// A gallery of at most so many fingers is compared whole.
inline constexpr std::size_t kCompareAllFingers = 2000;

inline constexpr CandidateRule kFastCandidates{200, 0.001};
inline constexpr CandidateRule kDefaultCandidates{1000, 0.01};

}  // namespace whorl::index
