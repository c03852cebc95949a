#include "templates/fingerprint/ridges/ridge_decode.h"

#include <algorithm>
#include <cstring>
#include <vector>

#include "base/intrinsics.h"
#include "templates/fingerprint/ridges/ridge_encode.h"
#include "templates/fingerprint/ridges/ridge_walk.h"

namespace whorl::fingerprint {
namespace {

// Takes a bit of share f from a state, which may then need a refill.
std::uint32_t take(std::uint32_t& state, std::uint32_t share) {
  const std::uint32_t slot = state & (kWhole - 1);
  const bool bit = slot < share;
  state = (state >> kShareBits) * (bit ? share : kWhole - share) + (bit ? slot : slot - share);
  return bit ? 1 : 0;
}

// The 16 states, then the words, in the order that a decoder takes them.
struct Stream {
  std::array<std::uint32_t, kLanes> state{};
  const std::uint8_t* next = nullptr;
  const std::uint8_t* end = nullptr;

  bool open(ByteView code) {
    if (code.size() < kLanes * 4 || (code.size() - kLanes * 4) % kWordBytes != 0) return false;
    ByteReader in(code);
    for (auto& s : state) {
      s = in.u32();
      if (s < kLeastState) return false;
    }
    next = code.data() + kLanes * 4;
    end = code.data() + code.size();
    return true;
  }
  // Adds 16 bits to a state below kLeastState; past the end zeros, and `next` goes beyond `end`.
  void refill(std::uint32_t& s) {
    const unsigned word = next < end ? static_cast<unsigned>(next[0] << 8 | next[1]) : 0;
    next += kWordBytes;
    s = s << 16 | word;
  }
  // Nothing is left over and every coder is where it began: the code is the one that was written.
  [[nodiscard]] bool exact() const {
    return next == end && std::all_of(state.begin(), state.end(), [](std::uint32_t s) { return s == kLeastState; });
  }
};

bool padding_clear(const RidgeMap& map) {
  if (map.columns % 8 == 0) return true;
  const auto row_bytes = static_cast<std::size_t>(map.row_bytes());
  for (std::size_t at = row_bytes; at <= map.bits.size(); at += row_bytes) {
    if (map.bits[at - 1] >> (map.columns % 8) != 0) return false;
  }
  return true;
}

// The map's own bytes, which stand where coding would take more.
bool read_plain(ByteView bytes, RidgeMap& map) {
  if (bytes.size() != map.bits.size()) return false;
  std::copy(bytes.begin(), bytes.end(), map.bits.begin());
  return padding_clear(map) && encode_ridges(map).front() == kPlain;
}

// Reads the form and takes memory for the bits; whether there is something to decode.
enum class Begun { kDone, kBad, kCoded };

Begun begin(ByteView& code, RidgeMap& map) {
  map.bits.assign(static_cast<std::size_t>(map.rows * map.row_bytes()), 0);
  if (map.bits.empty()) return code.empty() ? Begun::kDone : Begun::kBad;
  if (code.empty()) return Begun::kBad;
  const std::uint8_t form = code.front();
  code = code.subspan(1);
  if (form == kPlain) return read_plain(code, map) ? Begun::kDone : Begun::kBad;
  return form == kCoded && code.size() <= map.bits.size() ? Begun::kCoded : Begun::kBad;
}

// A decoder that keeps each lane's last sixteen samples (the newest in the highest bit) instead of looking them up. The
// rows above the first lanes' are those of the last four lanes, as they were when they were as far ahead of the first
// lane as one lane is of the next.
struct Scratch {
  std::vector<std::array<std::uint32_t, 4>> late;  // of the last four lanes, one entry for each of `period` steps
  std::vector<std::array<std::uint8_t, kLanes>> finished;  // every fourth step: the eight newest samples of each lane
  Bytes words;                                             // with words to spare past the end

