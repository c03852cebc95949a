#include "templates/fingerprint/compare/lowest_keys.h"

#include <algorithm>
#include <array>
#include <limits>

#include "base/simd.h"

namespace whorl::fingerprint {
namespace {

constexpr std::size_t kOrderedAtOnce = 64;  // more than are kept, so that a bucket that is cut through fits as well

// Each number stands where as many lie below it: a count for each, of all at once.
WHORL_MULTIVERSION
void order_few(const std::uint32_t* keys, std::size_t size, std::uint32_t* out) {
  // Signed comparisons are what wide registers have. Places past `size` lie below nothing.
  std::array<std::int32_t, kOrderedAtOnce> shifted;
  for (std::size_t t = 0; t < kOrderedAtOnce; ++t) {
    shifted[t] = t < size ? static_cast<std::int32_t>(keys[t] ^ 0x80000000U) : std::numeric_limits<std::int32_t>::max();
  }
  for (std::size_t s = 0; s < size; ++s) {
    const std::int32_t mine = shifted[s];
    std::int32_t below = 0;
    for (std::size_t t = 0; t < kOrderedAtOnce; ++t) below += shifted[t] < mine ? 1 : 0;
    out[below] = keys[s];
  }
}

constexpr unsigned kBucketShift = 24;
constexpr std::size_t kBuckets = 256;

// Of more numbers than wanted, moves the lowest to the beginning, in no order: `count` of them and perhaps some more,
// at most kOrderedAtOnce. Returns how many.
std::size_t select_lowest(std::uint32_t* keys, std::size_t size, std::size_t count) {
  std::array<std::uint16_t, kBuckets> in{};
  for (std::size_t k = 0; k < size; ++k) ++in[keys[k] >> kBucketShift];
  std::uint32_t last = 0;
  std::size_t up_to = in[0];
  while (up_to < count) up_to += in[++last];
  if (up_to > kOrderedAtOnce) {
    std::nth_element(keys, keys + count, keys + size);
    return count;
  }
  std::size_t chosen = 0;
  for (std::size_t k = 0; k < size; ++k) {
    const std::uint32_t key = keys[k];
    keys[chosen] = key;
    chosen += key >> kBucketShift <= last ? 1 : 0;
  }
  return chosen;
}

}  // namespace

std::size_t keep_lowest(std::uint32_t* keys, std::size_t size, std::size_t count) {
  const std::size_t chosen = size > count ? select_lowest(keys, size, count) : size;
  std::array<std::uint32_t, kOrderedAtOnce> ordered;
  order_few(keys, chosen, ordered.data());
  const std::size_t left = std::min(size, count);
  std::copy_n(ordered.data(), left, keys);
  return left;
}

WHORL_MULTIVERSION
void falling_places(const float* values, std::size_t size, std::int32_t* place) {
  std::array<std::int32_t, kMostOrdered> index;
  for (std::size_t t = 0; t < kMostOrdered; ++t) index[t] = static_cast<std::int32_t>(t);
  for (std::size_t s = 0; s < size; ++s) {
    const float mine = values[s];
    const auto at = static_cast<std::int32_t>(s);
    std::int32_t before = 0;
    for (std::size_t t = 0; t < kMostOrdered; ++t) {
      before += (values[t] > mine ? 1 : 0) | ((values[t] == mine ? 1 : 0) & (index[t] < at ? 1 : 0));
    }
    place[s] = before;
  }
}

}  // namespace whorl::fingerprint
