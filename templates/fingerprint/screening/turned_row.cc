#include "templates/fingerprint/screening/turned_row.h"

#ifdef WHORL_AVX2

#include <bit>
#include <cstring>

namespace whorl::fingerprint {
namespace {

static_assert(ScanRow::kMinutiae == 24);

// By half byte: how many bits it has in common with each of the sixteen that there are.
constexpr auto kTables = [] {
  std::array<HalfBytes::Table, 16> out{};
  for (unsigned own = 0; own < 16; ++own) {
    for (unsigned other = 0; other < 16; ++other) {
      out[own][other] = static_cast<std::uint8_t>(std::popcount(own & other));
    }
  }
  return out;
}();

// Two minutiae of word w beside the same two of the next word, byte by byte: both first bytes, both second ones ...
WHORL_AVX2 __m256i two_minutiae(const ScanRow& row, std::size_t w, std::size_t pair) {
  const auto half = [&](std::size_t word) WHORL_AVX2 {
    return _mm_load_si128(reinterpret_cast<const __m128i*>(row.words[word].data()) + pair);
  };
  const __m256i both = _mm256_inserti128_si256(_mm256_castsi128_si256(half(w)), half(w + 1), 1);
  const __m256i order = _mm256_setr_epi8(0, 8, 1, 9, 2, 10, 3, 11, 4, 12, 5, 13, 6, 14, 7, 15,  //
                                         0, 8, 1, 9, 2, 10, 3, 11, 4, 12, 5, 13, 6, 14, 7, 15);
  return _mm256_shuffle_epi8(both, order);
}

// Both halves of a byte of all minutiae.
WHORL_AVX2 void store_halves(std::array<std::uint8_t, TurnedRow::kLanes>* to, __m256i bytes) {
  const __m256i half = _mm256_set1_epi8(15);
  auto* const lanes = reinterpret_cast<__m256i*>(to);
  _mm256_store_si256(lanes, _mm256_and_si256(bytes, half));
  _mm256_store_si256(lanes + 1, _mm256_and_si256(_mm256_srli_epi16(bytes, 4), half));
}

}  // namespace

HalfBytes::HalfBytes(const std::uint64_t (&words)[4]) {
  for (std::size_t h = 0; h < kHalfBytes; ++h) {
    const std::uint64_t own = words[h / 16] >> (h % 16 * 4) & 15U;
    if (own == 0) continue;
    tables[count] = kTables[own];
    offset[count++] = static_cast<std::uint16_t>(h * TurnedRow::kLanes);
  }
  count = (count + kTogether - 1) / kTogether * kTogether;
}

// Matrices of eight by eight pairs of bytes are turned in registers, two words at a time.
WHORL_AVX2 TurnedRow::TurnedRow(const ScanRow& row) {
  for (std::size_t w = 0; w < row.words.size(); w += 2) {
    __m256i twos[3][4];  // of minutiae 0 .. 7, 8 .. 15, 16 .. 23: bytes 0 and 1, 2 and 3, 4 and 5, 6 and 7
    for (std::size_t eight = 0; eight < 3; ++eight) {
      const __m256i a = two_minutiae(row, w, 4 * eight), b = two_minutiae(row, w, 4 * eight + 1);
      const __m256i c = two_minutiae(row, w, 4 * eight + 2), d = two_minutiae(row, w, 4 * eight + 3);
      const __m256i ab_low = _mm256_unpacklo_epi16(a, b), ab_high = _mm256_unpackhi_epi16(a, b);
      const __m256i cd_low = _mm256_unpacklo_epi16(c, d), cd_high = _mm256_unpackhi_epi16(c, d);
      twos[eight][0] = _mm256_unpacklo_epi32(ab_low, cd_low);
      twos[eight][1] = _mm256_unpackhi_epi32(ab_low, cd_low);
      twos[eight][2] = _mm256_unpacklo_epi32(ab_high, cd_high);
      twos[eight][3] = _mm256_unpackhi_epi32(ab_high, cd_high);
    }
    for (std::size_t two = 0; two < 4; ++two) {
      const __m256i even = _mm256_unpacklo_epi64(twos[0][two], twos[1][two]);
      const __m256i odd = _mm256_unpackhi_epi64(twos[0][two], twos[1][two]);
      const __m256i last_even = twos[2][two], last_odd = _mm256_bsrli_epi128(last_even, 8);
      auto* const here = half_bytes.data() + 16 * w + 4 * two;
      store_halves(here, _mm256_permute2x128_si256(even, last_even, 0x20));
      store_halves(here + 2, _mm256_permute2x128_si256(odd, last_odd, 0x20));
      auto* const next = here + 16;  // the next word's
      store_halves(next, _mm256_permute2x128_si256(even, last_even, 0x31));
      store_halves(next + 2, _mm256_permute2x128_si256(odd, last_odd, 0x31));
    }
  }
}

}  // namespace whorl::fingerprint
#endif
