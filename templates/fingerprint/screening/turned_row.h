// Counting the bits that cylinders have in common where no instruction counts bits: the cylinders of a row are turned,
// so that the same half byte of all lies side by side in a register, and one look-up in a table of sixteen counts four
// bits of each (Andre, Kermarrec and Le Scouarnec, VLDB 9(4), 2015, do so for codes of product quantisers). Cylinders
// are sparse: of the probe's half bytes two thirds have no bit, and are not asked for. For AVX2.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "base/intrinsics.h"
#include "templates/fingerprint/screening/scan_row.h"

#ifdef WHORL_AVX2

namespace whorl::fingerprint {

inline constexpr std::size_t kHalfBytes = 64;  // of a cylinder, in order of its words; of each byte first the low one

// The half bytes of one cylinder that have bits.
struct alignas(16) HalfBytes {
  static constexpr std::size_t kTogether = 4;
  explicit HalfBytes(const std::uint64_t (&words)[4]);

  // How many bits it has in common with each of the sixteen that there are.
  using Table = std::array<std::uint8_t, 16>;
  std::array<Table, kHalfBytes> tables{};
  std::array<std::uint16_t, kHalfBytes> offset{};  // of this half byte of all minutiae, in a TurnedRow
  std::size_t count = 0;                           // made a multiple of kTogether by tables of zeros
};

// All cylinders of a row, turned. Made for one look and given away. Cost: some 30 nanoseconds.
struct alignas(32) TurnedRow {
  static constexpr std::size_t kLanes = 32;
  WHORL_AVX2 explicit TurnedRow(const ScanRow& row);
  // What lies beyond the row's kMinutiae means nothing.
  std::array<std::array<std::uint8_t, kLanes>, kHalfBytes> half_bytes;
};

// How many bits each of the row's minutiae has in common with a cylinder, at most 255, in lanes as the row's.
WHORL_AVX2 inline __m256i bits_in_common(const HalfBytes& cylinder, const TurnedRow& row) {
  const auto* const lanes = reinterpret_cast<const std::uint8_t*>(row.half_bytes.data());
  __m256i sum = _mm256_setzero_si256();
  for (std::size_t i = 0; i < cylinder.count; i += HalfBytes::kTogether) {
    for (std::size_t k = 0; k < HalfBytes::kTogether; ++k) {
      const auto* const table = reinterpret_cast<const __m128i*>(cylinder.tables[i + k].data());
      const auto* const looked_up = reinterpret_cast<const __m256i*>(lanes + cylinder.offset[i + k]);
      sum = _mm256_adds_epu8(
          sum, _mm256_shuffle_epi8(_mm256_broadcastsi128_si256(_mm_load_si128(table)), _mm256_load_si256(looked_up)));
    }
  }
  return sum;
}

}  // namespace whorl::fingerprint
#endif
