#include "index/store/gallery_folder.h"

#include <rocksdb/env.h>

#include <algorithm>

#include "base/catalogue.h"
#include "index/store/log_check.h"

namespace whorl::index {
namespace {

namespace fs = std::filesystem;

// RocksDB's text logs, of builds that let it write some.
bool is_text_log(const std::string& name) { return name == "LOG" || name.starts_with("LOG.old."); }

// An empty log holds no change. Only with the lock held: another process's log is empty until its first change.
Status remove_old_logs(const StoreOptions& options) {
  WHORL_ASSIGN(const auto names, options.files->list(options.directory));
  for (const std::string& name : names) {
    if (!is_log(name) && !is_text_log(name)) continue;
    WHORL_ASSIGN(const auto entry, options.files->look(options.directory / name));
    const bool idle = entry && entry->regular && (entry->bytes == 0 || is_text_log(name));
    if (idle) WHORL_TRY(options.files->remove(options.directory / name));
  }
  return {};
}

Status empty_staging(const StoreOptions& options) {
  const fs::path staging = staging_path(options);
  WHORL_ASSIGN(const auto entry, options.files->look(staging));
  if (!entry) return options.files->make_private_folder(staging);
  WHORL_ASSIGN(const auto names, options.files->list(staging));
  for (const std::string& name : names) WHORL_TRY(options.files->remove(staging / name));
  return {};
}

}  // namespace

FolderLock::FolderLock(const StoreOptions& options) : options_(options) {
  const rocksdb::Status status = options.env->LockFile(lock_path(options).string(), &lock_);
  if (!status.ok()) why_not_ = status.ToString();
}

FolderLock::~FolderLock() {
  if (lock_ != nullptr) options_.env->UnlockFile(lock_).PermitUncheckedError();
}

Status FolderLock::held() const {
  if (lock_ != nullptr) return {};
  const fs::path path = lock_path(options_);
  const auto entry = options_.files->look(path);
  if (entry.ok() && entry->has_value()) {
    if (const Status may = options_.files->may(path, true); !may.ok()) return may.error();
    return failure(ErrorCode::kGalleryInUse, with<"folder">(options_.directory.string()));
  }
  return unavailable("the gallery in " + options_.directory.string() + " cannot be locked: " + why_not_);
}

bool is_log(const std::string& name) {
  return fs::path(name).extension() == ".log" && name.size() > 4 &&
         std::all_of(name.begin(), name.end() - 4, [](char c) { return c >= '0' && c <= '9'; });
}

Result<bool> gallery_exists(const StoreOptions& options) {
  FileSystem& files = *options.files;
  WHORL_ASSIGN(const auto folder, files.look(options.directory));
  if (!folder) return false;
  if (!folder->folder) return invalid_input(options.directory.string() + " is no folder");
  WHORL_TRY(files.may(options.directory, true));
  WHORL_ASSIGN(const auto current, files.look(options.directory / "CURRENT"));
  if (current) {
    WHORL_TRY(files.may(options.directory / "CURRENT", true));
    return true;
  }
  // RocksDB would make a fresh database over the remains of one whose CURRENT file is gone.
  WHORL_ASSIGN(const auto names, files.list(options.directory));
  const auto is_table = [](const std::string& name) { return fs::path(name).extension() == ".sst"; };
  if (std::none_of(names.begin(), names.end(), is_table)) return false;
  return corruption("the gallery in " + options.directory.string() +
                    " has lost its CURRENT file; restore it from a backup");
}

Status tidy_folder(const StoreOptions& options, bool exists) {
  const FolderLock lock(options);
  WHORL_TRY(lock.held());
  if (exists) WHORL_TRY(remove_old_logs(options));
  if (exists) WHORL_TRY(check_logs(options));
  return empty_staging(options);
}

}  // namespace whorl::index
