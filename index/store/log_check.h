// Damage in the database's log that looks like the torn end of it. Private to store/.
//
// RocksDB reads its log up to the first entry that is cut short, and takes that for a write that was never finished. An
// entry whose length alone is damaged looks the same, and everything behind it would be dropped in silence. Here every
// change is synced before the next is written, so an entry that begins behind a broken one proves that the broken one
// was whole once.
//
// The format: RocksDB's log_format.h (blocks of 32 KiB; entries of checksum, length, type, bytes; never across blocks).
#pragma once

#include "base/bytes.h"
#include "base/result.h"
#include "index/store/store_options.h"

namespace whorl::index {

// The offset of an entry that is damaged though whole ones begin behind it; nothing where there is none. Takes any
// bytes. Cost: one pass; behind a broken entry about 20 ns a byte.
std::optional<std::size_t> damaged_log_entry(ByteView log);

// The same of every log of a folder that nobody has open. Errors: kCorruption naming the log; kUnavailable.
Status check_logs(const StoreOptions& options);

}  // namespace whorl::index
