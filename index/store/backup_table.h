// Which copies were made of the gallery (Store::backup): its latest ones, in one sealed row. Private to this room.
#pragma once

#include <mutex>
#include <optional>
#include <vector>

#include "audit/asked.h"
#include "base/result.h"
#include "index/record/backup_notes.h"

namespace whorl::index {

class RocksDatabase;

// Thread-safe.
class BackupTable {
 public:
  explicit BackupTable(RocksDatabase& database) : database_(database) {}

  // In the order in which they were begun. Errors: kCorruption, kUnavailable, kInvalidInput.
  [[nodiscard]] Result<std::vector<BackupNote>> list() const;
  // Notes that one is begun, in one batch with its leaf of the audit log, before anything is copied: what it came to is
  // not known until end() says so, and in the copy itself never. Synced. Gives what end() is told. Errors:
  // kUnavailable, kExhausted. A row that cannot be read is begun anew; one of a newer build stays, and the backup is in
  // the log alone.
  Result<BackupNote> begin(const audit::Asked& asked);
  // Whether it was made. One that was not has a second leaf. Synced. Errors: as begin().
  Status end(const BackupNote& begun, bool made, const audit::Asked& asked);

  BackupTable(const BackupTable&) = delete;
  BackupTable& operator=(const BackupTable&) = delete;

 private:
  // What a change of the row begins with; nothing where the row stays as it is.
  [[nodiscard]] Result<std::optional<std::vector<BackupNote>>> to_change() const;

  RocksDatabase& database_;
  std::mutex changing_;  // one reads and writes the row at a time
};

}  // namespace whorl::index
