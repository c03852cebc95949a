// Opening a gallery: the index is read, snapshots are verified and held against it, what no snapshot covers is
// prepared from its records. Private to this room.
#pragma once

#include "index/gallery.h"
#include "index/keeper.h"
#include "index/live_set.h"
#include "index/snapshot.h"
#include "index/store.h"
#include "templates/base/workers.h"

namespace whorl::index {

// Fills an empty LiveSet and tells the keeper (not started yet) what lies on disk. `faces`: which embeddings the
// gallery holds. Errors: kCorruption, kUnavailable, kExhausted (memory limit).
Result<OpeningReport> fill_from_store(const GalleryOptions& options, const Store& store, const SnapshotKey& key,
                                      const Workers& workers, const std::optional<FaceSpace>& faces, LiveSet& live,
                                      Keeper& keeper);

}  // namespace whorl::index
