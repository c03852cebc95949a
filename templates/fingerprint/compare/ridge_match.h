// Blocks of one ridge map as they lie in the other print. Private to this room.
#pragma once

#include <array>
#include <cstdint>

#include "templates/fingerprint/compare/prepared.h"

namespace whorl::fingerprint {

inline constexpr int kRidgeBlockSide = 16;  // samples

// One row a word, sample 0 lowest.
using RidgeBlock = std::array<std::uint16_t, kRidgeBlockSide>;

// The samples of `map` around (x, y) (samples, y down), read along axes turned by the angle of (cosine, sine). The
// block, however turned, must lie inside the map.
void turn_block(const RidgeView& map, float x, float y, float cosine, float sine, RidgeBlock& out);
// Its obvious twin; a sample within rounding of two may be either.
void turn_block_plainly(const RidgeView& map, float x, float y, float cosine, float sine, RidgeBlock& out);

}  // namespace whorl::fingerprint
