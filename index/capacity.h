// What a gallery of a given size takes: measured constants, and what they add up to (docs/capacity.md).
#pragma once

#include <cstdint>
#include <string>

#include "index/live/footprint.h"
#include "index/search/candidates.h"

namespace whorl::index {

struct CapacityRequest {
  std::uint64_t people = 0;  // with one encounter each
  int fingers = 2;           // of each
  int face_numbers = 0;      // of the face template that each has; 0: none has one
  int cores = 2;
};

struct Capacity {
  std::uint64_t fingers = 0;
  std::uint64_t memory_bytes = 0;                // as Gallery::memory().total()
  std::uint64_t memory_while_merging_bytes = 0;  // with the largest merge
  std::uint64_t disk_bytes = 0;                  // of the gallery's directory
  std::uint64_t disk_while_merging_bytes = 0;
  double open_s = 0;  // every record and snapshot verified, where the disk gives a gigabyte a second
  double load_s = 0;
  double search_s = 0;  // one finger of known position, the default accuracy, an idle machine
};

Capacity predict(const CapacityRequest& request);

// What one search takes of a gallery of so many people where it is asked for fingers of known position: in seconds of
// one core, by what it does. `fixed_s` is not shared between cores.
struct SearchWork {
  double looked_at = 0;  // kept fingers
  double looked_again = 0;
  double compared = 0;
  double fixed_s = 0;
  double look_s = 0;
  double second_look_s = 0;
  double compare_s = 0;

  [[nodiscard]] double shared_s() const { return look_s + second_look_s + compare_s; }
};
// `share`: of a part, its people's share of all (SearchRequest::share).
SearchWork search_work(std::uint64_t people, int fingers, const CandidateRule& rule = kDefaultCandidates,
                       double share = 1);
// The same of the second question of a search that found nobody: one finger against the kept fingers of all other
// positions (docs/index.md, "Looking at other positions"). `kept`: fingers of each person.
SearchWork elsewhere_work(std::uint64_t people, int kept, double share = 1);

}  // namespace whorl::index
