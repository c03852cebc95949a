// What a calibration claims against what non-mated comparisons show: at each level of decibels, the claimed FMR and the
// one counted.
#pragma once

#include <boost/json/fwd.hpp>
#include <cstdint>
#include <string>
#include <vector>

#include "engine/calibration.h"
#include "engine/evaluation/intervals.h"
#include "engine/evaluation/trial.h"

namespace whorl::evaluation {

enum class Verdict {
  kHolds,         // the claim lies in the interval of the count
  kCautious,      // fewer false matches than claimed
  kOverstated,    // more false matches than claimed
  kNotSupported,  // too few comparisons to say
};
std::string_view name_of(Verdict verdict);  // "holds", "cautious", "overstated", "not supported"

struct ClaimedLevel {
  double db = 0;
  double claimed_fmr = 0;     // 10^(-db/10)
  double expected = 0;        // false matches, if the claim were true
  Rate observed;              // non-mated comparisons at `db` or above
  bool extrapolated = false;  // the calibration itself counted nothing there

  // Fewer expected false matches than this cannot confirm a claim.
  static constexpr double kMinExpected = 3.0;
  [[nodiscard]] bool supported() const { return expected >= kMinExpected; }
  // A claim that the count refutes is overstated, however few comparisons there are.
  [[nodiscard]] Verdict verdict() const;
};

struct ClaimCheck {
  std::string name;
  double measured_db = 0;
  std::uint64_t non_mated = 0;
  std::vector<ClaimedLevel> levels;  // 5, 10, ... dB
};

// `impostors_db`: the claimed dB of each non-mated comparison. Levels go up to `max_db`; those above
// `measured_db` are marked extrapolated. Cost: O(n log n).
ClaimCheck check_claims(std::string name, std::vector<double> non_mated_db, double measured_db, double max_db);

// The non-mated comparisons of `trial` under `calibration`.
ClaimCheck check_calibration(const Trial& trial, const engine::Calibration& calibration);

// A table of the levels that the comparisons support, and of those above where something was counted all the
// same.
std::string claims_text(const ClaimCheck& check);
// "set,db,claimed_fmr,expected,observed,impostors,observed_fmr,low,high,extrapolated,verdict", every level.
std::string claims_csv(const std::vector<ClaimCheck>& checks);
// {"set", "impostors", "measured_db", "levels": [...]}.
boost::json::object claims_json(const ClaimCheck& check);
// Observed against claimed dB with the interval of each level; where the calibration is extrapolated and
// where the comparisons say nothing is shaded.
std::string claims_svg(const ClaimCheck& check);

}  // namespace whorl::evaluation
