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

// What a face may decide.
struct FaceRules {
  bool face = false;           // the probe has one that the gallery's faces compare with
  bool fingers = false;        // the probe has fingers
  bool calibrated = false;     // a face's score is worth something
  bool alone_matches = false;  // a face needs no fingers beside it
};

// Under so many decibels the fingers do not speak for a person: one stranger in ten has as much.
inline constexpr double kLeastSupport_db = 10.0;

// The decision about one person whose fingers alone are worth `fingers_db` (`compared` says whether any were):
// classify(), but
//   a match without support by fingers, where the rules ask for it   -> indeterminate
//   nothing but an uncalibrated face to go by                        -> indeterminate
Decision classify_person(double score_db, double fingers_db, bool compared, double threshold_db, double review_db,
                         const FaceRules& rules);

// After decide(): takes back what the rules do not allow a face to decide, with the reason.
void apply(const FaceRules& rules, IdentifyAnswer& answer);
// `by_person`: classify_person's.
void apply(const FaceRules& rules, Decision by_person, VerifyAnswer& answer);

// The same for one claimed person: `compared` says whether any pair of fingers was.
void decide(bool probe_usable, bool compared, double review_db, VerifyAnswer& answer);

}  // namespace whorl::engine
