// What is kept of somebody, to ask with. Private to this room.
#pragma once

#include <vector>

#include "engine/engine_state.h"

namespace whorl::engine {

// The best captures (best_samples.h) of one encounter, or of all that the person has. Errors: kNotFound, kCorruption,
// kUnavailable.
Result<std::vector<Sample>> samples_of(const EngineState& state, const EnrolledProbe& probe);

}  // namespace whorl::engine
