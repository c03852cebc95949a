// Opening a gallery: the index is read, snapshots are verified and held against it, what no snapshot covers is
// prepared from its records. Private to this room.
#pragma once

#include "base/workers.h"
#include "index/live/live_set.h"
#include "index/live/shard_compaction.h"
#include "index/live/snapshot.h"
#include "index/live/space_gate.h"
#include "index/options.h"
#include "index/reports.h"
#include "index/store/store.h"

namespace whorl::index {

// Fills an empty LiveSet and tells the compaction (not started yet) what lies on disk. `spaces`: which samples the
// gallery holds. Errors: kCorruption, kUnavailable, kExhausted (memory limit).
Result<OpeningReport> fill_from_store(const GalleryOptions& options, const Store& store, const Workers& workers,
                                      const SpaceGate& spaces, LiveSet& live, ShardCompaction& compaction);

}  // namespace whorl::index
