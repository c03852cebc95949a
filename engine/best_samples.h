// Somebody who is enrolled as a probe. Pure.
#pragma once

#include <vector>

#include "engine/types.h"
#include "index/record/record.h"

namespace whorl::engine {

// The best capture of each finger and of the face that is kept of somebody, at most as many as a search takes.
std::vector<Sample> best_samples(const std::vector<index::EncounterRecord>& records);

}  // namespace whorl::engine
