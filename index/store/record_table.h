// Records and their index entries: what the gallery holds. Private to this room.
//
// Callers speak of records by their keys (record_key.h) and in their bytes (stored_record.h, index_entry.h). How they
// lie on the disk, under which rows and sealed, is in here alone (sealed_encounter.h).
//
// Thread-safety: every method may be called from any thread at once; concurrent writes share one disk sync. Two changes
// of one person at once are the caller's to prevent.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <shared_mutex>
#include <span>
#include <string>
#include <vector>

#include "audit/asked.h"
#include "audit/leaf.h"
#include "base/workers.h"
#include "crypto/vault/vault.h"
#include "index/kept_task.h"
#include "index/record/encounter_file.h"
#include "index/record/index_entry.h"
#include "index/record/kept_answer.h"
#include "index/record/kept_image.h"
#include "index/record/record.h"
#include "index/record/record_key.h"
#include "index/store/erases.h"

namespace rocksdb {
class WriteBatch;
}

namespace whorl::index {

class OpenDatabase;
class RocksDatabase;
struct Lasting;

class RecordTable {
 public:
  explicit RecordTable(RocksDatabase& database) : database_(database) {}

  // Writes one record and its index entry, and the answer and the images that are to be kept with them, in one atomic
  // batch with its leaf of the audit log, synced before this returns. A record of that key is replaced, and its images
  // are left. `change` is the leaf's word for it then. Gives the number of the leaf once the write is visible.
  // Errors: kUnavailable when the disk refuses, kExhausted without room.
  Result<std::uint64_t> put(const EncodedRecord& record, const IndexEntry& entry, const audit::Asked& asked,
                            const KeptAnswer* answer = nullptr, std::span<const ImageToKeep> images = {},
                            const std::string& change = "changed");

  // Puts a record in the place of the one of its key, and these images in the place of its own, in one atomic, synced
  // batch with its leaf. `now_ms` notes since when bytes of before may lie on the disk. Errors: as put; kNotFound.
  Result<std::uint64_t> replace(const EncodedRecord& record, const IndexEntry& entry,
                                std::span<const ImageToKeep> images, std::uint64_t now_ms, const audit::Asked& asked);

  // Encounters that change their person, all in one atomic, synced batch with a leaf for each: each goes from where it
  // was, and comes under the key that it has now, with its images and the answers that name it. Errors: as put.
  struct Moved {
    Bytes from;  // its key before
    EncodedRecord record;
    IndexEntry entry;
    std::vector<ImageToKeep> images;
  };
  // `whole`: the person has no others. `beside`: goes into the batch, its leaf after theirs and about the first of
  // them; null: nothing does.
  Result<std::uint64_t> move(std::span<const Moved> moved, const audit::Asked& asked, bool whole,
                             const NotedHead* beside = nullptr);

  // Deletes these encounters of one person, their images, and what answers and tasks keep of them, in one atomic,
  // synced batch with a leaf for each. `now_ms` notes since when erased bytes may lie on the disk. Gives the first
  // leaf's number. Errors: as put.
  // `why`: the leaf's word for it.
  Result<std::uint64_t> erase(const std::string& person_id, std::span<const std::string> encounter_ids,
                              std::uint64_t now_ms, const audit::Asked& asked, Erases what = Erases::kSome,
                              const std::string& why = "erased");
  // The same of all encounters of many persons, who have no others. Cost: one look through the answers that are kept.
  Status erase_all(std::span<const EncounterIds> all, std::uint64_t now_ms, const audit::Asked& asked,
                   const std::string& why);

  // Errors: kNotFound, kCorruption, kUnavailable.
  [[nodiscard]] Result<EncounterRecord> get(const std::string& person_id, const std::string& encounter_id) const;
  [[nodiscard]] Result<Bytes> value(ByteView key) const;
  // Errors: kNotFound, kCorruption, kUnavailable.
  [[nodiscard]] Result<IndexEntry> entry(ByteView key) const;
  // In order of encounter; empty when the person is absent. Errors: kCorruption, kUnavailable.
  [[nodiscard]] Result<std::vector<EncounterRecord>> person(const std::string& person_id) const;

