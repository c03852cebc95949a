#include "tests/support/faulty_disk.h"

#include <rocksdb/env.h>

#include <algorithm>

namespace whorl::tests {

namespace fs = std::filesystem;

// A file being written on a faulty disk.
class FaultyDisk::File final : public rocksdb::WritableFileWrapper {
 public:
  File(FaultyDisk& disk, std::string path, std::unique_ptr<rocksdb::WritableFile> target)
      : rocksdb::WritableFileWrapper(target.get()), disk_(disk), path_(std::move(path)), target_(std::move(target)) {}

  rocksdb::Status Append(const rocksdb::Slice& data) override {
    const auto change = disk_.changing();
    if (disk_.take(data.size())) {
      disk_.note_written(path_, data.size());
      return target_->Append(data);
    }
    const std::uint64_t some = std::min<std::uint64_t>(disk_.left(), data.size());
    if (some > 0 && disk_.take(some)) {
      disk_.note_written(path_, some);
      rocksdb::Status cut = target_->Append({data.data(), static_cast<std::size_t>(some)});
      if (!cut.ok()) return cut;
    }
    return rocksdb::Status::NoSpace(path_, "injected");
  }
  rocksdb::Status Append(const rocksdb::Slice& data, const rocksdb::DataVerificationInfo& /*info*/) override {
    return Append(data);
  }
  rocksdb::Status Sync() override { return synced(&rocksdb::WritableFile::Sync); }
  rocksdb::Status Fsync() override { return synced(&rocksdb::WritableFile::Fsync); }

 private:
  rocksdb::Status synced(rocksdb::Status (rocksdb::WritableFile::*sync)()) {
    const auto change = disk_.changing();
    if (disk_.syncs_fail()) return rocksdb::Status::IOError(path_, "injected: the disk does not sync");
    rocksdb::Status status = (target_.get()->*sync)();
    if (status.ok()) disk_.note_synced(path_);
    return status;
  }
  FaultyDisk& disk_;
  std::string path_;
  std::unique_ptr<rocksdb::WritableFile> target_;
};

namespace {

class FaultyDirectory final : public rocksdb::Directory {
 public:
  FaultyDirectory(const FaultyDisk& disk, std::unique_ptr<rocksdb::Directory> target)
      : disk_(disk), target_(std::move(target)) {}
  rocksdb::Status Fsync() override {
    if (disk_.syncs_fail()) return rocksdb::Status::IOError("injected: the disk does not sync");
    return target_->Fsync();
  }
  rocksdb::Status Close() override { return target_->Close(); }

 private:
  const FaultyDisk& disk_;
  std::unique_ptr<rocksdb::Directory> target_;
};

class FaultyEnv final : public rocksdb::EnvWrapper {
 public:
  explicit FaultyEnv(FaultyDisk& disk) : rocksdb::EnvWrapper(rocksdb::Env::Default()), disk_(disk) {}
  const char* Name() const override { return "FaultyEnv"; }

  rocksdb::Status NewWritableFile(const std::string& path, std::unique_ptr<rocksdb::WritableFile>* out,
                                  const rocksdb::EnvOptions& options) override {
    if (disk_.refuses_new(path)) return rocksdb::Status::NoSpace(path, "injected");
    const auto change = disk_.changing();
    return wrapped(path, out, target()->NewWritableFile(path, out, options));
  }
  rocksdb::Status ReopenWritableFile(const std::string& path, std::unique_ptr<rocksdb::WritableFile>* out,
                                     const rocksdb::EnvOptions& options) override {
    const auto change = disk_.changing();
    return wrapped(path, out, target()->ReopenWritableFile(path, out, options));
  }
  rocksdb::Status ReuseWritableFile(const std::string& path, const std::string& old,
                                    std::unique_ptr<rocksdb::WritableFile>* out,
                                    const rocksdb::EnvOptions& options) override {
    const auto change = disk_.changing();
    return wrapped(path, out, target()->ReuseWritableFile(path, old, out, options));
  }
  rocksdb::Status NewDirectory(const std::string& path, std::unique_ptr<rocksdb::Directory>* out) override {
    rocksdb::Status status = target()->NewDirectory(path, out);
    if (status.ok()) *out = std::make_unique<FaultyDirectory>(disk_, std::move(*out));
    return status;
  }
  rocksdb::Status RenameFile(const std::string& from, const std::string& to) override {
    const auto change = disk_.changing();
    rocksdb::Status status = target()->RenameFile(from, to);
    if (status.ok()) disk_.note_renamed(from, to);
    return status;
  }
  rocksdb::Status DeleteFile(const std::string& path) override {
    const auto change = disk_.changing();
    return target()->DeleteFile(path);
  }
  rocksdb::Status LinkFile(const std::string& from, const std::string& to) override {
    const auto change = disk_.changing();
    return target()->LinkFile(from, to);
  }

 private:
  rocksdb::Status wrapped(const std::string& path, std::unique_ptr<rocksdb::WritableFile>* out,
                          rocksdb::Status status) {
    if (!status.ok()) return status;
    disk_.note_new(path);
    *out = std::make_unique<FaultyDisk::File>(disk_, path, std::move(*out));
    return status;
  }
  FaultyDisk& disk_;
};

class FaultyFiles final : public FileSystem {
 public:
  explicit FaultyFiles(FaultyDisk& disk) : disk_(disk) {}

