// Snapshots of shards: chunks of bytes and a manifest entry under an epoch. What they hold is the caller's to verify.
// Private to this room.
//
// Thread-safety: every method may be called from any thread at once.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"

namespace whorl::index {

class RocksDatabase;

class SnapshotTable {
 public:
  explicit SnapshotTable(RocksDatabase& database) : database_(database) {}

  // Writes chunks[i] as the epoch's chunk i, on disk before this returns; the epoch is not in the manifest yet.
  // Errors: kUnavailable, kExhausted (no room).
  Status write_chunks(std::uint64_t epoch, std::span<const ByteView> chunks);
  // Copies the chunk to `out`. Errors: kCorruption (missing, another size, damaged), kUnavailable.
  Status read_chunk(std::uint64_t epoch, std::uint32_t chunk, std::span<std::byte> out) const;
  Status delete_chunks(std::uint64_t epoch);
  // Epochs that have at least one chunk, in order.
  [[nodiscard]] Result<std::vector<std::uint64_t>> chunk_epochs() const;

  struct ManifestEntry {
    std::uint64_t epoch = 0;
    Bytes value;
  };
  [[nodiscard]] Result<std::vector<ManifestEntry>> manifest() const;
  // Puts the entry in and takes the entries of `replaced` out, in one atomic, synced batch. Errors: kUnavailable.
  Status switch_manifest(std::uint64_t epoch, ByteView entry, std::span<const std::uint64_t> replaced);
  // Takes entries out alone. Errors: kUnavailable.
  Status drop_manifest(std::span<const std::uint64_t> epochs);

  // Rewrites the table files that may hold chunks of epochs which are not in the manifest. Errors: kUnavailable,
  // kExhausted (no room to rewrite).
  Status purge();

  SnapshotTable(const SnapshotTable&) = delete;
  SnapshotTable& operator=(const SnapshotTable&) = delete;

 private:
  RocksDatabase& database_;
};

}  // namespace whorl::index
