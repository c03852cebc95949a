// The ridge map from its code (ridge_encode.h). Private to this room.
#pragma once

#include "base/bytes.h"
#include "templates/fingerprint/template.h"

namespace whorl::fingerprint {

// Fills the bits of a map whose columns and rows are set (0..kMaxSide_px500 / kRidgeStep_px500); bits beyond the last
// column are 0. Safe on any bytes. False when the code is too short, too long, or not the one that encode_ridges
// writes; the bits are then meaningless. Reuses the memory of `ridges.bits`, and scratch memory for each thread.
// Cost: see docs/benchmarks.md.
bool decode_ridges(ByteView code, RidgeMap& ridges);

// The same, sample by sample: the obvious twin of decode_ridges.
bool decode_ridges_plainly(ByteView code, RidgeMap& ridges);
// The same: what machines without AVX-512 take.
bool decode_ridges_portably(ByteView code, RidgeMap& ridges);

}  // namespace whorl::fingerprint
