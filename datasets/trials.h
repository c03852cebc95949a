// Trials of fingerprints: every sample of the data sets extracted, every pair of the protocol compared.
#pragma once

#include <cstdint>
#include <vector>

#include "base/result.h"
#include "datasets/data_sets.h"
#include "engine/evaluation/trial.h"

namespace whorl::datasets {

// One entry a data set, in all lists.
struct Trials {
  std::vector<evaluation::Trial> trials;
  std::vector<std::vector<evaluation::Sample>> samples;
  std::vector<std::vector<SampleFile>> files;  // of each sample; no path where it is synthetic
  std::vector<std::string> notices;            // of files: what of them is not used
  double extract_s = 0;
  double compare_s = 0;
  std::uint64_t extracted = 0;
  std::uint64_t compared = 0;
};

// Extracts every sample and compares every pair of the protocol, set by set, on all cores. `progress`: with a bar on
// standard error. Errors: kInvalidInput when no data is named or no protocol is called so; those of the readers, of
// extract_all and of evaluation::run_trial.
Result<Trials> run_trials(const DataOptions& options, bool progress);

}  // namespace whorl::datasets
