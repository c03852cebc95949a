// The lowest of a few hundred different numbers, in order. Private to this room.
#pragma once

#include <cstddef>
#include <cstdint>

namespace whorl::fingerprint {

inline constexpr std::size_t kMostOrdered = 48;  // as many as there are local pairs (local_match.h)

// Leaves the `count` (at most kMostOrdered) lowest of `size` numbers, in order, at the beginning; all of them when
// there are no more than `count`. All must differ. Returns how many it left; what lies behind them is of no meaning.
// What std::nth_element and std::sort would do, without a branch that depends on a number.
std::size_t keep_lowest(std::uint32_t* keys, std::size_t size, std::size_t count);

// Where each of `size` (at most kMostOrdered) numbers would stand if the highest came first and, of equal ones, the
// first. `values` has kMostOrdered places, as `place` has; those past `size` must hold nothing higher than the others.
void falling_places(const float* values, std::size_t size, std::int32_t* place);

}  // namespace whorl::fingerprint
