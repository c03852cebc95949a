// How many people a search compares exactly, by how careful it is. What that loses: docs/index.md.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace whorl::index {

// The number of persons that go on to the exact comparison. It grows with the gallery, because what the screening
// loses depends on the share of the gallery that is kept.
struct CandidateRule {
  std::size_t persons = 0;  // at least this many; 0: everybody
  double share = 0;         // at least this share of the gallery's people

  // The rule for a probe of several fingers: their votes lose much less, and each finger more is another comparison,
  // so the share is divided and the work stays the same.
  [[nodiscard]] CandidateRule for_fingers(std::size_t fingers) const {
    return {persons, share / static_cast<double>(std::max<std::size_t>(fingers, 1))};
  }
  // The number of persons for a gallery of this many people.
  [[nodiscard]] std::size_t of(std::size_t people) const {
    return std::max(persons, static_cast<std::size_t>(std::ceil(share * static_cast<double>(people))));
  }
};

// A gallery of at most this many samples of a modality is compared whole.
inline constexpr std::size_t kCompareAllSamples = 2000;

inline constexpr CandidateRule kFastCandidates{200, 0.001};
inline constexpr CandidateRule kDefaultCandidates{1000, 0.01};

}  // namespace whorl::index
