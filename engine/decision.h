// From scores to a decision, and the sentence that goes with it. Private to this room; pure functions.
#pragma once

#include <cstdint>
#include <string>

#include "engine/types.h"

namespace whorl::engine {

// The person-level threshold that keeps the expected number of false matches of one search at `target_fpir`:
// with `persons` chances to match falsely, each may have the rate target_fpir / persons. Scores have been corrected
// for the fingers and encounters tried within a person already (fusion.h).
double identify_threshold_db(double target_fpir, std::uint64_t persons);

// -10 log10(target_fmr).
double verify_threshold_db(double target_fmr);

// kMatch at or above the threshold, kIndeterminate from review_db, else kNoMatch.
Decision classify(double score_db, double threshold_db, double review_db);

// Fills decision and reason of an answer whose thresholds, candidates, receipt and qualities are set.
//   incomplete search                             -> indeterminate, whatever was found
//   best candidate at or above the threshold      -> match
//   best candidate at or above review_db          -> indeterminate
//   no usable probe finger                        -> indeterminate (unless the gallery is empty)
//   comparable < kLeastComparableShare of searched -> indeterminate: too many could not be ruled out
//   else                                          -> no_match
inline constexpr double kLeastComparableShare = 0.9;
void decide(bool probe_usable, IdentifyAnswer& answer);

// The same for one claimed person: `compared` says whether any pair of fingers was.
void decide(bool probe_usable, bool compared, double review_db, VerifyAnswer& answer);

}  // namespace whorl::engine
