// The gallery on disk (docs/gallery-format.md): narrow families over one RocksDB database. Private to this room;
// callers use index/gallery.h.
//
// Thread-safety: every method may be called from any thread at once, but reopen() by one at a time.
#pragma once

#include <memory>
#include <optional>

#include "index/moment.h"
#include "index/reports.h"
#include "index/store/answer_table.h"
#include "index/store/backup_table.h"
#include "index/store/bulk_table.h"
#include "index/store/conversion.h"
#include "index/store/duplicate_table.h"
#include "index/store/image_table.h"
#include "index/store/key_rotation.h"
#include "index/store/record_table.h"
#include "index/store/retention_table.h"
#include "index/store/snapshot_table.h"
#include "index/store/space_table.h"
#include "index/store/store_options.h"
#include "index/store/task_table.h"

namespace whorl::index {

class AuditLog;
class RocksDatabase;

class Store {
 public:
  // Opens or makes the database and checks its format.
  // Errors: kNotFound (absent, not to be made), kUnauthorised (not this process's to read and write: names the
  // permission), kUnavailable (another process or Gallery has it open; the disk refuses), kCorruption, kInvalidInput
  // (of a format that this build does not read: says what to do). kUnauthorised also where the keys do not open it. A
  // gallery is never refused for what extracted its templates.
  static Result<std::unique_ptr<Store>> open(StoreOptions options);
  ~Store();

  [[nodiscard]] RecordTable& records();
  [[nodiscard]] const RecordTable& records() const;
  [[nodiscard]] AnswerTable& answers();
  [[nodiscard]] SnapshotTable& snapshots();
  [[nodiscard]] const SnapshotTable& snapshots() const;
  [[nodiscard]] ImageTable& images();
  [[nodiscard]] const ImageTable& images() const;
  [[nodiscard]] BulkTable& bulk();
  [[nodiscard]] TaskTable& tasks();
  [[nodiscard]] DuplicateTable& duplicates();
  // Precondition: not read_only().
  [[nodiscard]] AuditLog& audit();
  [[nodiscard]] RetentionTable& retention();
  [[nodiscard]] SpaceTable& spaces();
  [[nodiscard]] const SpaceTable& spaces() const;

  // Of an earlier format: it is read and searched, and takes no changes. Its folder is left as it is.
  [[nodiscard]] bool read_only() const;
  // The gallery's keys; nothing where it is not sealed.
  [[nodiscard]] std::optional<KeysReport> keys() const;

  // Whether changes are taken now. Errors: kExhausted (no room: says how much is needed), kUnavailable (a change has
  // failed, or the folder has vanished: says which). Cheap.
  [[nodiscard]] Status health() const;
  // Whether a change has failed: nothing is changed any more until reopen().
  [[nodiscard]] bool broken() const;
  // Opens the database again in place. What it holds then is what the disk holds: which of the changes that failed are
  // in it, the caller must find out (RecordTable::take_doubtful). Errors: as health.
  Status reopen();
  // As after a change that failed.
  void set_broken(const std::string& reason);

  // A new key for the gallery (key_rotation.h). Errors: as there.
  Result<Rotation> rotate_keys(const RotationWatch& watch, const audit::Asked& asked);
  // A copy of the database as it is at one moment, in a folder that is not there yet, without keys. Others read and
  // write meanwhile. Cost: table files are linked where the folder lies on the same file system, else copied. Errors:
  // kAlreadyExists (something is there), kUnavailable, kExhausted.
  Status backup(const std::filesystem::path& to, const audit::Asked& asked);
  // Those of before, as far as they are kept. Errors: as BackupTable::list.
  [[nodiscard]] Result<std::vector<BackupNote>> backups() const;
  // Errors: kUnavailable.
  [[nodiscard]] Result<std::unique_ptr<Moment>> moment() const;
  // The gallery's keys under another root, whose file that is. Errors: as GalleryKeys::move_to_root.
  Status move_keys(const std::filesystem::path& root_key, const audit::Asked& asked);

  // What conversion.h would have to do, and doing it, before anything else is read or changed. Errors: as there.
  [[nodiscard]] Result<ConversionNeed> conversion_need();
  Result<std::uint64_t> convert(const ProgressCallback& progress);

  // What the database takes at most: caches and buffers.
  static std::size_t memory_bytes();

  Store(const Store&) = delete;
  Store& operator=(const Store&) = delete;

 private:
  struct Parts;
  [[nodiscard]] const RocksDatabase& database() const;
  explicit Store(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

}  // namespace whorl::index
