// The measure of the candidate stage: how many of a probe's minutiae have a like neighbour in a reference.
// Private to this room.
//
// Two descriptors with a and b bits set that differ in d bits have the likeness 1 - d / (a + b), Dice's
// coefficient (the similarity of bit cylinders without the square roots). Plain Hamming distance is much worse: sparse
// descriptors are near everything. Chosen by measurement on 160 real fingers; see index/README.md.
#pragma once

#include <cstdint>
#include <span>

#include "templates/fingerprint/compare.h"

namespace whorl::index {

using fingerprint::SearchDescriptor;
using Descriptors = std::span<const SearchDescriptor>;

// The most that one probe descriptor can give.
inline constexpr std::uint32_t kFullVote = 1024;

// What a pair with `bits` set in both together and `distance` bits different is worth: kFullVote when identical,
// falling linearly to 0 at likeness 1/2 and below. Descriptors without bits are worth nothing.
constexpr std::uint32_t vote_of_pair(std::uint32_t bits, std::uint32_t distance) {
  return 2 * distance < bits ? kFullVote * (bits - 2 * distance) / bits : 0;
}

// How many bits are set.
std::uint32_t bits_of(const SearchDescriptor& descriptor);

// Sum over the probe's descriptors of their best vote_of_pair among the reference's. Zero when either is empty.
// At most the first 255 of the reference count. Cost: about two nanoseconds a pair of descriptors. Thread-safe.
std::uint32_t vote(Descriptors probe, Descriptors reference);

// A reference with many minutiae gathers votes by chance: divides by the root of their number.
double normalised(std::uint32_t votes, std::size_t reference_descriptors);

}  // namespace whorl::index
