// One vector of fixed length for a finger, so that an index of vectors has something to index: who is alike has a large
// cosine, whatever lies on what. It orders a gallery for screening.h, which looks at those whom it puts first; it never
// decides.
//
// 1. Each described minutia's folded cylinder is turned into its principal components, each divided by the fourth root
//    of its variance.
// 2. It is shared out over the nearest of 64 centroids, and what it differs from each is added up there (VLAD: Jegou
// and
//    others, "Aggregating local image descriptors into compact codes", TPAMI 34(9), 2012), with a share for each
//    centroid (a soft assignment) instead of the nearest alone.
// 3. Of each sum the signed root is taken, and each centroid's part is brought to length 1 (Arandjelovic and Zisserman,
//    "All about VLAD", CVPR 2013): what many minutiae have in common counts no more than what few have.
// 4. The first principal components of all that are the vector, brought to length 1.
// 5. Each pair of its numbers is named by the nearest of sixteen values (a product quantiser of four bits, as FAISS's):
//    the code, 32 bytes a finger.
//
// Cylinders are turned with their minutia, so neither a shift nor a turn of the print changes the vector. The constants
// are made by bench/preselection/train_aggregate.py of synthetic fingers alone; docs/index.md says what they are worth.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "templates/fingerprint/screening/scan_row.h"

namespace whorl::fingerprint {

// Bumped whenever the same row may give another vector.
inline constexpr std::uint32_t kAggregateVersion = 1;

inline constexpr std::size_t kAggregateDimension = 128;
// Of length 1. All zero: nothing of the finger is described.
using Aggregate = std::array<float, kAggregateDimension>;

// Thread-safe. Cost: some 0.1 ms; the constants take 5.5 MB of memory, read at the first call.
Aggregate aggregated(const ScanRow& row);
// The obvious twin, in double precision: another by rounding alone.
Aggregate aggregated_plainly(const ScanRow& row);

inline constexpr std::size_t kAggregateCoded = 2;    // numbers that share one of the code's values
inline constexpr std::size_t kAggregateValues = 16;  // to choose from, each of kAggregateCoded numbers
// Four bits for each pair of numbers, the first pair's below the second's in the first byte.
using AggregateCode = std::array<std::uint8_t, kAggregateDimension / kAggregateCoded / 2>;

// The values, in order of pair, then of number.
std::span<const float> aggregate_codebook();
AggregateCode code_of(const Aggregate& aggregate);

}  // namespace whorl::fingerprint
