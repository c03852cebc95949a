// From a rate of errors that a caller accepts to a threshold in decibels. Pure functions.
#pragma once

#include <cstdint>

namespace whorl::engine {

// The person-level threshold that keeps the expected number of false matches of one search at `target_fpir`: with
// `persons` chances to match falsely, each may have the rate target_fpir / persons. Scores have been corrected for the
// fingers and encounters tried within a person already (fusion.h).
double identify_threshold_db(double target_fpir, std::uint64_t persons);

// -10 log10(target_fmr).
double verify_threshold_db(double target_fmr);

}  // namespace whorl::engine
