// Scores measured elsewhere: the CSV that `whorl evaluate --out` writes.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "base/result.h"

namespace whorl::datasets {

struct ScoreSet {
  std::string name;  // the column `set`
  std::vector<double> non_mated;
  std::vector<double> mated;
};

struct MeasuredScores {
  std::vector<ScoreSet> sets;  // in order of first appearance
  std::uint64_t repeated = 0;  // lines left out: the pair, or the same two the other way round, was there before

  // Of all sets.
  [[nodiscard]] std::vector<double> mated() const;
  [[nodiscard]] std::vector<double> non_mated() const;
};

// Reads `set,a,b,genuine,score` with its heading line, with or without a byte order mark; genuine is 1 for a mated pair
// and 0 for another; a higher score is more alike. A pair is a and b of one set, whichever comes first. Memory: the
// file, 32 bytes a line and the samples' names. Errors: kNotFound; kInvalidInput, with file and line where there is
// one: over 1 GiB, UTF-16, another heading, a malformed line, a sample paired with itself, a pair again with another
// score or another kind, two sets of the same pairs and scores, and scores that are distances
// (evaluation::look_like_distances).
Result<MeasuredScores> read_scores(const std::filesystem::path& path);

}  // namespace whorl::datasets
