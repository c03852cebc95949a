// Snapshots of shards: chunks of bytes and a manifest entry under an epoch. Private to this room.
//
// Each epoch has a key of its own, which lies wrapped in its manifest entry: chunks are sealed by write_chunks() alone,
// and opened by read_chunk() alone, which gives nothing that does not verify as this chunk of this epoch. Taking the
// entry away takes the key away. A gallery of an earlier format has no snapshots that are believed: it gives none.
//
// Thread-safety: every method may be called from any thread at once.
#pragma once

#include <cstddef>
#include <cstdint>
#include <mutex>
#include <optional>
#include <span>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "crypto/vault/vault.h"

namespace whorl::index {

class OpenDatabase;
class RocksDatabase;

// A manifest entry as it lies on disk, with its key wrapped under the newest gallery key; nothing where it is, or where
// it does not open: it is of no use to anybody. Errors: as crypto::Vault.
Result<std::optional<Bytes>> rewrapped_manifest_entry(const crypto::Vault& vault, ByteView row, ByteView stored);

class SnapshotTable {
 public:
  explicit SnapshotTable(RocksDatabase& database) : database_(database) {}

  // Writes chunks[i] as the epoch's chunk i, on disk before this returns; the epoch is not in the manifest yet. Holds
  // one sealed chunk at a time. Errors: kUnavailable, kExhausted (no room).
  Status write_chunks(std::uint64_t epoch, std::span<const ByteView> chunks);
  // Opens the chunk into `out`, which is all zeros after an error. Errors: kCorruption (missing, another size, damaged,
  // another's), kUnavailable. Cost: two look-ups, and 0.2 ms a MiB.
  Status read_chunk(std::uint64_t epoch, std::uint32_t chunk, std::span<std::byte> out) const;
  Status delete_chunks(std::uint64_t epoch);
  // Epochs that have at least one chunk, in order.
  [[nodiscard]] Result<std::vector<std::uint64_t>> chunk_epochs() const;

  struct ManifestEntry {
    std::uint64_t epoch = 0;
    Bytes value;  // empty where it did not open
  };
  [[nodiscard]] Result<std::vector<ManifestEntry>> manifest() const;
  // Puts the entry in and takes the entries of `replaced` out, in one atomic, synced batch. Precondition:
  // write_chunks() of the same epoch was the last. Errors: kUnavailable, kInternal.
  Status switch_manifest(std::uint64_t epoch, ByteView entry, std::span<const std::uint64_t> replaced);
  // Takes entries out alone. Errors: kUnavailable.
  Status drop_manifest(std::span<const std::uint64_t> epochs);

  // Rewrites the table files that may hold chunks of epochs which are not in the manifest. Errors: kUnavailable,
  // kExhausted (no room to rewrite).
  Status purge();

  SnapshotTable(const SnapshotTable&) = delete;
  SnapshotTable& operator=(const SnapshotTable&) = delete;

 private:
  // Seals the chunks under a new key of the epoch's, and gives it.
  Result<crypto::SealingKey> take_in(std::uint64_t epoch, std::span<const ByteView> chunks);
  [[nodiscard]] Result<crypto::OpeningKey> key_of(const OpenDatabase& db, std::uint64_t epoch) const;

  RocksDatabase& database_;
  // The key of the chunks that were written last, until it is in the manifest.
  struct Written {
    std::uint64_t epoch = 0;
    crypto::SealingKey key;
  };
  std::mutex mutex_;
  std::optional<Written> written_;  // guarded by mutex_
};

}  // namespace whorl::index
