// Which copies were made of a gallery, as bytes that it seals in one row. Pure; thread-safe. Private to this room.
#pragma once

#include <cstddef>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "index/reports.h"

namespace whorl::index {

inline constexpr std::size_t kMostBackupsKept = 32;

// The row's content and back; of the newest kMostBackupsKept, and in the place of the oldest of these the last one that
// was made, where it is older: however many fail after it, it is known. Errors: kCorruption; kInvalidInput (a later
// version).
Bytes encode_backups(const std::vector<BackupNote>& backups);
Result<std::vector<BackupNote>> parse_backups(ByteView bytes);

}  // namespace whorl::index
