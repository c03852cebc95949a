// A record on its way from one gallery to another, as a moment of either would name it. Pure; thread-safe.
#pragma once

#include "base/result.h"
#include "index/moment.h"

namespace whorl::index {

// Reads the key alone, and makes the digest of the whole. Errors: kCorruption: the key names nobody.
Result<Moment::Named> name_of_copied(const EncodedRecord& record);

}  // namespace whorl::index
