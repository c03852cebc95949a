// A gallery is made as another replica's is. Private to this room.
#pragma once

#include <functional>

#include "cluster/held_slices.h"
#include "cluster/remote_part.h"
#include "index/gallery.h"

namespace whorl::cluster {

// How far a copy is.
struct CopyProgress {
  std::uint64_t looked_at = 0;  // encounters that are there
  std::uint64_t put = 0;        // that were not here, or were others
  std::uint64_t erased = 0;     // that are not there
};

struct CopyTaken {
  CopyBegun of;
  CopyProgress counts;
};

// What is here as it is there stays, so that a copy that broke off goes on quickly. `progress` is told after each page,
// and says whether to go on. Errors: kUnavailable (the other is not reached, or let go of the copy; stopped), those of
// index::Gallery; some of it is in then. Memory: 16 bytes an encounter, and some tens of megabytes.
Result<CopyTaken> copy_from(RemotePart& other, index::Gallery& into, HeldSlices& slices,
                            std::chrono::milliseconds answer_within,
                            const std::function<bool(const CopyProgress&)>& progress);

}  // namespace whorl::cluster
