#include "templates/fingerprint/compare/ridge_blocks.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>

#include "base/bit_counts.h"
#include "base/intrinsics.h"

namespace whorl::fingerprint {
namespace {

constexpr int kSide = kRidgeBlockSide;
constexpr float kMiddle = (kSide - 1) / 2.0F;
constexpr int kCellSamples = kFlowBlock_px500 / kRidgeStep_px500;
constexpr int kReach = 11;  // samples from a block's centre to its farthest one: half a diagonal
// A cell's centre is the fourth sample of a byte, so that the strip of the byte before has all of its block.
static_assert(kCellSamples == 8 && kReach + 4 < 16 && 12 + kReach < 32);

constexpr int kPlaces = 2 * kRidgeSearch + 1;

// The places in the order in which those as good are taken, and where each comes in it.
struct PlaceOrder {
  std::array<BlockPlace, kPlaces * kPlaces> places{};   // by rank
  std::array<std::uint16_t, kPlaces * kPlaces> rank{};  // by right * kPlaces + down, both from 0

  constexpr PlaceOrder() {
    std::size_t n = 0;
    for (int down = -kRidgeSearch; down <= kRidgeSearch; ++down) {
      for (int right = -kRidgeSearch; right <= kRidgeSearch; ++right) places[n++] = {0, right, down};
    }
    const auto distance2 = [](const BlockPlace& p) { return p.right * p.right + p.down * p.down; };
    // An insertion sort keeps the order by rows.
    for (std::size_t i = 1; i < n; ++i) {
      for (std::size_t j = i; j > 0 && distance2(places[j]) < distance2(places[j - 1]); --j) {
        std::swap(places[j], places[j - 1]);
      }
    }
    for (std::size_t i = 0; i < n; ++i) {
      rank[static_cast<std::size_t>((places[i].right + kRidgeSearch) * kPlaces + places[i].down + kRidgeSearch)] =
          static_cast<std::uint16_t>(i);
    }
  }
};
constexpr PlaceOrder kOrder;

// A place as a number that rises with what differs and, of those as good, with the rank.
constexpr int kRankBits = 5;
static_assert(kPlaces * kPlaces <= 1 << kRankBits && kSide * kSide << kRankBits < 1 << 16);

BlockPlace place_of(unsigned key) {
  BlockPlace out = kOrder.places[key & ((1U << kRankBits) - 1)];
  out.differing = static_cast<int>(key >> kRankBits);
  return out;
}

#ifdef WHORL_AVX2
WHORL_AVX2 __m256i eight_words(const void* from) { return _mm256_loadu_si256(static_cast<const __m256i*>(from)); }

// The lower halves of sixteen words, in order.
WHORL_AVX2 __m256i sixteen_halves(__m256i low, __m256i high) {
  const __m256i half = _mm256_set1_epi32(0xFFFF);
  const __m256i mixed = _mm256_packus_epi32(_mm256_and_si256(low, half), _mm256_and_si256(high, half));
  return _mm256_permute4x64_epi64(mixed, _MM_SHUFFLE(3, 1, 2, 0));
}

WHORL_AVX2 __m256i differing_of(__m256i mine, __m256i theirs) {
  return word_counts(byte_counts(_mm256_xor_si256(mine, theirs)));
}

// Four sums of four words each, below 2^16, still to be added up: in the first half of each word of the result.
WHORL_AVX2 __m128i side_by_side(__m256i a, __m256i b, __m256i c, __m256i d) {
  const __m256i low = _mm256_or_si256(a, _mm256_slli_epi64(b, 16));
  const __m256i high = _mm256_or_si256(_mm256_slli_epi64(c, 32), _mm256_slli_epi64(d, 48));
  const __m256i all = _mm256_or_si256(low, high);
  return _mm_add_epi16(_mm256_castsi256_si128(all), _mm256_extracti128_si256(all, 1));
}

// Two of these, added up: the first's four sums, then the second's.
WHORL_AVX2 __m128i eight_sums(__m128i first, __m128i second) {
  return _mm_add_epi16(_mm_unpacklo_epi64(first, second), _mm_unpackhi_epi64(first, second));
}

WHORL_AVX2 __m128i eight_keys(__m128i sums, __m128i ranks) {
  return _mm_or_si128(_mm_slli_epi16(sums, kRankBits), ranks);
}

WHORL_AVX2 BlockPlace best_place_avx2(const RidgeBlock& block, const std::uint32_t* words, int first) {
  const __m256i mine = eight_words(block.data());
  const __m128i by_first = _mm_cvtsi32_si128(first);
  __m256i top = _mm256_srl_epi32(eight_words(words), by_first);
  __m256i middle = _mm256_srl_epi32(eight_words(words + 8), by_first);
  __m256i bottom = _mm256_srl_epi32(eight_words(words + 16), by_first);
  __m128i of_column[kPlaces];  // of the four upper places
  __m256i lowest[kPlaces];
  for (int u = 0; u < kPlaces; ++u) {
    const __m256i upper = sixteen_halves(top, middle);
    const __m256i lower = sixteen_halves(middle, bottom);
    of_column[u] = side_by_side(differing_of(mine, upper), differing_of(mine, _mm256_alignr_epi8(lower, upper, 2)),
                                differing_of(mine, _mm256_alignr_epi8(lower, upper, 4)),
                                differing_of(mine, _mm256_alignr_epi8(lower, upper, 6)));
    lowest[u] = differing_of(mine, _mm256_alignr_epi8(lower, upper, 8));
    top = _mm256_srli_epi32(top, 1);
    middle = _mm256_srli_epi32(middle, 1);
    bottom = _mm256_srli_epi32(bottom, 1);
  }
  const __m128i of_lowest = side_by_side(lowest[0], lowest[1], lowest[2], lowest[3]);
  const auto rank = [](int u, int v) {
    return static_cast<short>(kOrder.rank[static_cast<std::size_t>(u * kPlaces + v)]);
  };
  const auto ranks = [&](int u) {
    return _mm_setr_epi16(rank(u, 0), rank(u, 1), rank(u, 2), rank(u, 3), rank(u + 1, 0), rank(u + 1, 1),
                          rank(u + 1, 2), rank(u + 1, 3));
  };
  const __m128i last =
      _mm_setr_epi16(rank(4, 0), rank(4, 1), rank(4, 2), rank(4, 3), rank(0, 4), rank(1, 4), rank(2, 4), rank(3, 4));
  __m128i least = eight_keys(eight_sums(of_column[0], of_column[1]), ranks(0));
  least = _mm_min_epu16(least, eight_keys(eight_sums(of_column[2], of_column[3]), ranks(2)));
  least = _mm_min_epu16(least, eight_keys(eight_sums(of_column[4], of_lowest), last));
  const auto key = static_cast<unsigned>(_mm_cvtsi128_si32(_mm_minpos_epu16(least)) & 0xFFFF);
  const __m128i corner = _mm_add_epi64(_mm256_castsi256_si128(lowest[4]), _mm256_extracti128_si256(lowest[4], 1));
  const auto differing = static_cast<unsigned>(_mm_cvtsi128_si32(corner) + _mm_extract_epi32(corner, 2));
  return place_of(std::min(key, differing << kRankBits | kOrder.rank[kPlaces * kPlaces - 1]));
}
#endif

}  // namespace

void RidgeStrips::begin(const RidgeView& map) {
  map_ = map;
  cut_.assign(static_cast<std::size_t>(map.row_bytes), 0);
  words_.resize(static_cast<std::size_t>(map.row_bytes) * static_cast<std::size_t>(map.rows) + kReadable);
}

void RidgeStrips::cut(int byte) {
  cut_[static_cast<std::size_t>(byte)] = 1;
  std::uint32_t* out = words_.data() + static_cast<std::ptrdiff_t>(byte) * map_.rows;
  const std::uint8_t* in = map_.bits + byte;
  for (int row = 0; row < map_.rows; ++row, in += map_.row_bytes) std::memcpy(out++, in, sizeof *out);
}

BlockTurner::BlockTurner(float cosine, float sine) {
  // As far from zero as a block in the middle of a print: truncation rounds down there, and of prints that are hardly
  // turned, whose samples lie between two, the sums' own rounding takes what little they are turned away.
  constexpr int kFar = 128;
  for (int v = 0; v < kSide; ++v) {
    const float dv = static_cast<float>(v) - kMiddle;
    for (int half = 0; half < 2; ++half) {
      Eight& eight = eights_[static_cast<std::size_t>(2 * v + half)];
      for (std::size_t k = 0; k < 8; ++k) {
        const float du = static_cast<float>(8 * half) + static_cast<float>(k) - kMiddle;
        eight.below_top[k] = 31 - 12 + kFar - static_cast<std::int32_t>(kFar + cosine * du + 0.5F - sine * dv);
        eight.row[k] = static_cast<std::int32_t>(kFar + sine * du + 0.5F + cosine * dv) - kFar;
      }
      eight.first = *std::ranges::min_element(eight.row);
      // Rounding may make eight rows nine.
      for (std::int32_t& row : eight.row) row = std::min(row - eight.first, 7);
    }
  }
}

bool BlockTurner::inside(const RidgeView& map, int column, int row) {
  const int x = kCellSamples * column + kCellSamples / 2;
  const int y = kCellSamples * row + kCellSamples / 2;
  return x > kReach && y > kReach && x + kReach < map.columns && y + kReach < map.rows;
}

RidgeBlock BlockTurner::block(RidgeStrips& strips, int column, int row) const {
  const std::uint32_t* const words = strips.at(column - 1, kCellSamples * row + kCellSamples / 2);
#ifdef WHORL_AVX2
  if (has_avx2()) return block_avx2(words);
#endif
  RidgeBlock out;
  for (std::size_t v = 0; v < kSide; ++v) {
    unsigned samples = 0;
    for (std::size_t u = 0; u < kSide; ++u) {
      const Eight& eight = eights_[2 * v + u / 8];
      const std::uint32_t word = words[eight.first + eight.row[u % 8]];
      samples |= (word << eight.below_top[u % 8] >> 31) << u;
    }
    out[v] = static_cast<std::uint16_t>(samples);
  }
  return out;
}

#ifdef WHORL_AVX2
WHORL_AVX2 RidgeBlock BlockTurner::block_avx2(const std::uint32_t* words) const {
  RidgeBlock out;
  for (std::size_t v = 0; v < kSide; ++v) {
    unsigned samples = 0;
    for (std::size_t half = 0; half < 2; ++half) {
      const Eight& eight = eights_[2 * v + half];
      const __m256i under =
          _mm256_permutevar8x32_epi32(eight_words(words + eight.first), eight_words(eight.row.data()));
      const __m256i bits = _mm256_sllv_epi32(under, eight_words(eight.below_top.data()));
      samples |= static_cast<unsigned>(_mm256_movemask_ps(_mm256_castsi256_ps(bits))) << (8 * half);
    }
    out[v] = static_cast<std::uint16_t>(samples);
  }
  return out;
}
#endif

RidgeBlock turn_block_plainly(const RidgeView& map, float x, float y, float cosine, float sine) {
  RidgeBlock out;
  for (int v = 0; v < kSide; ++v) {
    const float dv = static_cast<float>(v) - kMiddle;
    unsigned word = 0;
    for (int u = 0; u < kSide; ++u) {
      const float du = static_cast<float>(u) - kMiddle;
      const int column = static_cast<int>(x + cosine * du + 0.5F - sine * dv);
      const int row = static_cast<int>(y + sine * du + 0.5F + cosine * dv);
      word |= (map.bits[row * map.row_bytes + column / 8] >> (column % 8) & 1U) << u;
    }
    out[static_cast<std::size_t>(v)] = static_cast<std::uint16_t>(word);
  }
  return out;
}

BlockPlace best_place_plainly(const RidgeBlock& block, const std::uint32_t* words, int first) {
  BlockPlace best{kSide * kSide + 1};
  for (int down = -kRidgeSearch; down <= kRidgeSearch; ++down) {
    for (int right = -kRidgeSearch; right <= kRidgeSearch; ++right) {
      int differing = 0;
      for (int v = 0; v < kSide; ++v) {
        const std::uint32_t theirs = words[v + down + kRidgeSearch] >> (first + right + kRidgeSearch) & 0xFFFF;
        differing += std::popcount(block[static_cast<std::size_t>(v)] ^ theirs);
      }
      const int distance2 = right * right + down * down;
      const int best_distance2 = best.right * best.right + best.down * best.down;
      if (differing < best.differing || (differing == best.differing && distance2 < best_distance2)) {
        best = {differing, right, down};
      }
    }
  }
  return best;
}

BlockPlace best_place_portably(const RidgeBlock& block, const std::uint32_t* words, int first) {
  std::uint64_t mine[kSide / 4];
  std::memcpy(mine, block.data(), sizeof mine);
  unsigned least = ~0U;
  for (int u = 0; u < kPlaces; ++u) {
    std::uint16_t shifted[kSearchedSide];
    for (int v = 0; v < kSearchedSide; ++v) shifted[v] = static_cast<std::uint16_t>(words[v] >> (first + u));
    for (int v = 0; v < kPlaces; ++v) {
      std::uint64_t theirs[kSide / 4];
      std::memcpy(theirs, shifted + v, sizeof theirs);
      int differing = 0;
      for (int k = 0; k < kSide / 4; ++k) differing += std::popcount(mine[k] ^ theirs[k]);
      least = std::min(least, static_cast<unsigned>(differing) << kRankBits |
                                  kOrder.rank[static_cast<std::size_t>(u * kPlaces + v)]);
    }
  }
  return place_of(least);
}

BlockPlace best_place(const RidgeBlock& block, const std::uint32_t* words, int first) {
#ifdef WHORL_AVX2
  if (has_avx2()) return best_place_avx2(block, words, first);
#endif
  return best_place_portably(block, words, first);
}

}  // namespace whorl::fingerprint
