// The ridge map as compact code; described in docs/template-format.md.
//
// Every sample is coded by what twelve samples before it say of it, with probabilities that were counted once
// (ridge_table.inc, written by bench/training), by sixteen interleaved range-variant ANS coders (Duda 2009; Giesen
// 2014). The coders walk sixteen rows at once, each four samples behind the one above, so that a machine decodes them
// side by side and still every sample knows its neighbours above.
#pragma once

#include <array>

#include "base/bytes.h"
#include "templates/fingerprint/template.h"

namespace whorl::fingerprint {

// The map's code; empty for an empty map. The map's size is not in it. Never longer than the map's own bytes and one.
Bytes encode_ridges(const RidgeMap& ridges);

// The same bytes: the twin of encode_ridges that machines without AVX-512 take.
Bytes encode_ridges_portably(const RidgeMap& ridges);

// Fills the bits of a map whose columns and rows are set (0..kMaxSide_px500 / kRidgeStep_px500); bits beyond the last
// column are 0. Safe on any bytes. False when the code is too short, too long, or not the one that encode_ridges
// writes; the bits are then meaningless. Reuses the room that `ridges.bits` has, and scratch memory for each thread.
// Cost: see docs/benchmarks.md.
bool decode_ridges(ByteView code, RidgeMap& ridges);

// The same, sample by sample: the obvious twin of decode_ridges. And the one that machines without AVX-512 take.
bool decode_ridges_plainly(ByteView code, RidgeMap& ridges);
bool decode_ridges_portably(ByteView code, RidgeMap& ridges);

// How often a sample was 0 and 1 in each context: what the table of probabilities is made from.
inline constexpr std::size_t kRidgeContexts = 4096;
using RidgeContextCounts = std::array<std::array<std::uint64_t, 2>, kRidgeContexts>;
void count_ridge_contexts(const RidgeMap& ridges, RidgeContextCounts& counts);

}  // namespace whorl::fingerprint
