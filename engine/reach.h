// A threshold that what was captured cannot reach, or reaches too seldom for a "no" to say anything. Private to this
// room; pure.
//
// A "no" says that somebody who is enrolled would have been found. Where more than half of them would not be, it is
// wrong more often than right about whoever is there, and is no "no". The half is no measured number and fitted to
// nothing: it is where "would have been found" stops to be likelier than not. Two things say so:
//  - the expected miss (expected_miss.h) at the review line, since whoever is above it goes to a person;
//  - the most that the calibrations give: a score has an end (Calibration::max_db), and so have several together.
// A face is credited with nothing in the expected miss, so that with a calibrated one in the probe the second alone
// counts.
#pragma once

#include <optional>

#include "engine/expected_miss.h"
#include "engine/part.h"
#include "engine/person_fusion.h"
#include "engine/verdict.h"

namespace whorl::engine {

// The most that any person can score with the probe: every physical sample of a calibrated modality at its
// calibration's end. 0 where there is none.
double most_db(const Probe& probe, const Calibrations& calibrations);

// What is known of a miss at the review line of a search or a verification; as expected_miss, and 1 where the line lies
// beyond what any person can score.
std::optional<ExpectedMiss> miss_at(const Probe& probe, const Calibrations& calibrations, const SearchFigures& search,
                                    double review_db);

// Nothing where the threshold is within reach, or nothing is known of it. Cost: some dozens of looks into the
// calibration's table of misses, where it is not.
std::optional<OutOfReach> out_of_reach(const Probe& probe, const Calibrations& calibrations,
                                       const SearchFigures& search, const Rules& rules);

}  // namespace whorl::engine