  // Hands every pair to `sink`, which borrows it, in the order of rows: that of no key, and the same for both. Stops at
  // the sink's first error. What is sealed is opened by `workers`, where there are some, a few thousand rows at a time.
  // scan_held_index gives the entries, and reads each one's record: it is the one that the entry names. So does
  // scan_records, which gives the records. Errors: the sink's; kCorruption when a row does not open, a record has no
  // index entry (or the reverse) or is another one, or the database cannot be read to its end.
  using Sink = std::function<Status(ByteView key, ByteView value)>;
  Status scan_index(const Sink& sink, const Workers* workers = nullptr) const;
  Status scan_held_index(const Sink& sink, const Workers* workers = nullptr) const;
  Status scan_records(const Sink& sink, const Workers* workers = nullptr) const;

  // Keys of changes that failed since the last call: nobody knows whether they are on the disk.
  struct Doubtful {
    std::vector<Bytes> put;
    std::vector<Bytes> erased;
    std::vector<Bytes> changed;      // that were there before, or came from another key
    std::vector<std::string> tasks;  // whose effect `put` is
  };
  [[nodiscard]] Doubtful take_doubtful();
  // What was taken and not settled.
  void doubt_again(Doubtful doubtful);
  // Deletes these keys with their images in one synced batch, with a leaf for each that was
  // there; as after an erasure, their bytes leave the files with the next purge. Errors: as put.
  // `tasks`: whose effects they were.
  Status forget(std::span<const Bytes> keys, std::span<const std::string> tasks, std::uint64_t now_ms);

  // By what the audit log speaks of the person's encounters, in the order of rows, at most `most`: empty when the
  // person is absent. Zeros of an encounter that was last changed before there was a log. Errors: kCorruption,
  // kUnavailable.
  [[nodiscard]] Result<std::vector<audit::Tag>> tags_of(const std::string& person_id, std::size_t most) const;

  // Since when erased bytes may lie on the disk, milliseconds since 1970; nothing when none do. Errors: kUnavailable.
  [[nodiscard]] Result<std::optional<std::uint64_t>> erased_since() const;
  // Since when people are erased who could still be read in an earlier copy of the disk, with the keys of now; nothing
  // when there are none. Errors: kUnavailable.
  [[nodiscard]] Result<std::optional<std::uint64_t>> unrotated_since() const;
  // Notes that the gallery's key is a new one since `erasures` were begun (erasures()). Errors: as put.
  Status note_rotation(std::uint64_t erasures, std::uint64_t now_ms);
  [[nodiscard]] std::uint64_t erasures() const { return erasures_.load(); }
  // Rewrites the table files of records, index entries and images without what was erased, and lets the log go. Cost:
  // reads and writes all records and entries, and of the images what ImageTable::rewrite says. Errors: kUnavailable,
  // kExhausted (no room to rewrite).
  Status purge(std::uint64_t now_ms);

  RecordTable(const RecordTable&) = delete;
  RecordTable& operator=(const RecordTable&) = delete;

 private:
  Status note_erasure(rocksdb::WriteBatch& batch, const OpenDatabase& db, std::uint64_t now_ms);
  // Erased images leave the files, and then whose they were does. `before`: the number of erasures when this began.
  Status purge_images(const std::shared_ptr<OpenDatabase>& db, std::uint64_t before);

  // Of the encounter at a row; nothing where there is none.
  [[nodiscard]] Result<std::optional<Lasting>> lasting_of(const OpenDatabase& db, ByteView row) const;

  RocksDatabase& database_;
  std::shared_mutex erasing_;                // shared while erasing; whole when a purge says that nothing is left
  std::atomic<std::uint64_t> erasures_ = 0;  // begun since the table was opened
  std::mutex mutex_;
  Doubtful doubtful_;  // guarded by mutex_
};

}  // namespace whorl::index
