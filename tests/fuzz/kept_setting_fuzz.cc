// Settings and notes that a gallery keeps of itself, on any bytes: a change of thresholds, which backups were made, of
// which network the faces are. What is accepted is written back the same. Input: a byte that says which, and its bytes.
#include <cstddef>
#include <cstdint>

#include "engine/threshold_row.h"
#include "index/comparator/face_space.h"
#include "index/record/backup_notes.h"
#include "tests/fuzz/require.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace whorl;
  using fuzz::require;
  if (size == 0) return 0;
  const ByteView bytes(data + 1, size - 1);
  const Bytes given(bytes.begin(), bytes.end());
  if (data[0] == 't') {
    const auto change = engine::parse_threshold_change("id", bytes);
    if (!change.ok()) return 0;
    const Bytes written = engine::encoded(*change);
    const auto again = engine::parse_threshold_change("id", written);
    require(again.ok() && engine::encoded(*again) == written);
  } else if (data[0] == 'b') {
    const auto backups = index::parse_backups(bytes);
    if (backups.ok()) require(index::encode_backups(*backups) == given && backups->size() <= index::kMostBackupsKept);
  } else if (data[0] == 'f') {
    const auto space = index::parse_space(bytes);
    if (space.ok()) require(index::encode_space(*space) == given);
  }
  return 0;
}
