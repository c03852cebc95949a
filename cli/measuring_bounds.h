// How much is measured of scores that come over HTTP, so that a body of megabytes costs neither gigabytes nor hours.
// Private to cli. Pure; thread-safe.
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/result.h"
#include "datasets/trials.h"
#include "engine/evaluation_desk.h"

namespace whorl::cli {

struct MeasuringLimits {
  std::size_t most_waiting = 8;
  std::size_t most_waiting_of_one = 2;  // person or machine
  std::size_t most_waiting_bytes = std::size_t{64} << 20;
  // Of runs that were sent, and lie in the folder; the operator's own do not count.
  std::size_t most_runs = 500;
  std::size_t most_runs_of_one = 100;
  std::uintmax_t most_sent_bytes = std::uintmax_t{2} << 30;  // of all their files
  std::uintmax_t least_free_bytes = std::uintmax_t{512} << 20;
  std::size_t most_told = 100;                                    // whose state is known after their end
  std::uintmax_t most_compared_bytes = std::uintmax_t{32} << 20;  // of the scores of each run
  // Of the scores of one run, over all its sets.
  std::size_t most_pairs = 1'000'000;
  std::size_t most_samples = 200'000;
  std::size_t most_sets = 64;
  std::uint64_t most_drawn = 50'000'000;                     // fingers times draws
  std::uint64_t most_table_bytes = std::uint64_t{64} << 20;  // of the table of scores, in which each pair is named
  double most_seconds = 120;                                 // of measuring
  double most_comparing_seconds = 20;                        // less than a call has
};

// A matrix of NIST's BEE, which begins with the kind of its numbers; what does not is a table.
bool is_matrix(const engine::ScoresToMeasure& scores);

// Before anything is read: no more lines, cells or numbers than pairs may be. Cost: one pass. Errors: kInvalidInput,
// which says the limit.
Status check_lines(const engine::ScoresToMeasure& scores, const MeasuringLimits& limits);
// Before anything is measured. Errors: as check_lines.
Status check_counts(const datasets::Trials& trials, const MeasuringLimits& limits, int draws);

}  // namespace whorl::cli
