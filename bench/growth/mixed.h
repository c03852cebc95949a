// Searches, enrolments and erasures at once on a gallery of full size.
#pragma once

#include <cstdint>
#include <vector>

#include "bench/growth/people.h"
#include "bench/growth/searches.h"
#include "index/gallery.h"

namespace whorl::bench {

struct MixedLoad {
  std::uint64_t enrolled = 0;     // and erased again
  std::uint64_t not_found = 0;    // acknowledged, but not first in the next search
  std::uint64_t still_found = 0;  // erased, but in the next search
  std::uint64_t incomplete = 0;   // searches whose receipt is not whole
  double seconds = 0;
  Searches searches;  // all of them
};

// Two threads enrol `people` synthetic persons of a population one by one, search for each at once, erase them, and
// search again; meanwhile a third searches for `others` without pause. The gallery's people are afterwards as before.
Result<MixedLoad> mixed_load(index::Gallery& gallery, const Population& from, std::uint64_t people,
                             const std::vector<CapturedFingers>& others, Candidates candidates);

}  // namespace whorl::bench
