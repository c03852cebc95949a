#include "base/intrinsics.h"
#include "templates/fingerprint/ridges/ridge_lanes.h"

#ifdef WHORL_AVX512

namespace whorl::fingerprint {
namespace {

// The sixteen lanes' contexts, from their newest samples and from those of the four lanes before the first.
WHORL_AVX512
inline __m512i contexts_avx512(__m512i history, __m512i late) {
  const __m512i above = _mm512_alignr_epi32(history, late, 15);
  const __m512i second = _mm512_alignr_epi32(history, late, 14);
  const __m512i third = _mm512_alignr_epi32(history, late, 13);
  const __m512i fourth = _mm512_alignr_epi32(history, late, 12);
  const __m512i over =
      _mm512_or_si512(_mm512_slli_epi32(_mm512_srli_epi32(above, 10), 2),
                      _mm512_or_si512(_mm512_and_si512(second, _mm512_set1_epi32(1 << 8)),
                                      _mm512_srli_epi32(_mm512_and_si512(second, _mm512_set1_epi32(1 << 10)), 1)));
  const __m512i far = _mm512_or_si512(_mm512_slli_epi32(_mm512_and_si512(third, _mm512_set1_epi32(1 << 2)), 8),
                                      _mm512_slli_epi32(_mm512_and_si512(fourth, _mm512_set1_epi32(1 << 2)), 9));
  return _mm512_or_si512(_mm512_or_si512(over, far), _mm512_srli_epi32(history, 14));
}

// Takes a sample from the state of each active lane; `bit` marks the lanes whose sample is 1.
WHORL_AVX512
inline __m512i take_avx512(__m512i x, __m512i context, __mmask16 active, __mmask16& bit) {
  const __m512i share = _mm512_and_si512(_mm512_i32gather_epi32(context, kShare.data(), 2), _mm512_set1_epi32(0xFFFF));
  const __m512i slot = _mm512_and_si512(x, _mm512_set1_epi32(static_cast<int>(kWhole - 1)));
  bit = _mm512_cmplt_epi32_mask(slot, share) & active;
  const __m512i size =
      _mm512_mask_mov_epi32(_mm512_sub_epi32(_mm512_set1_epi32(static_cast<int>(kWhole)), share), bit, share);
  const __m512i rest = _mm512_mask_mov_epi32(_mm512_sub_epi32(slot, share), bit, slot);
  return _mm512_mask_add_epi32(x, active, _mm512_mullo_epi32(_mm512_srli_epi32(x, kShareBits), size), rest);
}

// Refills the states that `low` marks with the words at `next`, of which sixteen can be read.
WHORL_AVX512
inline __m512i refill_avx512(__m512i x, __mmask16 low, const std::uint8_t* next) {
  const __m256i swapped = _mm256_set_epi8(14, 15, 12, 13, 10, 11, 8, 9, 6, 7, 4, 5, 2, 3, 0, 1, 14, 15, 12, 13, 10, 11,
                                          8, 9, 6, 7, 4, 5, 2, 3, 0, 1);
  const __m256i words = _mm256_shuffle_epi8(_mm256_loadu_si256(reinterpret_cast<const __m256i*>(next)), swapped);
  const __m512i word = _mm512_maskz_expand_epi32(low, _mm512_cvtepu16_epi32(words));
  return _mm512_mask_or_epi32(x, low, _mm512_slli_epi32(x, 16), word);
}

}  // namespace

WHORL_AVX512
bool decode_lanes_avx512(Stream& in, const Walk& walk, Scratch& scratch) {
  // Sixteen words are read at a time.
  scratch.words.assign(in.next, in.end);
  scratch.words.resize(scratch.words.size() + 32);
  const std::uint8_t* next = scratch.words.data();
  const std::uint8_t* const end = scratch.words.data() + (in.end - in.next);
  const __m512i lane = _mm512_set_epi32(15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0);
  const __m512i one = _mm512_set1_epi32(1);
  const __m512i columns = _mm512_set1_epi32(walk.columns);
  const __m512i rows = _mm512_set1_epi32(walk.rows);
  const __m512i period = _mm512_set1_epi32(walk.period);
  __m512i row = lane;
  __m512i column = _mm512_mullo_epi32(lane, _mm512_set1_epi32(-kLag));
  __m512i x = _mm512_loadu_si512(in.state.data());
  __m512i history = _mm512_setzero_si512();
  int slot_now = 0;
  int slot_late = kAhead % walk.period;
  for (int step = 0; step < walk.steps; ++step) {
    const __m512i late = _mm512_broadcast_i32x4(
        _mm_loadu_si128(reinterpret_cast<const __m128i*>(scratch.late[static_cast<std::size_t>(slot_late)].data())));
    const __mmask16 active = _mm512_cmpge_epi32_mask(column, _mm512_setzero_si512()) &
                             _mm512_cmplt_epi32_mask(column, columns) & _mm512_cmplt_epi32_mask(row, rows);
    __mmask16 bit = 0;
    x = take_avx512(x, contexts_avx512(history, late), active, bit);
    const __mmask16 low = _mm512_cmplt_epu32_mask(x, _mm512_set1_epi32(static_cast<int>(kLeastState)));
    if (low != 0) {
      x = refill_avx512(x, low, next);
      next += static_cast<std::ptrdiff_t>(kWordBytes) * __builtin_popcount(low);
      if (next > end) return false;
    }
    history = _mm512_srli_epi32(history, 1);
    history = _mm512_mask_or_epi32(history, bit, history, _mm512_set1_epi32(1 << 15));
    _mm_storeu_si128(reinterpret_cast<__m128i*>(scratch.late[static_cast<std::size_t>(slot_now)].data()),
                     _mm512_extracti32x4_epi32(history, 3));
    if (step % Scratch::kStepsBetween == Scratch::kStepsBetween - 1) {
      _mm_storeu_si128(
          reinterpret_cast<__m128i*>(scratch.finished[static_cast<std::size_t>(step / Scratch::kStepsBetween)].data()),
          _mm512_cvtepi32_epi8(_mm512_srli_epi32(history, 8)));
    }
    column = _mm512_add_epi32(column, one);
    const __mmask16 wrapped = _mm512_cmpeq_epi32_mask(column, period);
    column = _mm512_maskz_mov_epi32(static_cast<__mmask16>(~wrapped), column);
    row = _mm512_mask_add_epi32(row, wrapped, row, _mm512_set1_epi32(kLanes));
    slot_now = slot_now + 1 == walk.period ? 0 : slot_now + 1;
    slot_late = slot_late + 1 == walk.period ? 0 : slot_late + 1;
  }
  _mm512_storeu_si512(in.state.data(), x);
  in.next = in.end - (end - next);
  return in.exact();
}

}  // namespace whorl::fingerprint
#endif
