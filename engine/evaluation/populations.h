// Data sets as the populations that a calibration is fitted to: each sensor's non-mated scores by themselves, so that
// the most pessimistic of them holds (engine/calibration.h) and none is hidden among the others.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "engine/calibration.h"

namespace whorl::evaluation {

// The non-mated scores of one data set.
struct SetScores {
  std::string name;
  std::vector<double> non_mated;
};

struct Populations {
  std::vector<engine::Calibration::NonMated> all;
  std::vector<std::string> left_out;  // sets with too few scores to say anything, where others have enough
};

// More would cost more than they say: each is compared with every other at each score.
inline constexpr std::size_t kMaxPopulations = 64;

// A population for each set of Calibration::kMinNonMated scores or more. Smaller sets make one population together;
// where even that has too few it is left out, unless there is no other: then fit() says what is missing. Errors:
// kInvalidInput for more than kMaxPopulations.
Result<Populations> populations_of(const std::vector<SetScores>& sets);

}  // namespace whorl::evaluation
