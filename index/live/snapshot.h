// Snapshots of sealed shards: their bytes written in chunks, and read back only after they were verified
// (docs/gallery-format.md). Private to this room.
//
// What is believed: a manifest entry whose keyed digest, under the gallery's own key, covers the epoch, the sizes, the
// cardinality, the set digest and a keyed digest of every chunk. Chunks are checked one by one, on all threads, before
// anything in them is looked at; then the shard's own bounds, its cardinality and its set digest.
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

// What a manifest entry says, before it is believed.
struct SnapshotEntry {
  std::uint64_t epoch = 0;
  std::uint64_t bytes = 0;  // of the shard
  std::uint32_t encounters = 0;
  std::uint32_t fingers = 0;
  SetDigest::Value set{};
  std::vector<SnapshotKey::Mac> chunks;
};

Bytes encode_snapshot_entry(const SnapshotEntry& entry, const SnapshotKey& key);
// Takes any bytes. Errors: kCorruption with the reason (malformed, or not made under this key for this epoch).
Result<SnapshotEntry> parse_snapshot_entry(std::uint64_t epoch, ByteView value, const SnapshotKey& key);

// Writes the shard under an epoch that was never used, then puts it in the manifest in the place of `replaced`, whose
// chunks are deleted afterwards. Errors: kUnavailable; the gallery's snapshots are then those of before.
Status write_snapshot(SnapshotTable& table, const SnapshotKey& key, std::uint64_t epoch, const ShardLayout& layout,
                      std::span<const std::uint64_t> replaced, const Workers& workers);

// Errors: kCorruption with the reason; kUnavailable. Throws std::bad_alloc.
Result<std::shared_ptr<SealedShard>> read_snapshot(const SnapshotTable& table, const SnapshotKey& key,
                                                   const SnapshotEntry& entry, const Workers& workers);

}  // namespace whorl::index
