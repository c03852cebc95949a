// Searches of one gallery, timed, and what they found.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "bench/growth/people.h"
#include "index/gallery.h"
#include "index/search/candidates.h"

namespace whorl::bench {

enum class ProbeKind { kOneFinger, kOtherFinger, kOneOfUnknownPosition, kTwoFingers, kAllFingers };

struct Found {
  double seconds = 0;
  bool complete = false;
  int mate_rank = 0;           // 0: not among the first ten
  double mate_score = 0;       // of the exact comparator, found or not
  double non_mated_score = 0;  // the best that is not the mate's
};

// How candidates are chosen: the rule for one finger, shared by several.
using Candidates = index::CandidateRule;

// One search; `mate_score` stays 0.
Result<Found> look(const index::Gallery& gallery, const CapturedFingers& probe, ProbeKind kind, Candidates candidates);
// And then the mate's score, whoever was found.
Result<Found> search(const index::Gallery& gallery, const CapturedFingers& probe, ProbeKind kind,
                     Candidates candidates);

struct Searches {
  std::vector<Found> found;
  std::vector<double> milliseconds() const;  // sorted
};

// Every probe in turn, one search at a time (each uses all cores). `label` names the progress bar.
Result<Searches> search_all(const index::Gallery& gallery, const std::vector<CapturedFingers>& probes, ProbeKind kind,
                            Candidates candidates, const std::string& label);

// The value that `share` of the sorted values do not exceed.
double quantile(const std::vector<double>& sorted, double share);

}  // namespace whorl::bench
