// Non-mated pairs that look mated, found among millions of pairs; all others are only counted.
#pragma once

#include <cstdint>
#include <vector>

#include "bench/training/corpus.h"

namespace whorl::training {

// Evidence of a pair that a first model gives more than MiningParameters::keep_log_odds.
struct AlikePair {
  fingerprint::Features features{};
  bool has_ridges = false;
  bool mated = false;
};

// Its score under these models.
double score_of(const AlikePair& pair, const fingerprint::ScoreModels& models,
                const fingerprint::CompareParameters& compare);

// Counts of scores in bins of kScoreBin, each bin named by its upper edge: what is counted never looks rarer
// than it is.
class ScoreCounts {
 public:
  static constexpr double kScoreBin = 1.0 / 64;
  void add(double score, std::uint64_t count = 1);
  void add(const ScoreCounts& other);
  // (score, count) ascending, empty bins left out.
  [[nodiscard]] std::vector<std::pair<double, std::uint64_t>> items() const;

 private:
  std::vector<std::uint64_t> bins_;
};

// The pairs of two groups of prints (or of one with itself).
struct MinedPairs {
  int group_a = 0;  // what the caller calls the groups
  int group_b = 0;
  std::uint64_t non_mated = 0;
  std::uint64_t mated = 0;
  std::vector<AlikePair> alike;  // in the order of the prints
  // Raw scores of the non-mated comparisons that are not in `alike`, under the first models with nothing taken off: too
  // high, if anything.
  ScoreCounts others;
};

struct MiningParameters {
  fingerprint::CompareParameters compare = {};
  // Well below the tail's gate: the models of each fold move a pair a little, and none may be lost by that.
  double keep_log_odds = -2.0;
};

// Compares every print of `a` with every one of `b`, or every two of `a` when `b` is `a` itself, on all
// cores. Mated are those of one set and finger. Memory: about 100 bytes an alike pair; one non-mated pair in a
// hundred or fewer is. Deterministic.
MinedPairs mine(const Prints& a, const Prints& b, const fingerprint::ScoreModels& first, const MiningParameters& p,
                const ProgressCallback& progress);

}  // namespace whorl::training
