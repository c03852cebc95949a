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
  std::size_t looks = 12;   // so many times as many are looked at again, within the bounds below

  // The rule for a probe of several fingers: their votes lose much less, and each finger more is another comparison,
  // so both are divided and the work stays the same; but for this many persons there is always time.
  static constexpr std::size_t kFewest = 100;
  [[nodiscard]] CandidateRule for_fingers(std::size_t fingers) const {
    const std::size_t by = std::max<std::size_t>(fingers, 1);
    return {persons == 0 ? 0 : std::max(persons / by, std::min(persons, kFewest)), share / static_cast<double>(by),
            looks};
  }
  // The number of persons for a gallery of this many people.
  [[nodiscard]] std::size_t of(std::size_t people) const {
    return std::max(persons, static_cast<std::size_t>(std::ceil(share * static_cast<double>(people))));
  }

  // How many of them, by their votes, get a second look, which chooses whom of them to compare: in a large gallery no
  // larger share of it, in a small one no fewer than there is always time for.
  static constexpr double kMostLookedAt = 0.04;  // of the gallery's people
  static constexpr std::size_t kFewestLookedAt = 3000;
  [[nodiscard]] std::size_t looked_again(std::size_t people) const {
    const std::size_t compared = of(people);
    const auto most = static_cast<std::size_t>(kMostLookedAt * static_cast<double>(people));
    return std::max(compared, std::min(looks * compared, std::max(most, kFewestLookedAt)));
  }
};

// A gallery of at most this many samples of a modality is compared whole.
inline constexpr std::size_t kCompareAllSamples = 2000;

// Of so many that come first in a whole, how many one part takes that has this share of its people. Those who come
// first lie in parts at random, so a part loses some that the whole would take, and takes as many that it would not.
inline std::size_t first_of_share(std::size_t first, double share) {
  return std::min(first, static_cast<std::size_t>(std::ceil(static_cast<double>(first) * std::max(share, 0.0))));
}

// A whole lies at random in its parts, person by person, each with so many samples (1 where persons are counted): the
// standard deviation of how many a part has that has this share of the people.
inline double deviation_of_share(double whole, double share, double of_person = 1) {
  return std::sqrt(whole * share * std::max(of_person, 1.0) * (1 - share));
}
// Of a whole of so many samples hardly any part has more.
inline std::size_t most_of_share(std::size_t samples, double share, double of_person = 1) {
  constexpr double kDeviations = 3;
  const double own = std::clamp(share, 0.0, 1.0);
  const auto whole = static_cast<double>(samples);
  const double most = whole * own + kDeviations * deviation_of_share(whole, own, of_person);
  return std::min(samples, static_cast<std::size_t>(std::ceil(most)));
}

// Whom a search compares and looks at again of a part that has so many people, which are this share of the whole: all
// parts together as many as one that has them all. But no part fewer than these, of those who come first in the whole:
// of very few a mate that is not quite first would be lost to chance.
struct SearchPlaces {
  static constexpr std::size_t kFewestCompared = 24;
  static constexpr std::size_t kFewestLookedAgain = 200;
  std::size_t compared = 0;
  std::size_t looked_again = 0;
};
inline SearchPlaces places_of(const CandidateRule& rule, std::size_t people, double share) {
  const auto whole = static_cast<std::size_t>(std::ceil(static_cast<double>(people) / std::min(share, 1.0)));
  const std::size_t compared = rule.of(whole);
  const std::size_t looked_again = rule.looked_again(whole);
  return {std::max(first_of_share(compared, share), std::min(compared, SearchPlaces::kFewestCompared)),
          std::max(first_of_share(looked_again, share), std::min(looked_again, SearchPlaces::kFewestLookedAgain))};
}

inline constexpr CandidateRule kFastCandidates{200, 0.0005};
inline constexpr CandidateRule kDefaultCandidates{600, 0.0006, 36};
// Where only a pair that scores far above what a search asks for counts, as in a deduplication: such a mate stands
// among the very first.
inline constexpr CandidateRule kPairCandidates{24, 0.0001};

}  // namespace whorl::index
