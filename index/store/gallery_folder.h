// The folder of a gallery before its database is opened: whether it is there, may be used, is nobody else's, and what a
// process that ended has left in it. Private to store/.
#pragma once

#include <string>

#include "base/result.h"
#include "index/store/store_options.h"

namespace rocksdb {
class FileLock;
}

namespace whorl::index {

// RocksDB's lock: held by the one process that has the gallery open. The file stays as long as the gallery.
inline std::filesystem::path lock_path(const StoreOptions& options) { return options.directory / "LOCK"; }
// Where table files are made that are then taken in.
inline std::filesystem::path staging_path(const StoreOptions& options) { return options.directory / "staging"; }

// Errors: kUnauthorised naming the permission that is missing, kCorruption (remains of a gallery), kUnavailable.
Result<bool> gallery_exists(const StoreOptions& options);

// Whether a file of the folder is a log of changes: "000004.log".
bool is_log(const std::string& name);

// RocksDB's own lock of the folder, held as long as this lives.
class FolderLock {
 public:
  explicit FolderLock(const StoreOptions& options);
  ~FolderLock();
  FolderLock(const FolderLock&) = delete;
  FolderLock& operator=(const FolderLock&) = delete;
  // Errors: kUnavailable (another process or Gallery has the gallery open), kUnauthorised.
  [[nodiscard]] Status held() const;

 private:
  const StoreOptions& options_;
  rocksdb::FileLock* lock_ = nullptr;
  std::string why_not_;
};

// Makes staging/ where it is absent, empties it, and removes the empty logs of earlier openings, which RocksDB would
// keep for ever, and the text logs of earlier builds. Looks for damage in the logs that are left (log_check.h).
// Errors: kUnavailable (another process or Gallery has the gallery open), kUnauthorised, kCorruption.
Status tidy_folder(const StoreOptions& options, bool exists);

}  // namespace whorl::index
