#include "base/intrinsics.h"
#include "templates/fingerprint/ridges/ridge_lanes.h"

#ifdef WHORL_AVX2

namespace whorl::fingerprint {
namespace {

// Eight lanes in a register: `low` has lanes 0 to 7, `high` lanes 8 to 15.
struct Lanes {
  __m256i low, high;
};

WHORL_AVX2 inline Lanes both(__m256i x) { return {x, x}; }

// Lane k of the result is lane k - by of the sixteen; the first `by` are the last of the four late ones.
template <int by>
WHORL_AVX2 inline Lanes shifted(const Lanes& lanes, __m256i late) {
  const __m256i lane = _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7);
  const __m256i turn = _mm256_and_si256(_mm256_sub_epi32(lane, _mm256_set1_epi32(by)), _mm256_set1_epi32(7));
  constexpr int kFirst = (1 << by) - 1;
  const __m256i low = _mm256_permutevar8x32_epi32(lanes.low, turn);
  const __m256i high = _mm256_permutevar8x32_epi32(lanes.high, turn);
  // The late ones lie in both halves of their register.
  const __m256i before = _mm256_permutevar8x32_epi32(late, _mm256_add_epi32(lane, _mm256_set1_epi32(4 - by)));
  return {_mm256_blend_epi32(low, before, kFirst), _mm256_blend_epi32(high, low, kFirst)};
}

WHORL_AVX2 inline __m256i bit_of(__m256i x, int at) { return _mm256_and_si256(x, _mm256_set1_epi32(1 << at)); }

// Twelve samples before this one, from the lanes themselves and those before them (ridge_walk.h).
WHORL_AVX2 inline __m256i contexts_avx2(__m256i own, __m256i above, __m256i second, __m256i third, __m256i fourth) {
  const __m256i over = _mm256_or_si256(_mm256_slli_epi32(_mm256_srli_epi32(above, 10), 2),
                                       _mm256_or_si256(bit_of(second, 8), _mm256_srli_epi32(bit_of(second, 10), 1)));
  const __m256i far = _mm256_or_si256(_mm256_slli_epi32(bit_of(third, 2), 8), _mm256_slli_epi32(bit_of(fourth, 2), 9));
  return _mm256_or_si256(_mm256_or_si256(over, far), _mm256_srli_epi32(own, 14));
}

// Takes a sample from the state of each active lane; gives all ones where it is 1.
WHORL_AVX2 inline __m256i take_avx2(__m256i& x, __m256i context, __m256i active) {
  const auto* const shares = reinterpret_cast<const int*>(kShare.data());
  const __m256i share = _mm256_and_si256(_mm256_i32gather_epi32(shares, context, 2), _mm256_set1_epi32(0xFFFF));
  const __m256i slot = _mm256_and_si256(x, _mm256_set1_epi32(static_cast<int>(kWhole - 1)));
  const __m256i one = _mm256_cmpgt_epi32(share, slot);
  const __m256i other = _mm256_sub_epi32(_mm256_set1_epi32(static_cast<int>(kWhole)), share);
  const __m256i size = _mm256_blendv_epi8(other, share, one);
  const __m256i rest = _mm256_blendv_epi8(_mm256_sub_epi32(slot, share), slot, one);
  const __m256i next = _mm256_add_epi32(_mm256_mullo_epi32(_mm256_srli_epi32(x, kShareBits), size), rest);
  x = _mm256_blendv_epi8(x, next, active);
  return _mm256_and_si256(one, active);
}

// Which of eight lanes takes which word, by the lanes that take one.
const std::array<std::array<std::uint8_t, 8>, 256>& word_of_lane() {
  static const auto table = [] {
    std::array<std::array<std::uint8_t, 8>, 256> out{};
    for (unsigned mask = 0; mask < 256; ++mask) {
      std::uint8_t words = 0;
      for (unsigned lane = 0; lane < 8; ++lane) {
        out[mask][lane] = words;
        words = static_cast<std::uint8_t>(words + (mask >> lane & 1U));
      }
    }
    return out;
  }();
  return table;
}

// Refills the states that need it with the words at `next`, of which eight can be read; gives how many it took.
WHORL_AVX2 inline int refill_avx2(__m256i& x, const std::uint8_t* next) {
  const __m256i low = _mm256_cmpeq_epi32(_mm256_srli_epi32(x, 16), _mm256_setzero_si256());
  const auto mask = static_cast<unsigned>(_mm256_movemask_ps(_mm256_castsi256_ps(low)));
  if (mask == 0) return 0;
  const __m128i swapped = _mm_setr_epi8(1, 0, 3, 2, 5, 4, 7, 6, 9, 8, 11, 10, 13, 12, 15, 14);
  const __m128i words = _mm_shuffle_epi8(_mm_loadu_si128(reinterpret_cast<const __m128i*>(next)), swapped);
  const __m128i which = _mm_loadl_epi64(reinterpret_cast<const __m128i*>(word_of_lane()[mask].data()));
  const __m256i word = _mm256_permutevar8x32_epi32(_mm256_cvtepu16_epi32(words), _mm256_cvtepu8_epi32(which));
  x = _mm256_blendv_epi8(x, _mm256_or_si256(_mm256_slli_epi32(x, 16), word), low);
  return __builtin_popcount(mask);
}

// Where lanes are: their rows and columns.
struct LanePlaces {
  Lanes row, column;

