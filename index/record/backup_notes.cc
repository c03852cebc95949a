#include "index/record/backup_notes.h"

#include <algorithm>

namespace whorl::index {
namespace {

constexpr std::uint8_t kVersion = 1;

std::vector<BackupNote> kept_of(const std::vector<BackupNote>& backups) {
  const auto newest = static_cast<std::ptrdiff_t>(std::min(backups.size(), kMostBackupsKept));
  std::vector<BackupNote> out(backups.end() - newest, backups.end());
  const auto made = std::find_if(backups.rbegin(), backups.rend(),
                                 [](const BackupNote& each) { return each.result == BackupResult::kMade; });
  if (made != backups.rend() && made->number < out.front().number) out.front() = *made;
  return out;
}

}  // namespace

Bytes encode_backups(const std::vector<BackupNote>& backups) {
  const std::vector<BackupNote> kept = kept_of(backups);
  ByteWriter out;
  out.u8(kVersion).u8(static_cast<std::uint8_t>(kept.size()));
  for (const BackupNote& one : kept) {
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
