#include "index/record/backup_notes.h"

#include <algorithm>

namespace whorl::index {
namespace {

constexpr std::uint8_t kVersion = 1;

}  // namespace

Bytes encode_backups(const std::vector<BackupNote>& backups) {
  const std::size_t first = backups.size() - std::min(backups.size(), kMostBackupsKept);
  ByteWriter out;
  out.u8(kVersion).u8(static_cast<std::uint8_t>(backups.size() - first));
  for (std::size_t i = first; i < backups.size(); ++i) {
    const BackupNote& one = backups[i];
    out.u64(one.number).u64(one.begun_ms).u64(one.ended_ms).u64(one.leaves).u8(static_cast<std::uint8_t>(one.result));
  }
  return out.take();
}

Result<std::vector<BackupNote>> parse_backups(ByteView bytes) {
  ByteReader in(bytes);
  const int version = in.u8();
  if (version != kVersion && !in.failed()) {
    return invalid_input("the gallery's backups are noted in a way that this build does not know: use a newer build");
  }
  const std::size_t count = in.u8();
  if (count > kMostBackupsKept) return corruption("the row of the gallery's backups is malformed");
  std::vector<BackupNote> out;
  bool known = true;
  for (std::size_t i = 0; i < count && !in.failed(); ++i) {
    BackupNote one;
    one.number = in.u64();
    one.begun_ms = in.u64();
    one.ended_ms = in.u64();
    one.leaves = in.u64();
    const int result = in.u8();
    known = known && result <= static_cast<int>(BackupResult::kFailed);
    one.result = static_cast<BackupResult>(result);
    out.push_back(one);
  }
  if (!in.finished() || !known) return corruption("the row of the gallery's backups is malformed");
  return out;
}

}  // namespace whorl::index
