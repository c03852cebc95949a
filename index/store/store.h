// The records on disk, and what is derived from them and worth keeping: RocksDB behind a narrow door
// (docs/gallery-format.md). Private to this room; callers use index/gallery.h.
//
// Thread-safety: every method may be called from any thread at once; concurrent writes share one disk sync.
// Two changes of one person at once are the caller's to prevent.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "index/record/digest.h"
#include "index/record/encounter_file.h"
#include "index/record/record.h"

namespace whorl::index {

// What the small index says of an encounter: enough to tell whether a snapshot still speaks the truth about it.
struct IndexEntry {
  RecordDigest digest{};
  std::vector<std::string> galleries;
  std::vector<FingerPosition> positions;
  bool face = false;

  friend bool operator==(const IndexEntry&, const IndexEntry&) = default;
};
IndexEntry index_entry(const EncounterRecord& record, const RecordDigest& digest);
Bytes encode_index(const IndexEntry& entry);
// Takes any bytes. Errors: kCorruption with the reason.
Result<IndexEntry> parse_index(ByteView value);

class Store {
 public:
  // Opens or makes the database and checks its format and extractor version.
  // Errors: kNotFound (absent, not to be made), kUnavailable (another process or engine holds it), kCorruption,
  // kInvalidInput (made with another gallery format or extractor version: says what to do).
  static Result<std::unique_ptr<Store>> open(const std::filesystem::path& directory, bool create_if_missing,
                                             std::uint32_t extractor_version);
  ~Store();

  // Writes one record and its index entry in one atomic batch, synced before this returns. Gives the database's
  // sequence number once the write is visible. `value` is encode_record's. Errors: kUnavailable when the disk refuses.
  Result<std::uint64_t> put(const EncodedRecord& record, const IndexEntry& entry);

  // Deletes these encounters of one person in one atomic, synced batch. Errors: kUnavailable.
  Result<std::uint64_t> erase(const std::string& person_id, std::span<const std::string> encounter_ids);

  // Errors: kNotFound, kCorruption, kUnavailable.
  [[nodiscard]] Result<EncounterRecord> get(const std::string& person_id, const std::string& encounter_id) const;
  [[nodiscard]] Result<Bytes> value(ByteView key) const;
  // In key order; empty when the person is absent. Errors: kCorruption, kUnavailable.
  [[nodiscard]] Result<std::vector<EncounterRecord>> person(const std::string& person_id) const;

  // Hands every pair to `sink` in key order, which borrows it; stops at its first error.
  // Errors: the sink's; kCorruption when the database cannot be read to its end.
  using Sink = std::function<Status(ByteView key, ByteView value)>;
  Status scan_index(const Sink& sink) const;
  Status scan_records(const Sink& sink) const;

  // Snapshots: chunks of bytes and a manifest entry under an epoch. What they hold is the caller's to verify.
  // Writes chunks[i] as the epoch's chunk i, on disk before this returns; the epoch is not in the manifest yet.
  // Errors: kUnavailable.
  Status write_chunks(std::uint64_t epoch, std::span<const ByteView> chunks);
  // Copies the chunk to `out`. Errors: kCorruption (missing, another size, damaged), kUnavailable.
  Status read_chunk(std::uint64_t epoch, std::uint32_t chunk, std::span<std::byte> out) const;
  // Puts the entry in and takes the entries of `replaced` out, in one atomic, synced batch. Errors: kUnavailable.
  Status switch_manifest(std::uint64_t epoch, ByteView entry, std::span<const std::uint64_t> replaced);
  // Takes entries out alone. Errors: kUnavailable.
  Status drop_manifest(std::span<const std::uint64_t> epochs);
  struct ManifestEntry {
    std::uint64_t epoch = 0;
    Bytes value;
  };
  [[nodiscard]] Result<std::vector<ManifestEntry>> manifest() const;
  // Epochs that have at least one chunk, in order.
  [[nodiscard]] Result<std::vector<std::uint64_t>> chunk_epochs() const;
  Status delete_chunks(std::uint64_t epoch);

  // Bulk insertion in two steps. stage() writes files beside the database; commit() takes all of them in at once: the
  // records (of distinct keys, sorted by key), their index entries (as many) and the mark are on disk when it returns,
  // or none of them. Errors: kUnavailable.
  class Staged {
   public:
    virtual ~Staged() = default;
  };
  Result<std::unique_ptr<Staged>> stage(std::span<const EncodedRecord* const> records,
                                        std::span<const IndexEntry* const> entries, std::string_view mark_name,
                                        ByteView mark);
  Status commit(Staged& staged);
  // Where a bulk load came to. Errors: kUnavailable, kCorruption.
  [[nodiscard]] Result<std::optional<Bytes>> mark(std::string_view name) const;
  Status drop_mark(std::string_view name);

  // Which embeddings the gallery holds (index/shard/face_space.h); nothing before the first face. Putting it makes the
  // gallery's format the one with faces in the same synced batch. Errors: kUnavailable.
  [[nodiscard]] Result<std::optional<Bytes>> face_space() const;
  Status put_face_space(ByteView space);

  // What the database takes at most: caches and buffers.
  static std::size_t memory_bytes();

  Store(const Store&) = delete;
  Store& operator=(const Store&) = delete;

  struct Parts;

 private:
  explicit Store(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

}  // namespace whorl::index
