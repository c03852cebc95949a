#include "audit/export_folder.h"

#include "audit/checkpoint_file.h"
#include "base/files.h"

namespace whorl::audit {
namespace {

namespace fs = std::filesystem;

constexpr const char* kCheckpoint = "checkpoint";
constexpr const char* kCheckpoints = "checkpoints";
constexpr const char* kKey = "key";
constexpr std::size_t kMostKeyBytes = 1024;
constexpr std::size_t kMostTileBytes = std::size_t{crypto::kTileWidth} * sizeof(crypto::TreeHash);
constexpr std::size_t kMostBundleBytes = std::size_t{crypto::kTileWidth} * (2 + 0xFFFF);

Result<std::string> read_text(const fs::path& file, std::size_t most) {
  WHORL_ASSIGN(const Bytes bytes, read_file(file, most));
  return std::string(as_text(bytes));
}

Status check_folder(const fs::path& folder, const LogHead& head) {
  std::error_code failed;
  if (!fs::exists(folder / kKey, failed)) return {};
  WHORL_ASSIGN(const std::string key, read_text(folder / kKey, kMostKeyBytes));
  if (key == head.key + "\n") return {};
  return invalid_input(folder.string() + " holds another log: name another folder", "to");
}

// Writes the tiles of a level, or the bundles, that are not there.
template <class Path, class Read>
Result<std::uint64_t> write_level(const fs::path& folder, unsigned level, std::uint64_t size, const Path& path_of,
                                  const Read& read, std::uint64_t first = 0) {
  std::uint64_t written = 0;
  for (std::uint64_t number = first;; ++number) {
    const unsigned width = crypto::tile_width(level, number, size);
    if (width == 0) return written;
    const crypto::TileName name{level, number, width};
    const fs::path file = folder / path_of(name);
    std::error_code failed;
    if (width == crypto::kTileWidth && fs::exists(file, failed)) continue;
    WHORL_ASSIGN(const Bytes bytes, read(name));
    WHORL_TRY(make_directory(file.parent_path()));
    WHORL_TRY(write_file(file, bytes));
    ++written;
  }
}

}  // namespace

Result<std::string> ExportFolder::checkpoint() const {
  return read_text(folder_ / kCheckpoint, crypto::kMostNoteBytes);
}

Result<std::string> ExportFolder::key() const {
  WHORL_ASSIGN(std::string text, read_text(folder_ / kKey, kMostKeyBytes));
  while (text.ends_with('\n')) text.pop_back();
  return text;
}

Result<std::vector<std::string>> ExportFolder::checkpoints() const {
  std::error_code failed;
  if (!fs::exists(folder_ / kCheckpoints, failed)) return std::vector<std::string>();
  WHORL_ASSIGN(const std::string text, read_text(folder_ / kCheckpoints, kMostCheckpointFileBytes));
  std::vector<std::string> notes = notes_of(text);
  std::string again;
  for (const std::string& note : notes) again += note + "\n";
  if (again != text) return corruption("the file of checkpoints is damaged");
  return notes;
}

Result<Bytes> ExportFolder::tile(const crypto::TileName& name) {
  return read_file(folder_ / crypto::tile_path(name), kMostTileBytes);
}

Result<Bytes> ExportFolder::entries(const crypto::TileName& name) {
  return read_file(folder_ / crypto::entries_path(name), kMostBundleBytes);
}

Result<std::uint64_t> write_export(LogSource& log, const LogHead& head, const fs::path& folder) {
  WHORL_TRY(make_directory(folder));
  WHORL_TRY(check_folder(folder, head));
  std::uint64_t files = 0;
  for (unsigned level = 0; level <= crypto::kMostTileLevel; ++level) {
    WHORL_ASSIGN(const std::uint64_t written, write_level(folder, level, head.size, crypto::tile_path,
                                                          [&](const auto& name) { return log.tile(name); }));
    files += written;
  }
  WHORL_ASSIGN(const std::uint64_t bundles,
               write_level(
                   folder, 0, head.size, crypto::entries_path, [&](const auto& name) { return log.entries(name); },
                   head.first / crypto::kTileWidth));
  std::string notes;
  for (const std::string& note : head.notes) notes += note + "\n";
  WHORL_TRY(write_file(folder / kCheckpoints, notes));
  WHORL_TRY(write_file(folder / kKey, head.key + "\n"));
  WHORL_TRY(write_file(folder / kCheckpoint, head.note));  // last: it tells of the rest
  return files + bundles + 3;
}

}  // namespace whorl::audit
