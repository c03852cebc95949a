// What identify and verify hand to the verdict beside what was found. Private to this room.
#pragma once

#include <string>

#include "engine/engine.h"
#include "engine/read_probe.h"
#include "engine/verdict.h"

namespace whorl::engine {

// The lines of this configuration for a search of the gallery with the probe at this threshold, with a person to look
// at what is up to `band_db` below it.
Rules rules_of(const EngineConfig& config, const std::string& gallery_id, double threshold_db, double band_db,
               const Probe& probe);

Evidence::Captured captured(const ReadProbe& read);

}  // namespace whorl::engine
