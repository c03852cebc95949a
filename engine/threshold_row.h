// A change of thresholds as it is kept, sealed in the gallery. Pure; thread-safe. Private to this room.
#pragma once

#include "base/bytes.h"
#include "base/result.h"
#include "engine/threshold_desk.h"

namespace whorl::engine {

Bytes encoded(const ThresholdChange& change);
// The name it was kept by is its id. Errors: kCorruption.
Result<ThresholdChange> parse_threshold_change(const std::string& id, ByteView bytes);

}  // namespace whorl::engine