  WHORL_AVX2 LanePlaces() {
    const __m256i lane = _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7);
    row = {lane, _mm256_add_epi32(lane, _mm256_set1_epi32(8))};
    column = {_mm256_mullo_epi32(row.low, _mm256_set1_epi32(-kLag)),
              _mm256_mullo_epi32(row.high, _mm256_set1_epi32(-kLag))};
  }
  WHORL_AVX2 static __m256i active(__m256i row, __m256i column, const Walk& walk) {
    const __m256i begun = _mm256_cmpgt_epi32(column, _mm256_set1_epi32(-1));
    const __m256i inside = _mm256_and_si256(_mm256_cmpgt_epi32(_mm256_set1_epi32(walk.columns), column),
                                            _mm256_cmpgt_epi32(_mm256_set1_epi32(walk.rows), row));
    return _mm256_and_si256(begun, inside);
  }
  WHORL_AVX2 static void advance(__m256i& row, __m256i& column, const Walk& walk) {
    column = _mm256_add_epi32(column, _mm256_set1_epi32(1));
    const __m256i wrapped = _mm256_cmpeq_epi32(column, _mm256_set1_epi32(walk.period));
    column = _mm256_andnot_si256(wrapped, column);
    row = _mm256_add_epi32(row, _mm256_and_si256(wrapped, _mm256_set1_epi32(kLanes)));
  }
};

WHORL_AVX2 inline __m256i with_newest(__m256i history, __m256i bit) {
  return _mm256_or_si256(_mm256_srli_epi32(history, 1), _mm256_and_si256(bit, _mm256_set1_epi32(1 << 15)));
}

// The newest eight samples of each lane.
WHORL_AVX2 inline __m128i newest(const Lanes& history) {
  const __m256i words = _mm256_permute4x64_epi64(
      _mm256_packus_epi32(_mm256_srli_epi32(history.low, 8), _mm256_srli_epi32(history.high, 8)), 0xD8);
  return _mm_packus_epi16(_mm256_castsi256_si128(words), _mm256_extracti128_si256(words, 1));
}

}  // namespace

WHORL_AVX2
bool decode_lanes_avx2(Stream& in, const Walk& walk, Scratch& scratch) {
  // Eight words are read at a time.
  scratch.words.assign(in.next, in.end);
  scratch.words.resize(scratch.words.size() + 32);
  const std::uint8_t* next = scratch.words.data();
  const std::uint8_t* const end = scratch.words.data() + (in.end - in.next);
  auto* const states = reinterpret_cast<__m256i*>(in.state.data());
  Lanes x{_mm256_loadu_si256(states), _mm256_loadu_si256(states + 1)};
  LanePlaces at;
  Lanes history = both(_mm256_setzero_si256());
  int slot_now = 0;
  int slot_late = kAhead % walk.period;
  for (int step = 0; step < walk.steps; ++step) {
    const __m256i late = _mm256_broadcastsi128_si256(
        _mm_loadu_si128(reinterpret_cast<const __m128i*>(scratch.late[static_cast<std::size_t>(slot_late)].data())));
    const Lanes above = shifted<1>(history, late);
    const Lanes second = shifted<2>(history, late);
    const Lanes third = shifted<3>(history, late);
    const Lanes fourth = shifted<4>(history, late);
    const __m256i low_bits = take_avx2(x.low, contexts_avx2(history.low, above.low, second.low, third.low, fourth.low),
                                       LanePlaces::active(at.row.low, at.column.low, walk));
    const __m256i high_bits =
        take_avx2(x.high, contexts_avx2(history.high, above.high, second.high, third.high, fourth.high),
                  LanePlaces::active(at.row.high, at.column.high, walk));
    next += kWordBytes * static_cast<std::size_t>(refill_avx2(x.low, next));
    if (next > end) return false;
    next += kWordBytes * static_cast<std::size_t>(refill_avx2(x.high, next));
    if (next > end) return false;
    history = {with_newest(history.low, low_bits), with_newest(history.high, high_bits)};
    _mm_storeu_si128(reinterpret_cast<__m128i*>(scratch.late[static_cast<std::size_t>(slot_now)].data()),
                     _mm256_extracti128_si256(history.high, 1));
    if (step % Scratch::kStepsBetween == Scratch::kStepsBetween - 1) {
      auto& finished = scratch.finished[static_cast<std::size_t>(step / Scratch::kStepsBetween)];
      _mm_storeu_si128(reinterpret_cast<__m128i*>(finished.data()), newest(history));
    }
    LanePlaces::advance(at.row.low, at.column.low, walk);
    LanePlaces::advance(at.row.high, at.column.high, walk);
    slot_now = slot_now + 1 == walk.period ? 0 : slot_now + 1;
    slot_late = slot_late + 1 == walk.period ? 0 : slot_late + 1;
  }
  _mm256_storeu_si256(states, x.low);
  _mm256_storeu_si256(states + 1, x.high);
  in.next = in.end - (end - next);
  return in.exact();
}

}  // namespace whorl::fingerprint
#endif
