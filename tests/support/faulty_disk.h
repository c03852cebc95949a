// A disk that does what it is told: it fills up, refuses to sync, loses what was not synced, or is nobody's to read.
// Both of a gallery's ways to the disk go through it: RocksDB's Env, and FileSystem. Underneath are real files.
//
// Thread-safety: every method may be called from any thread at once.
#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <shared_mutex>
#include <string>

#include "base/file_system.h"

namespace rocksdb {
class Env;
}

namespace whorl::tests {

class FaultyDisk {
 public:
  FaultyDisk();
  ~FaultyDisk();

  // Borrowed; for GalleryOptions.
  [[nodiscard]] rocksdb::Env* env();
  [[nodiscard]] FileSystem* files();

  // From now on only so many bytes can be written: the write that passes them is cut, and it and all others fail with
  // ENOSPC. `shown`: what the disk says is free; by default what can be written.
  void fill(std::uint64_t bytes, std::optional<std::uint64_t> shown = {});
  void make_room();
  // Every sync fails with EIO until told otherwise.
  void fail_syncs(bool fail) { fail_syncs_.store(fail); }
  // No new file of such a name (the end of one, as ".dbtmp") can be written until told otherwise; empty: all can.
  void refuse_new(const std::string& ending);
  // While this is held whoever changes something waits.
  [[nodiscard]] std::unique_lock<std::shared_mutex> stand_still() { return std::unique_lock(changes_); }
  [[nodiscard]] int waiting() const { return waiting_.load(); }
  // This folder belongs to somebody else.
  void forbid(const std::filesystem::path& folder);

  // A copy of a folder as a power cut now would leave it: of what was written to a file since its last sync, the first
  // half is there. Nothing changes meanwhile.
  void copy_as_cut(const std::filesystem::path& from, const std::filesystem::path& to) const;

  // For the files of this disk.
  class File;
  // Held by whoever changes something on the disk.
  [[nodiscard]] std::shared_lock<std::shared_mutex> changing() const;
  bool take(std::uint64_t bytes);  // room for so many; false: there is none
  [[nodiscard]] std::uint64_t left() const;
  [[nodiscard]] bool syncs_fail() const { return fail_syncs_.load(); }
  void note_written(const std::string& path, std::uint64_t bytes);
  void note_synced(const std::string& path);
  void note_new(const std::string& path);
  void note_renamed(const std::string& from, const std::string& to);
  [[nodiscard]] bool refuses_new(const std::string& path) const;
  [[nodiscard]] bool forbidden(const std::filesystem::path& path) const;
  [[nodiscard]] std::optional<FileSystem::Room> shown_room() const;

  FaultyDisk(const FaultyDisk&) = delete;
  FaultyDisk& operator=(const FaultyDisk&) = delete;

 private:
  struct Extent {
    std::uint64_t written = 0;
    std::uint64_t synced = 0;
  };
  mutable std::shared_mutex changes_;
  mutable std::atomic<int> waiting_ = 0;
  std::atomic<bool> fail_syncs_ = false;
  mutable std::mutex mutex_;
  std::optional<std::uint64_t> left_;  // guarded by mutex_, as all below; empty: as much as there is
  std::optional<std::uint64_t> shown_;
  std::optional<std::filesystem::path> forbidden_;
  std::string refused_;
  std::map<std::string, Extent> extents_;
  std::unique_ptr<rocksdb::Env> env_;
  std::unique_ptr<FileSystem> files_;
};

}  // namespace whorl::tests