  Scratch& begin(const Walk& walk) {
    late.assign(static_cast<std::size_t>(walk.period), {});
    finished.resize(static_cast<std::size_t>(walk.steps / kStepsBetween + 1));
    return *this;
  }
  void write_rows(const Walk& walk, RidgeMap& map) const {
    for (int row = 0; row < map.rows; ++row) {
      const int lane = row % kLanes;
      std::uint8_t* bits = map.bits.data() + row * map.row_bytes();
      const int last_of_first = row / kLanes * walk.period + kLag * lane + 7;
      for (int i = 0; i < map.row_bytes(); ++i) {
        bits[i] =
            finished[static_cast<std::size_t>((last_of_first + 8 * i) / kStepsBetween)][static_cast<std::size_t>(lane)];
      }
    }
  }
  static constexpr int kStepsBetween = 4;
};

constexpr int kAhead =
    kLag * (kLanes - 1) + kMargin;  // steps that an entry of `late` is used before it is a period old

bool decode_lanes(Stream& in, const Walk& walk, Scratch& scratch) {
  std::array<std::uint32_t, kLanes + 4> history{};  // four late ones, then the lanes
  std::array<int, kLanes> row, column;
  for (std::size_t k = 0; k < kLanes; ++k) {
    row[k] = static_cast<int>(k);
    column[k] = -kLag * static_cast<int>(k);
  }
  for (int step = 0; step < walk.steps; ++step) {
    std::copy_n(scratch.late[static_cast<std::size_t>((step + kAhead) % walk.period)].begin(), 4, history.begin());
    for (std::size_t k = kLanes; k-- > 0;) {  // downwards: a lane looks at those before it as they were
      std::uint32_t bit = 0;
      if (column[k] >= 0 && column[k] < walk.columns && row[k] < walk.rows) {
        const std::uint32_t context = history[k + 4] >> 14 | (history[k + 3] >> 10) << 2 |
                                      (history[k + 2] >> 8 & 1) << 8 | (history[k + 2] >> 10 & 1) << 9 |
                                      (history[k + 1] >> 2 & 1) << 10 | (history[k] >> 2 & 1) << 11;
        bit = take(in.state[k], kShare[context]);
      }
      history[k + 4] = history[k + 4] >> 1 | bit << 15;
      if (++column[k] == walk.period) {
        column[k] = 0;
        row[k] += kLanes;
      }
    }
    for (std::uint32_t& x : in.state) {
      if (x < kLeastState) in.refill(x);
    }
    if (in.next > in.end) return false;
    std::copy_n(history.begin() + kLanes, 4, scratch.late[static_cast<std::size_t>(step % walk.period)].begin());
    if (step % Scratch::kStepsBetween != Scratch::kStepsBetween - 1) continue;
    auto& bytes = scratch.finished[static_cast<std::size_t>(step / Scratch::kStepsBetween)];
    for (std::size_t k = 0; k < kLanes; ++k) bytes[k] = static_cast<std::uint8_t>(history[k + 4] >> 8);
  }
  return in.exact();
}

#ifdef WHORL_AVX512
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
#endif

// Either way of decoding all lanes side by side.
template <class DecodeLanes>
bool decode_by(const DecodeLanes& decode, ByteView code, RidgeMap& ridges) {
  const Begun begun = begin(code, ridges);
  if (begun != Begun::kCoded) return begun == Begun::kDone;
  Stream in;
  if (!in.open(code)) return false;
  const Walk walk(ridges);
  static thread_local Scratch kept;
  Scratch& scratch = kept.begin(walk);
  const bool sound = decode(in, walk, scratch);
  scratch.write_rows(walk, ridges);
  return sound;
}

}  // namespace

bool decode_ridges_plainly(ByteView code, RidgeMap& ridges) {
  const Begun begun = begin(code, ridges);
  if (begun != Begun::kCoded) return begun == Begun::kDone;
  Stream in;
  if (!in.open(code)) return false;
  Walk(ridges).each([&](int lane, int row, int column) {
    std::uint32_t& x = in.state[static_cast<std::size_t>(lane)];
    const bool bit = take(x, kShare[context_of(ridges, row, column)]) != 0;
    if (x < kLeastState) in.refill(x);
    if (bit) {
      ridges.bits[static_cast<std::size_t>(row * ridges.row_bytes() + column / 8)] |=
          static_cast<std::uint8_t>(1U << (column % 8));
    }
  });
  return in.exact();
}

bool decode_ridges(ByteView code, RidgeMap& ridges) {
#ifdef WHORL_AVX512
  if (has_avx512()) return decode_by(decode_lanes_avx512, code, ridges);
#endif
  return decode_by(decode_lanes, code, ridges);
}

bool decode_ridges_portably(ByteView code, RidgeMap& ridges) { return decode_by(decode_lanes, code, ridges); }

}  // namespace whorl::fingerprint
