// A verification with the probe that it was made of, for whoever shows what it stands on. Private to this room.
#pragma once

#include <string_view>

#include "engine/engine_state.h"
#include "engine/part.h"
#include "engine/types.h"

namespace whorl::engine {

struct Verified {
  VerifyAnswer answer;
  Probe probe;
};

// Its leaf is on disk when this returns. `operation`: what the call's own leaf calls it. Errors: as Service::verify.
Result<Verified> verified(EngineState& state, const Call& call, const VerifyRequest& request,
                          std::string_view operation);

}  // namespace whorl::engine