  Result<std::optional<Entry>> look(const fs::path& path) override {
    if (disk_.forbidden(path.parent_path())) return denied(path);
    return real_file_system().look(path);
  }
  Status may(const fs::path& path, bool change) override {
    if (disk_.forbidden(path)) return denied(path);
    return real_file_system().may(path, change);
  }
  Result<std::vector<std::string>> list(const fs::path& folder) override {
    if (disk_.forbidden(folder)) return denied(folder);
    return real_file_system().list(folder);
  }
  Result<Room> room(const fs::path& path) override {
    WHORL_ASSIGN(Room room, real_file_system().room(path));
    if (const auto shown = disk_.shown_room()) room.free_bytes = shown->free_bytes;
    return room;
  }
  Result<std::optional<Bytes>> read(const fs::path& path, std::size_t most) override {
    if (disk_.forbidden(path.parent_path())) return denied(path);
    return real_file_system().read(path, most);
  }
  Status write_private(const fs::path& path, ByteView bytes) override {
    if (!disk_.take(bytes.size())) return unavailable("cannot write " + path.string() + ": injected, no room");
    if (disk_.syncs_fail()) return unavailable("cannot write " + path.string() + ": injected, no sync");
    const auto change = disk_.changing();
    return real_file_system().write_private(path, bytes);
  }
  Status make_private_folder(const fs::path& folder) override {
    if (!disk_.take(1)) return unavailable("cannot make " + folder.string() + ": injected, no room");
    return real_file_system().make_private_folder(folder);
  }
  Status remove(const fs::path& path) override {
    const auto change = disk_.changing();
    return real_file_system().remove(path);
  }
  Result<std::unique_ptr<std::istream>> open_to_read(const fs::path& path) override {
    return real_file_system().open_to_read(path);
  }
  Result<std::unique_ptr<std::ostream>> open_to_write(const fs::path& path) override {
    return real_file_system().open_to_write(path);
  }

 private:
  static Error denied(const fs::path& path) {
    return unauthorised("cannot read " + path.string() + ": Permission denied");
  }
  FaultyDisk& disk_;
};

}  // namespace

FaultyDisk::FaultyDisk() : env_(std::make_unique<FaultyEnv>(*this)), files_(std::make_unique<FaultyFiles>(*this)) {}
FaultyDisk::~FaultyDisk() = default;

rocksdb::Env* FaultyDisk::env() { return env_.get(); }
FileSystem* FaultyDisk::files() { return files_.get(); }

std::shared_lock<std::shared_mutex> FaultyDisk::changing() const {
  ++waiting_;
  std::shared_lock lock(changes_);
  --waiting_;
  return lock;
}

void FaultyDisk::fill(std::uint64_t bytes, std::optional<std::uint64_t> shown) {
  const std::scoped_lock lock(mutex_);
  left_ = bytes;
  shown_ = shown;
}

void FaultyDisk::make_room() {
  const std::scoped_lock lock(mutex_);
  left_.reset();
  shown_.reset();
}

void FaultyDisk::forbid(const fs::path& folder) {
  const std::scoped_lock lock(mutex_);
  forbidden_ = folder;
}

void FaultyDisk::refuse_new(const std::string& ending) {
  const std::scoped_lock lock(mutex_);
  refused_ = ending;
}

bool FaultyDisk::refuses_new(const std::string& path) const {
  const std::scoped_lock lock(mutex_);
  return !refused_.empty() && path.ends_with(refused_);
}

bool FaultyDisk::forbidden(const fs::path& path) const {
  const std::scoped_lock lock(mutex_);
  return forbidden_ && *forbidden_ == path;
}

bool FaultyDisk::take(std::uint64_t bytes) {
  const std::scoped_lock lock(mutex_);
  if (!left_) return true;
  if (*left_ < bytes) return false;
  *left_ -= bytes;
  return true;
}

std::uint64_t FaultyDisk::left() const {
  const std::scoped_lock lock(mutex_);
  return left_.value_or(~std::uint64_t{0});
}

std::optional<FileSystem::Room> FaultyDisk::shown_room() const {
  const std::scoped_lock lock(mutex_);
  if (!left_) return std::nullopt;
  return FileSystem::Room{shown_.value_or(*left_), 0};
}

void FaultyDisk::note_new(const std::string& path) {
  std::error_code code;
  const std::uint64_t size = fs::file_size(path, code);
  const std::scoped_lock lock(mutex_);
  extents_[path] = {code ? 0 : size, code ? 0 : size};
}

void FaultyDisk::note_written(const std::string& path, std::uint64_t bytes) {
  const std::scoped_lock lock(mutex_);
  extents_[path].written += bytes;
}

void FaultyDisk::note_synced(const std::string& path) {
  const std::scoped_lock lock(mutex_);
  extents_[path].synced = extents_[path].written;
}

void FaultyDisk::note_renamed(const std::string& from, const std::string& to) {
  const std::scoped_lock lock(mutex_);
  const auto it = extents_.find(from);
  if (it == extents_.end()) return;
  extents_[to] = it->second;
  extents_.erase(it);
}

void FaultyDisk::copy_as_cut(const fs::path& from, const fs::path& to) const {
  const std::unique_lock nobody_changes(changes_);
  fs::create_directories(to);
  for (const auto& entry : fs::recursive_directory_iterator(from)) {
    const fs::path copy = to / fs::relative(entry.path(), from);
    if (entry.is_directory()) {
      fs::create_directories(copy);
      continue;
    }
    fs::copy_file(entry.path(), copy);
    const std::scoped_lock lock(mutex_);
    const auto extent = extents_.find(entry.path().string());
    if (extent == extents_.end()) continue;
    const std::uint64_t kept = extent->second.synced + (extent->second.written - extent->second.synced) / 2;
    if (fs::file_size(copy) > kept) fs::resize_file(copy, kept);
  }
}

}  // namespace whorl::tests
