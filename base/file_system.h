// The seam to the disk: what the product does with files and folders beside its database, which has a seam of its own
// (rocksdb::Env). Tests put a disk that is full, fails or vanishes in its place.
//
// Thread-safety: every method may be called from any thread.
#pragma once

#include <cstdint>
#include <filesystem>
#include <istream>
#include <memory>
#include <optional>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"

namespace whorl {

class FileSystem {
 public:
  virtual ~FileSystem() = default;

  // What a path leads to. Another file that takes its place later has another identity.
  struct Entry {
    std::uint64_t device = 0;
    std::uint64_t inode = 0;
    std::uint64_t bytes = 0;
    bool folder = false;
    bool regular = false;  // a file with bytes of its own
    [[nodiscard]] bool same_as(const Entry& other) const { return device == other.device && inode == other.inode; }
  };
  // Nothing where nothing is. Errors: kUnauthorised (a folder on the way may not be searched), kUnavailable.
  virtual Result<std::optional<Entry>> look(const std::filesystem::path& path) = 0;
  // Whether this process may read the path, and if `change`, write it; of a folder: list, search and add to it.
  // Errors: kUnauthorised naming the path and the permission that is missing; kUnavailable.
  virtual Status may(const std::filesystem::path& path, bool change) = 0;
  // Names in a folder, in no set order. Errors: kUnauthorised, kUnavailable.
  virtual Result<std::vector<std::string>> list(const std::filesystem::path& folder) = 0;

  // Room on the disk that the path lies on. Errors: kUnavailable.
  struct Room {
    std::uint64_t free_bytes = 0;  // for this process
    std::uint64_t total_bytes = 0;
  };
  virtual Result<Room> room(const std::filesystem::path& path) = 0;

  // The file's bytes, at most `most` of them; nothing where there is no file. Errors: kUnauthorised, kUnavailable.
  virtual Result<std::optional<Bytes>> read(const std::filesystem::path& path, std::size_t most) = 0;
  // Writes a file that its owner alone may read, whole or not at all: beside the path, synced, then renamed, the folder
  // synced. Errors: kUnavailable.
  static constexpr std::string_view kUnfinished = ".part";  // how the name of the file beside it ends
  virtual Status write_private(const std::filesystem::path& path, ByteView bytes) = 0;
  // Makes a folder that its owner alone may enter, and those above it, where they are absent. Errors: kUnavailable.
  virtual Status make_private_folder(const std::filesystem::path& folder) = 0;
  // Removes a file; it is no error when there is none. Errors: kUnavailable.
  virtual Status remove(const std::filesystem::path& path) = 0;

  // A file to read from its beginning, with a buffer for gigabytes. Errors: kNotFound, kInvalidInput (no file with
  // bytes of its own), and those of kind_of_path_failure.
  virtual Result<std::unique_ptr<std::istream>> open_to_read(const std::filesystem::path& path) = 0;
  // A file to write, over any that is there. Errors: those of kind_of_path_failure (path_failure.h).
  virtual Result<std::unique_ptr<std::ostream>> open_to_write(const std::filesystem::path& path) = 0;
};

// The machine's own files.
FileSystem& real_file_system();

}  // namespace whorl
