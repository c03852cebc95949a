// The ridge map as compact code; described in docs/template-format.md.
#pragma once

#include "templates/base/bytes.h"
#include "templates/fingerprint/template.h"

namespace whorl::fingerprint {

// The map's code; empty for an empty map. The map's size is not in it.
Bytes encode_ridges(const RidgeMap& ridges);

// Fills the bits of a map whose columns and rows are set (0..kMaxSide_px500 / kRidgeStep_px500); bits beyond the last
// column are 0. Safe on any bytes. False when the code is too short, too long, or not the one that encode_ridges writes;
// the bits are then meaningless. Reuses the room that `ridges.bits` has.
bool decode_ridges(ByteView code, RidgeMap& ridges);

}  // namespace whorl::fingerprint
