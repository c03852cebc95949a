// Whether the ridge patterns of two aligned prints coincide. Private to this room.
#pragma once

#include "templates/fingerprint/compare/evidence.h"

namespace whorl::fingerprint {

// Adds the ridge features: whether the ridge patterns coincide under the alignment, block by block,
// each block allowed to move a little beyond its neighbours. False, and nothing is changed, when either map is empty
// or they share no block.
bool add_ridge_evidence(const Print& a, const Print& b, Evidence& evidence);

}  // namespace whorl::fingerprint
