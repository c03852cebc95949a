// What a "no" can miss: the share of the people who are enrolled whom a search like this one would answer with no
// match. Private to this room; pure.
//
// From the calibration's own mated comparisons (Calibration::misses): the share of them below the review line, for one
// finger. What it does not say, docs/accuracy.md measured:
//  - fingers of poor quality are missed more often (kPoorFinger);
//  - so are fingers known by their minutiae alone (kMinutiaeAlone);
//  - two good fingers are missed less often, and not as seldom as if they were independent: where one finger was missed
//    in 27 of 2,146 comparisons, two were in none, which supports a ninth (kSecondFinger). More fingers than two are
//    not credited with more, for nothing was counted that shows it.
// People who have no finger to compare are missed for certain. A face is credited with nothing.
#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "engine/calibration.h"
#include "engine/part.h"

namespace whorl::engine {

struct ExpectedMiss {
  // From 0 to 1, of the people who are enrolled.
  double rate = 0;
  // A second good finger would lower it.
  bool second_finger_helps = false;
};

// What a search has to say of it.
struct SearchFigures {
  const Receipt& receipt;
  // Comparisons of fingers that were made.
  std::uint64_t compared = 0;
  // Whom it found; they say how many of the probe's fingers people have.
  std::span<const ScoredPerson> persons;
};

// At the review line. Nothing where the calibration knows no mated comparisons, or no finger is good enough for a "no"
// to stand on.
std::optional<ExpectedMiss> expected_miss(const Probe& probe, const Calibration& calibration,
                                          const SearchFigures& search, double review_db);

}  // namespace whorl::engine
