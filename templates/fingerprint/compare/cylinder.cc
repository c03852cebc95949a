#include "templates/fingerprint/compare/cylinder.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>

#include "base/bit_counts.h"
#include "base/intrinsics.h"

namespace whorl::fingerprint {
namespace {

#ifdef WHORL_AVX512_POPCOUNT
WHORL_AVX512_POPCOUNT void similarities_avx512(const Cylinder& probe, const std::byte* words, std::size_t size,
                                               int min_valid_cells, float* out) {
  const __m512i probe_valid = _mm512_set1_epi64(static_cast<long long>(probe.valid));
  const __m512i fewest = _mm512_set1_epi64(min_valid_cells);
  for (std::size_t j = 0; j < size; j += 8) {
    const auto lanes = static_cast<__mmask8>(size - j >= 8 ? 255U : (1U << (size - j)) - 1);
    const std::byte* const here = words + j * 8;
    const __m512i valid =
        _mm512_and_si512(probe_valid, _mm512_maskz_loadu_epi64(lanes, here + kCylinderLayers * size * 8));
    __m512i differing = _mm512_setzero_si512();
    __m512i in_a = _mm512_setzero_si512();
    __m512i in_b = _mm512_setzero_si512();
    for (std::size_t k = 0; k < kCylinderLayers; ++k) {
      const __m512i a = _mm512_and_si512(valid, _mm512_set1_epi64(static_cast<long long>(probe.layers[k])));
      const __m512i b = _mm512_and_si512(valid, _mm512_maskz_loadu_epi64(lanes, here + k * size * 8));
      differing = _mm512_add_epi64(differing, _mm512_popcnt_epi64(_mm512_xor_si512(a, b)));
      in_a = _mm512_add_epi64(in_a, _mm512_popcnt_epi64(a));
      in_b = _mm512_add_epi64(in_b, _mm512_popcnt_epi64(b));
    }
    const __m256 norms =
        _mm256_add_ps(_mm256_sqrt_ps(_mm512_cvtepi64_ps(in_a)), _mm256_sqrt_ps(_mm512_cvtepi64_ps(in_b)));
    const __m256 distance = _mm256_sqrt_ps(_mm512_cvtepi64_ps(differing));
    const __mmask8 enough = _mm512_cmpge_epi64_mask(_mm512_popcnt_epi64(valid), fewest);
    const __mmask8 some = _mm256_cmp_ps_mask(norms, _mm256_setzero_ps(), _CMP_GT_OQ);
    const __m256 similarity = _mm256_sub_ps(_mm256_set1_ps(1.0F), _mm256_div_ps(distance, norms));
    _mm256_storeu_ps(out + j, _mm256_maskz_mov_ps(enough & some, similarity));
  }
}

WHORL_AVX2 __m256i four_words(const std::byte* from) {
  return _mm256_loadu_si256(reinterpret_cast<const __m256i*>(from));
}

// Whole numbers below 2^31 in eight words, as floats.
WHORL_AVX2 __m256 eight_floats(__m256i low, __m256i high) {
  const __m256i halves = _mm256_castps_si256(
      _mm256_shuffle_ps(_mm256_castsi256_ps(low), _mm256_castsi256_ps(high), _MM_SHUFFLE(2, 0, 2, 0)));
  return _mm256_cvtepi32_ps(_mm256_permute4x64_epi64(halves, _MM_SHUFFLE(3, 1, 2, 0)));
}

// Of four cylinders against the probe's: the bits that differ, those of either, and the cells valid in both.
struct FourCounts {
  __m256i differing, in_a, in_b, valid;
};

WHORL_AVX2 FourCounts four_counts(const Cylinder& probe, const std::byte* here, std::size_t row_bytes) {
  const __m256i valid = _mm256_and_si256(_mm256_set1_epi64x(static_cast<long long>(probe.valid)),
                                         four_words(here + kCylinderLayers * row_bytes));
  __m256i differing = _mm256_setzero_si256();
  __m256i in_a = _mm256_setzero_si256();
  __m256i in_b = _mm256_setzero_si256();
  for (std::size_t k = 0; k < kCylinderLayers; ++k) {
    const __m256i a = _mm256_and_si256(valid, _mm256_set1_epi64x(static_cast<long long>(probe.layers[k])));
    const __m256i b = _mm256_and_si256(valid, four_words(here + k * row_bytes));
    differing = _mm256_add_epi8(differing, byte_counts(_mm256_xor_si256(a, b)));
    in_a = _mm256_add_epi8(in_a, byte_counts(a));
    in_b = _mm256_add_epi8(in_b, byte_counts(b));
  }
  return {word_counts(differing), word_counts(in_a), word_counts(in_b), word_counts(byte_counts(valid))};
}

// Whole eights of cylinders; the rest is left to the caller. Returns how many it did.
WHORL_AVX2 std::size_t similarities_avx2(const Cylinder& probe, const std::byte* words, std::size_t size,
                                         int min_valid_cells, float* out) {
  const __m256 fewest = _mm256_set1_ps(static_cast<float>(min_valid_cells));
  std::size_t j = 0;
  for (; j + 8 <= size; j += 8) {
    const FourCounts low = four_counts(probe, words + j * 8, size * 8);
    const FourCounts high = four_counts(probe, words + (j + 4) * 8, size * 8);
    const __m256 norms = _mm256_add_ps(_mm256_sqrt_ps(eight_floats(low.in_a, high.in_a)),
                                       _mm256_sqrt_ps(eight_floats(low.in_b, high.in_b)));
    const __m256 distance = _mm256_sqrt_ps(eight_floats(low.differing, high.differing));
    const __m256 enough = _mm256_cmp_ps(eight_floats(low.valid, high.valid), fewest, _CMP_GE_OQ);
    const __m256 some = _mm256_cmp_ps(norms, _mm256_setzero_ps(), _CMP_GT_OQ);
    const __m256 similarity = _mm256_sub_ps(_mm256_set1_ps(1.0F), _mm256_div_ps(distance, norms));
    _mm256_storeu_ps(out + j, _mm256_and_ps(_mm256_and_ps(enough, some), similarity));
  }
  return j;
}
#endif

}  // namespace

float cylinder_similarity(const Cylinder& a, const Cylinder& b, int min_valid_cells) {
  const std::uint64_t valid = a.valid & b.valid;
  if (std::popcount(valid) < min_valid_cells) return 0;
  int differing = 0;
  int in_a = 0;
  int in_b = 0;
  for (std::size_t k = 0; k < kCylinderLayers; ++k) {
    differing += std::popcount((a.layers[k] ^ b.layers[k]) & valid);
    in_a += std::popcount(a.layers[k] & valid);
    in_b += std::popcount(b.layers[k] & valid);
  }
  const float norms = std::sqrt(static_cast<float>(in_a)) + std::sqrt(static_cast<float>(in_b));
  return norms > 0 ? 1 - std::sqrt(static_cast<float>(differing)) / norms : 0;
}

void CylinderTable::write(const std::vector<Cylinder>& cylinders, std::byte* to) {
  const std::size_t n = cylinders.size();
  for (std::size_t j = 0; j < n; ++j) {
    for (std::size_t k = 0; k < kCylinderLayers; ++k) std::memcpy(to + (k * n + j) * 8, &cylinders[j].layers[k], 8);
    std::memcpy(to + (kCylinderLayers * n + j) * 8, &cylinders[j].valid, 8);
  }
}

void CylinderTable::similarities(const Cylinder& probe, int min_valid_cells, float* out) const {
  std::size_t done = 0;
#ifdef WHORL_AVX512_POPCOUNT
  if (has_avx512_popcount()) {
    similarities_avx512(probe, words_, size_, std::max(1, min_valid_cells), out);
    return;
  }
  if (has_avx2()) done = similarities_avx2(probe, words_, size_, std::max(1, min_valid_cells), out);
#endif
  for (std::size_t j = done; j < padded_size(); ++j) {
    out[j] = j < size_ ? cylinder_similarity(probe, at(j), std::max(1, min_valid_cells)) : 0;
  }
}

}  // namespace whorl::fingerprint
