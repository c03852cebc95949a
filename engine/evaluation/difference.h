// Two runs on the same samples side by side, pair by pair: is the one better, or is the difference within chance?
#pragma once

#include <boost/json/fwd.hpp>
#include <functional>
#include <string>
#include <vector>

#include "engine/evaluation/rates.h"
#include "engine/evaluation/trial.h"

namespace whorl::evaluation {

// One figure of both runs. Each run has its own threshold; what is compared is what a user gets at the same FMR or
// FPIR.
struct Difference {
  std::string set;
  std::string measure;  // "EER", "FNMR at FMR 1 %", "FNIR at FPIR 1 %" ...
  double here = 0;
  double other = 0;
  double low = 0;  // of here - other: 95 % of a bootstrap that draws whole persons, the same for both runs
  double high = 0;

  [[nodiscard]] double value() const { return here - other; }
  // "lower", "higher", or "not shown to differ" where the interval holds zero.
  [[nodiscard]] std::string verdict() const;
};

struct RunDifference {
  std::string set;
  std::uint64_t pairs = 0;      // in both runs
  std::uint64_t only_here = 0;  // left out of both figures
  std::vector<Difference> rows;
};

// `other` holds the other run's score of each pair of `trial`; a number that is not finite where it has none. Errors:
// kInvalidInput when no mated or no non-mated pair is in both; kExhausted when `stop`, which is asked before each draw
// from several threads, says so. Cost: O(replicates * pairs), on all cores.
Result<RunDifference> difference_of(const Trial& trial, const std::vector<Sample>& samples,
                                    const std::vector<double>& other, const BootstrapOptions& options,
                                    const std::function<bool()>& stop = {});

std::string differences_text(const std::vector<RunDifference>& runs);
boost::json::array differences_json(const std::vector<RunDifference>& runs);
// "set,measure,here,other,difference,low,high,verdict".
std::string differences_csv(const std::vector<RunDifference>& runs);

}  // namespace whorl::evaluation
