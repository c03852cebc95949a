// What a deduplication found becomes cases, which people decide.
#pragma once

#include <cstddef>

#include "base/result.h"
#include "engine/call.h"
#include "engine/case_desk.h"
#include "engine/dedupe.h"

namespace whorl::engine {

// A case for each of `found.pairs`, opened by the caller; a pair that has one keeps it, so that the same again opens
// nothing. A pair is passed over where one of the two was erased or made inactive meanwhile. Returns how many have one.
// Cost: a write of the disk for each that is new. Errors: as CaseDesk::open_pair; what was opened by then stays.
Result<std::size_t> open_cases(CaseDesk& desk, const Call& call, const Duplicates& found);

}  // namespace whorl::engine
