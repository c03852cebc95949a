// Pairs of minutiae whose neighbourhoods look alike, and the subset of them that agrees on one motion.
// Private to this room.
#pragma once

#include <cstdint>

#include "templates/fingerprint/compare/bounded.h"
#include "templates/fingerprint/compare/print.h"

namespace whorl::fingerprint {

struct LocalPair {
  float similarity = 0;  // of the two cylinders, weighed by the flow around them; 0..1
  float weight = 0;      // support by the other pairs, 0..1; set by consensus
  std::uint8_t a = 0;
  std::uint8_t b = 0;
};

inline constexpr std::size_t kMaxLocalPairs = 48;
using LocalPairs = Bounded<LocalPair, kMaxLocalPairs>;

// The most alike pairs, best first, each once: every minutia's two best partners by cylinders, weighed by the flow
// around them (descriptors of two kinds tell more together: Feng, "Combining minutiae descriptors for fingerprint
// matching", Pattern Recognition 41, 2008), at most kMaxLocalPairs in all. Of prints known by their minutiae alone,
// whose flow is made of these, by cylinders alone.
LocalPairs local_pairs(const Print& a, const Print& b, const CompareParameters& p);

struct Consensus {
  LocalPairs pairs;   // one to one, heaviest first
  float support = 0;  // sum over pairs of their mean compatibility with the others
};

// Spectral matching (Leordeanu and Hebert, ICCV 2005): pairs that support each other stand out in the principal
// eigenvector of their compatibility matrix; they are taken greedily, one to one, and only where those taken before
// support them: the eigenvector may hold two motions at once, and a fit through both is neither. Empty for fewer than
// two pairs.
Consensus consensus(const Print& a, const Print& b, const LocalPairs& pairs, const CompareParameters& p);

}  // namespace whorl::fingerprint
