// The scope of a search: what of a snapshot is looked at, and the ranges that threads share out. Private to this room.
//
// Thread-safety: immutable.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "index/live/live_set.h"
#include "index/search/filtered.h"

namespace whorl::index {

struct Scope {
  std::shared_ptr<const Snapshot> snapshot;
  std::optional<std::uint32_t> gallery;  // empty: all
  Counts counts;                         // what the records say there is
  const Filtered* filtered = nullptr;    // no others, where there is one; outlives the scope

  // Whether the encounter is seen by the snapshot and belongs to the gallery.
  [[nodiscard]] bool holds(const Shard& shard, std::size_t index) const;
  // Whether every encounter of the shard that is seen is in scope, by what the shard knows of itself.
  [[nodiscard]] bool all_of(const Shard& shard) const;
};

// Errors: kNotFound (no such gallery).
Result<Scope> make_scope(std::shared_ptr<const Snapshot> snapshot, const std::string& gallery_id,
                         const Filtered* filtered = nullptr);

// One encounter of a person, where it lies.
struct PersonEncounter {
  std::uint32_t person = 0;      // ordinal
  std::uint32_t index = 0;       // in the shard
  const Shard* shard = nullptr;  // alive as long as the snapshot
};

// A run of one shard's encounters: what one thread goes through at a time.
struct Range {
  std::size_t shard = 0;
  std::uint32_t begin = 0;
  std::uint32_t end = 0;
};

// All of the snapshot; a shard without encounters has one empty range.
std::vector<Range> ranges_of(const Snapshot& snapshot);

}  // namespace whorl::index
