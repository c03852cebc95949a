// What of a whole process's memory could reach a disk: core dumps and the swap.
//
// Thread-safe. A node calls hide_process_memory() before it reads a key, and asks swap_in_use() whether it should
// start.
#pragma once

#include "base/result.h"

namespace whorl::crypto {

// No core dump of this process is written, and no other process of the same user may attach to it. Holds until the
// process runs another program. Errors: kInternal when the kernel refuses.
Status hide_process_memory();

// Whether pages of memory that is not locked may be written to a disk (/proc/swaps names one). Errors: kUnavailable
// when that cannot be read.
Result<bool> swap_in_use();

}  // namespace whorl::crypto
