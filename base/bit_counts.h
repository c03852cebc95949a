// Counting the bits of four words at once where there is no instruction for it: each half of a byte is looked up in a
// table of sixteen (Mula, Kurz and Lemire, The Computer Journal 61(1), 2018). For paths that base/simd.h chooses.
#pragma once

#include "base/intrinsics.h"

#ifdef WHORL_AVX2

namespace whorl {

// Of each byte, 0 to 8. Up to 31 of these may be added before sum_of_words.
WHORL_AVX2 inline __m256i byte_counts(__m256i bits) {
  const __m256i table =
      _mm256_setr_epi8(0, 1, 1, 2, 1, 2, 2, 3, 1, 2, 2, 3, 2, 3, 3, 4, 0, 1, 1, 2, 1, 2, 2, 3, 1, 2, 2, 3, 2, 3, 3, 4);
  const __m256i half = _mm256_set1_epi8(15);
  const __m256i low = _mm256_shuffle_epi8(table, _mm256_and_si256(bits, half));
  const __m256i high = _mm256_shuffle_epi8(table, _mm256_and_si256(_mm256_srli_epi16(bits, 4), half));
  return _mm256_add_epi8(low, high);
}

// The counts of each word's bytes, added.
WHORL_AVX2 inline __m256i word_counts(__m256i of_bytes) { return _mm256_sad_epu8(of_bytes, _mm256_setzero_si256()); }

}  // namespace whorl
#endif
