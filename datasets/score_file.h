// Scores measured elsewhere: the CSV that `whorl evaluate --out` and whorl_train write.
#pragma once

#include <filesystem>
#include <vector>

#include "base/result.h"

namespace whorl::datasets {

struct MeasuredScores {
  std::vector<double> non_mated;
  std::vector<double> mated;
};

// Reads `set,a,b,genuine,score` with its heading line; mated is 0 or 1.
// Errors: kNotFound; kInvalidInput with the line's number: over 1 GiB, another heading, a malformed line.
Result<MeasuredScores> read_scores(const std::filesystem::path& path);

}  // namespace whorl::datasets
