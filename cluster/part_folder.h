// The folder of a part that is opened without its part: whether it may be.
#pragma once

#include "base/result.h"
#include "index/gallery.h"

namespace whorl::cluster {

// The row of a part's gallery that has its book.
inline constexpr const char* kBookRow = "cluster/slices";

// Errors: kUnavailable: slices are just leaving, have left and are not taken, or are just being taken: who is erased
// now would be put in again with the list as it was, here or at the other part. Says what to do. kCorruption.
Status check_no_move(index::Gallery& gallery);

}  // namespace whorl::cluster
