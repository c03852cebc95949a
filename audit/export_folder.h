// A log as a folder of files, for whoever is to check it: it holds no secret (docs/audit.md).
//
//   checkpoint            the last signed one
//   checkpoints           those that the log has kept, one after another
//   key                   what they are verified with (C2SP signed-note); whoever checks had better have it from
//   elsewhere tile/L/N              hashes (C2SP tlog-tiles) tile/entries/N        leaves
//
// Thread-safety: one call at a time for a folder that is written; const methods may be called from any thread.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/result.h"
#include "crypto/log/tile.h"

namespace whorl::audit {

// Where a log lies, or a copy of it.
class LogSource : public crypto::TileSource {
 public:
  // A bundle of entries: name.level is 0. Errors: its own.
  [[nodiscard]] virtual Result<Bytes> entries(const crypto::TileName& name) = 0;
};

// What of a log does not lie in tiles.
struct LogHead {
  std::string note;                  // the last checkpoint, signed
  std::uint64_t size = 0;            // the checkpoint's
  std::string key;                   // NoteVerifier::text()
  std::vector<std::string> notes{};  // earlier checkpoints, in order of size
  std::uint64_t first = 0;           // leaf that is kept; a multiple of kTileWidth
};

class ExportFolder final : public LogSource {
 public:
  explicit ExportFolder(std::filesystem::path folder) : folder_(std::move(folder)) {}

  // Errors of all: kNotFound (the folder has no such file), kInvalidInput (too long).
  [[nodiscard]] Result<std::string> checkpoint() const;
  [[nodiscard]] Result<std::string> key() const;
  // Empty where there is no such file. Errors: kCorruption, too, when there is anything but checkpoints in it.
  [[nodiscard]] Result<std::vector<std::string>> checkpoints() const;
  [[nodiscard]] Result<Bytes> tile(const crypto::TileName& name) override;
  [[nodiscard]] Result<Bytes> entries(const crypto::TileName& name) override;

 private:
  std::filesystem::path folder_;
};

// Writes what the folder does not have yet, and leaves there what the log keeps no more; of another log's folder
// nothing is changed. Gives how many files were written. Cost: the whole log the first time. Errors: kInvalidInput (the
// folder holds another log), those of `log`, of files.
Result<std::uint64_t> write_export(LogSource& log, const LogHead& head, const std::filesystem::path& folder);

}  // namespace whorl::audit
