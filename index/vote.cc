#include "index/vote.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>

// Compiled with and without the popcount instruction; the program picks one when it starts. The sanitizers run
// before such a choice can be made, so under them the plain version is used.
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) && !defined(WHORL_SANITIZED)
#define WHORL_POPCOUNT_CLONES __attribute__((target_clones("popcnt", "default")))
#else
#define WHORL_POPCOUNT_CLONES
#endif

namespace whorl::index {
namespace {

constexpr std::size_t kWords = fingerprint::kSearchDescriptorBytes / sizeof(std::uint64_t);
static_assert(kWords == 4);

struct Words {
  std::uint64_t w[kWords];
};

Words words(const SearchDescriptor& descriptor) {
  Words out;
  std::memcpy(out.w, descriptor.data(), sizeof out.w);
  return out;
}

}  // namespace

WHORL_POPCOUNT_CLONES
std::uint32_t bits_of(const SearchDescriptor& descriptor) {
  const Words a = words(descriptor);
  return static_cast<std::uint32_t>(std::popcount(a.w[0]) + std::popcount(a.w[1]) + std::popcount(a.w[2]) +
                                    std::popcount(a.w[3]));
}

WHORL_POPCOUNT_CLONES
std::uint32_t vote(Descriptors probe, Descriptors reference) {
  std::uint32_t reference_bits[fingerprint::kMaxMinutiae];
  const std::size_t n = std::min(reference.size(), std::size(reference_bits));
  for (std::size_t r = 0; r < n; ++r) {
    const Words b = words(reference[r]);
    reference_bits[r] = static_cast<std::uint32_t>(std::popcount(b.w[0]) + std::popcount(b.w[1]) +
                                                   std::popcount(b.w[2]) + std::popcount(b.w[3]));
  }
  std::uint32_t votes = 0;
  for (const SearchDescriptor& p : probe) {
    const Words a = words(p);
    const auto probe_bits = static_cast<std::uint32_t>(std::popcount(a.w[0]) + std::popcount(a.w[1]) +
                                                       std::popcount(a.w[2]) + std::popcount(a.w[3]));
    // The least distance / bits, kept as a fraction and compared crosswise; 1/2 is worth nothing.
    std::uint32_t distance = 1;
    std::uint32_t bits = 2;
    for (std::size_t r = 0; r < n; ++r) {
      const Words b = words(reference[r]);
      const auto d = static_cast<std::uint32_t>(
          std::popcount(a.w[0] ^ b.w[0]) + std::popcount(a.w[1] ^ b.w[1]) + std::popcount(a.w[2] ^ b.w[2]) +
          std::popcount(a.w[3] ^ b.w[3]));
      const std::uint32_t s = probe_bits + reference_bits[r];
      if (d * bits < distance * s) {
        distance = d;
        bits = s;
      }
    }
    votes += vote_of_pair(bits, distance);
  }
  return votes;
}

double normalised(std::uint32_t votes, std::size_t reference_descriptors) {
  // Fewer than this many descriptors are no easier to gather votes with.
  constexpr std::size_t kFew = 10;
  return votes / std::sqrt(static_cast<double>(std::max(reference_descriptors, kFew)));
}

}  // namespace whorl::index
