// Numbers that tell for and against two prints being of one finger. Private to this room.
#pragma once

#include <array>
#include <cstddef>
#include <optional>

#include "templates/fingerprint/compare/align.h"

namespace whorl::fingerprint {

// The features of a comparison, in the order the score model takes them. Each is about symmetric in the prints.
enum Feature : std::size_t {
  kSupport,              // consensus support
  kConsensusPairs,       // pairs in the consensus
  kConsensusSimilarity,  // mean cylinder similarity of the consensus pairs
  kPaired,               // aligned pairs: minutiae that fall together
  kPairedQuality,        // sum over aligned pairs of the product of qualities
  kPairedShare,          // aligned pairs over minutiae in the overlap (geometric mean of the two prints)
  kPairedShareQuality,   // the same, every minutia weighted by its quality
  kUnpaired,             // quality of unpaired minutiae in the overlap, both prints
  kPairDistance,         // mean distance of aligned pairs, px500
  kPairTurn,             // their mean 1 - cosine of direction difference
  kResidual,             // rigid residual of the consensus, px500
  kSpread,               // root of the area spanned by the aligned pairs, px500
  kOverlap,              // cells of the flow map in both prints
  kOverlapShare,         // overlap over the smaller print
  kFlowAgreement,        // mean cosine of doubled orientation difference in the overlap
  kFlowWorst,            // share of overlap cells whose orientation differs by more than 22.5 degrees
  kPeriodAgreement,      // mean absolute log ratio of periods in the overlap
  kMinutiaeSmaller,      // minutiae of the poorer print
  kRidgeBlocks,          // blocks of the ridge maps compared
  kRidgeAgreement,       // their mean agreement, 0..1
  kRidgeGood,            // share of them that agree well
  kRidgeGoodBlocks,      // number of them that agree well
  kRidgeStrain,          // mean displacement the blocks asked for beyond the alignment, px500
  kFeatureCount
};

using Features = std::array<float, kFeatureCount>;

// How two prints lie, and what that says.
struct Evidence {
  Alignment alignment;
  AlignedPairs pairs;
  Features features{};
};

// Aligns the prints by their minutiae and gathers everything but the ridge features, which are zero. Empty when no
// two pairs of minutiae agree. Prints in the order of spread_pair.
std::optional<Evidence> gather_evidence(const Print& a, const Print& b, const CompareParameters& p);

}  // namespace whorl::fingerprint
