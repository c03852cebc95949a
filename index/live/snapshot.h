// Snapshots of sealed shards: their bytes written in chunks, and read back only after they were verified
// (docs/gallery-format.md). Private to this room.
//
// What is believed: a manifest entry and chunks that the store opened, each as what it is of its epoch
// (store/snapshot_table.h). Chunks are opened one by one, on all threads, before anything in them is looked at; then
// the shard's own bounds, its cardinality and its set digest are checked.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/workers.h"
#include "index/record/digest.h"
#include "index/shard/shard.h"
#include "index/store/snapshot_table.h"

namespace whorl::index {

inline constexpr std::size_t kChunkBytes = std::size_t{256} * 1024;

// What a manifest entry says.
struct SnapshotEntry {
  std::uint64_t epoch = 0;
  std::uint64_t bytes = 0;  // of the shard
  std::uint32_t encounters = 0;
  std::uint32_t fingers = 0;
  SetDigest::Value set{};
  std::uint32_t chunks = 0;
};

Bytes encode_snapshot_entry(const SnapshotEntry& entry);
// Takes any bytes; none are what did not open. Errors: kCorruption with the reason.
Result<SnapshotEntry> parse_snapshot_entry(std::uint64_t epoch, ByteView value);

// Writes the shard under an epoch that was never used, then puts it in the manifest in the place of `replaced`, whose
// chunks are deleted afterwards. Errors: kUnavailable; the gallery's snapshots are then those of before.
Status write_snapshot(SnapshotTable& table, std::uint64_t epoch, const ShardLayout& layout,
                      std::span<const std::uint64_t> replaced);

// Errors: kCorruption with the reason; kUnavailable. Throws std::bad_alloc.
Result<std::shared_ptr<SealedShard>> read_snapshot(const SnapshotTable& table, const SnapshotEntry& entry,
                                                   const Workers& workers);

}  // namespace whorl::index
