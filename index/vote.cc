#include "index/vote.h"

#include <algorithm>
#include <bit>
#include <cstring>

// Compiled with and without the popcount instruction; the program picks one when it starts. The sanitizers run
// before such a choice can be made, so under them the plain version is used.
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) && !defined(WHORL_SANITIZED)
#define WHORL_POPCOUNT_CLONES __attribute__((target_clones("popcnt", "default")))
#else
#define WHORL_POPCOUNT_CLONES
#endif

namespace whorl::index {

WHORL_POPCOUNT_CLONES
std::uint32_t vote(Descriptors probe, Descriptors reference, std::uint32_t radius_bits) {
  std::uint32_t votes = 0;
  for (const SearchDescriptor& p : probe) {
    std::uint64_t a[4];
    std::memcpy(a, p.data(), sizeof a);
    std::uint32_t nearest = radius_bits;
    for (const SearchDescriptor& r : reference) {
      std::uint64_t b[4];
      std::memcpy(b, r.data(), sizeof b);
      const int distance = std::popcount(a[0] ^ b[0]) + std::popcount(a[1] ^ b[1]) + std::popcount(a[2] ^ b[2]) +
                           std::popcount(a[3] ^ b[3]);
      nearest = std::min(nearest, static_cast<std::uint32_t>(distance));
    }
    votes += radius_bits - nearest;
  }
  return votes;
}

}  // namespace whorl::index
