// Gives a gallery a new key, while others read and change it, and destroys the earlier one (docs/keys.md). Private to
// store/.
//
// Steps: the new gallery key is made and on disk; from then on everything new is wrapped under it; every key that is
// wrapped under an earlier one is wrapped anew, a thousand rows at a time, during which nobody else writes; the earlier
// key is overwritten and taken away. A process that ends at any moment loses nothing: both keys are there until all is
// wrapped anew, and the next rotation goes on.
//
// What was erased before the rotation began opens with no key that is left afterwards, in whatever copy of the
// database. Shards that hold erased people must have been rewritten before (Gallery::rotate_keys): their key is wrapped
// anew with the others'.
#pragma once

#include "index/reports.h"

namespace whorl::index {

class RocksDatabase;

// One at a time. Errors: kCorruption (a row does not open: nothing is destroyed), kUnavailable, kExhausted; the
// watch's.
Result<Rotation> rotate_keys(RocksDatabase& database, const RotationWatch& watch = {});

}  // namespace whorl::index
