// What identify and verify hand to the verdict beside what was found. Private to this room.
#pragma once

#include <optional>
#include <string>

#include "engine/engine.h"
#include "engine/person_fusion.h"
#include "engine/read_probe.h"
#include "engine/verdict.h"

namespace whorl::engine {

// The lines of this configuration for a search of the gallery with the probe at this threshold, with a person to look
// at what is up to `band_db` below it.
Rules rules_of(const EngineConfig& config, const std::string& gallery_id, double threshold_db, double band_db,
               const Probe& probe);

Evidence::Captured captured(const ReadProbe& read);

// Borrows the configuration's.
Calibrations calibrations_of(const EngineConfig& config);

// Whether the threshold of a verification is within reach of what was captured, with that person.
std::optional<OutOfReach> claim_out_of_reach(const EngineConfig& config, const Probe& probe, const ScoredPerson& person,
                                             const Rules& rules);

}  // namespace whorl::engine
