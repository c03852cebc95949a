// The measure of the candidate stage: how many of a probe's minutiae have a near neighbour in a reference.
// Private to this room.
#pragma once

#include <cstdint>
#include <span>

#include "templates/fingerprint/compare.h"

namespace whorl::index {

using fingerprint::SearchDescriptor;
using Descriptors = std::span<const SearchDescriptor>;

// Two minutiae whose descriptors differ in this many bits or more say nothing for one another.
inline constexpr std::uint32_t kVoteRadius_bits = 64;

// Sum over the probe's descriptors of max(0, radius - distance to the nearest reference descriptor).
// Zero when either is empty. Cost: about a nanosecond a pair of descriptors. Thread-safe.
std::uint32_t vote(Descriptors probe, Descriptors reference, std::uint32_t radius_bits = kVoteRadius_bits);

}  // namespace whorl::index
