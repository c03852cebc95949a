// Makes what is searched and what is on disk the same again, after the store was opened again in place because a change
// had failed. Private to this room.
#pragma once

#include "base/result.h"
#include "index/live/live_set.h"
#include "index/live/space_gate.h"
#include "index/store/store.h"

namespace whorl::index {

// Nobody else may change anything meanwhile. A failed enrolment that is on the disk is taken back there; a failed
// erasure that is on the disk is completed in the live set; a failed bulk load that is on the disk is taken into it,
// for its mark is there too. Cost: reads the index, about two seconds a million encounters. Errors: kCorruption (an
// acknowledged record is not on the disk: says how many), kUnavailable, kExhausted.
Status reconcile(Store& store, LiveSet& live, SpaceGate& spaces, std::uint64_t now_ms);

}  // namespace whorl::index
