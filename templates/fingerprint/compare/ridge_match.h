// Whether the ridge patterns of two aligned prints coincide. Private to this room.
#pragma once

#include <array>
#include <cstdint>

#include "templates/fingerprint/compare/evidence.h"

namespace whorl::fingerprint {

inline constexpr int kRidgeBlockSide = 16;  // samples

// A square of a ridge map as it lies in the other print: one row a word, sample 0 lowest.
using RidgeBlock = std::array<std::uint16_t, kRidgeBlockSide>;

// The samples of `map` around (x, y) (samples, y down), read along axes turned by the angle of (cosine, sine). The
// block, however turned, must lie inside the map.
void turn_block(const RidgeView& map, float x, float y, float cosine, float sine, RidgeBlock& out);
// Its obvious twin; a sample within rounding of two may be either.
void turn_block_plainly(const RidgeView& map, float x, float y, float cosine, float sine, RidgeBlock& out);

// Adds the ridge features: whether the ridge patterns coincide under the alignment, block by block,
// each block allowed to move a little beyond its neighbours. False, and nothing is changed, when either map is empty
// or they share no block.
bool add_ridge_evidence(const Print& a, const Print& b, Evidence& evidence);

}  // namespace whorl::fingerprint
