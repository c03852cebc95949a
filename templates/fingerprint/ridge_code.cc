#include "templates/fingerprint/ridge_code.h"

#include <algorithm>
#include <cstring>
#include <vector>

#if defined(__x86_64__) && !defined(WHORL_SANITIZED)
#include <immintrin.h>
#define WHORL_RIDGES_AVX512 1
// GCC 12 takes the undefined lanes inside its own AVX-512 headers for ours (GCC bug 105593).
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#pragma GCC diagnostic ignored "-Wuninitialized"
#endif

namespace whorl::fingerprint {
namespace {

constexpr int kLanes = 16;
constexpr int kLag = 4;  // samples that a lane stays behind the lane of the row above
constexpr int kMargin = 3;  // samples beyond either end of a row that a context may look at
constexpr unsigned kShareBits = 12;
constexpr std::uint32_t kWhole = 1U << kShareBits;
constexpr std::uint32_t kLeastState = 1U << 16;  // states are in [kLeastState, 2^32), refilled by 16 bits
constexpr std::size_t kWordBytes = 2;

enum Form : std::uint8_t { kPlain = 0, kCoded = 1 };

// Of kWhole, how often a sample is 1 in each context; never 0 and never kWhole. One more, so that a whole word can be
// read at the last.
constexpr std::array<std::uint16_t, kRidgeContexts + 1> kShare = {
#include "templates/fingerprint/ridge_table.inc"
};

// In what order samples are coded. Step by step; in each step lane by lane; lane k codes rows k, k + 16, ... one after
// the other, each followed by a margin, and began kLag steps after lane k - 1.
struct Walk {
  explicit Walk(const RidgeMap& map)
      : columns(map.columns),
        rows(map.rows),
        period(std::max((map.columns + kMargin + 7) / 8 * 8, kLanes * kLag)),
        steps((map.rows + kLanes - 1) / kLanes * period + kLag * (kLanes - 1)) {}
  int columns;
  int rows;
  int period;  // steps from one row of a lane to its next; a multiple of 8
  int steps;

  template <class Visit>
  void each(Visit visit) const {
    for (int step = 0; step < steps; ++step) {
      for (int lane = 0; lane < kLanes && step >= kLag * lane; ++lane) {
        const int since = step - kLag * lane;
        const int row = since / period * kLanes + lane;
        const int column = since % period;
        if (row < rows && column < columns) visit(lane, row, column);
      }
    }
  }
};

unsigned sample(const RidgeMap& map, int row, int column) {
  if (row < 0 || column < 0 || column >= map.columns) return 0;
  return map.bits[static_cast<std::size_t>(row * map.row_bytes() + column / 8)] >> (column % 8) & 1U;
}

// Twelve samples before this one, from the lowest bit: two to the left; six above, from two left to three right; two
// of the row over that, one of the next and one of the next.
unsigned context_of(const RidgeMap& map, int row, int column) {
  unsigned out = 0;
  unsigned place = 0;
  const auto add = [&](int up, int right) { out |= sample(map, row - up, column + right) << place++; };
  add(0, -2);
  add(0, -1);
  for (int right = -2; right <= 3; ++right) add(1, right);
  add(2, 0);
  add(2, 2);
  add(3, -2);
  add(4, 2);
  return out;
}

struct Coded {
  std::uint16_t share;
  bool bit;
};

// What one lane does with a bit of share f: the inverse of decoding.
void put(std::uint32_t& state, Coded c, std::vector<std::uint16_t>& words) {
  const std::uint32_t f = c.bit ? c.share : kWhole - c.share;
  if (state >= f << (32 - kShareBits)) {
    words.push_back(static_cast<std::uint16_t>(state));
    state >>= 16;
  }
  state = (state / f << kShareBits) + state % f + (c.bit ? 0 : c.share);
}

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

// Each sample's context with the sample above it at bit 12, row by row, each row walk.period long.
std::vector<std::uint16_t> contexts_of(const RidgeMap& map, const Walk& walk) {
  constexpr int kRowsAbove = 4;
  const std::size_t width = static_cast<std::size_t>(map.columns + 2 * kMargin);
  std::vector<std::uint8_t> samples(width * static_cast<std::size_t>(map.rows + kRowsAbove), 0);
  for (int row = 0; row < map.rows; ++row) {
    std::uint8_t* to = samples.data() + static_cast<std::size_t>(row + kRowsAbove) * width + kMargin;
    for (int column = 0; column < map.columns; ++column) to[column] = static_cast<std::uint8_t>(sample(map, row, column));
  }
  std::vector<std::uint16_t> out(static_cast<std::size_t>(map.rows) * static_cast<std::size_t>(walk.period));
  for (int row = 0; row < map.rows; ++row) {
    const std::uint8_t* here = samples.data() + static_cast<std::size_t>(row + kRowsAbove) * width + kMargin;
    const std::uint8_t* above = here - width;
    const std::uint8_t* second = above - width;
    const std::uint8_t* third = second - width;
    const std::uint8_t* fourth = third - width;
    std::uint16_t* to = out.data() + static_cast<std::size_t>(row) * static_cast<std::size_t>(walk.period);
    for (int c = 0; c < map.columns; ++c) {
      const int context = here[c - 2] | here[c - 1] << 1 | above[c - 2] << 2 | above[c - 1] << 3 | above[c] << 4 |
                          above[c + 1] << 5 | above[c + 2] << 6 | above[c + 3] << 7 | second[c] << 8 | second[c + 2] << 9 |
                          third[c - 2] << 10 | fourth[c + 2] << 11;
      to[c] = static_cast<std::uint16_t>(context | here[c] << 12);
    }
  }
  return out;
}

Bytes coded(const RidgeMap& map) {
  const Walk walk(map);
  const std::vector<std::uint16_t> symbols = contexts_of(map, walk);
  std::array<std::uint32_t, kLanes> state;
  state.fill(kLeastState);
  std::vector<std::uint16_t> words;
  // Backwards: what is decoded first is coded last.
  std::array<int, kLanes> row, column;
  for (int k = 0; k < kLanes; ++k) {
    const int since = walk.steps - 1 - kLag * k;
    row[static_cast<std::size_t>(k)] = since / walk.period * kLanes + k;
    column[static_cast<std::size_t>(k)] = since % walk.period;
  }
  for (int step = walk.steps; step-- > 0;) {
    for (std::size_t k = kLanes; k-- > 0;) {
      if (row[k] >= 0 && row[k] < walk.rows && column[k] < walk.columns) {
        const unsigned symbol = symbols[static_cast<std::size_t>(row[k]) * static_cast<std::size_t>(walk.period) +
                                        static_cast<std::size_t>(column[k])];
        put(state[k], {kShare[symbol % kRidgeContexts], symbol / kRidgeContexts != 0}, words);
      }
      if (column[k]-- == 0) {
        column[k] = walk.period - 1;
        row[k] -= kLanes;
      }
    }
  }
  ByteWriter out;
  out.u8(kCoded);
  for (const std::uint32_t s : state) out.u32(s);
  for (auto it = words.rbegin(); it != words.rend(); ++it) out.u16(*it);
  return out.take();
}

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
  return padding_clear(map) && coded(map).size() > bytes.size();
}

// Reads the form and gives the room; whether there is something to decode.
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
  std::vector<std::array<std::uint32_t, 4>> late;          // of the last four lanes, one entry for each of `period` steps
  std::vector<std::array<std::uint8_t, kLanes>> finished;  // every fourth step: the eight newest samples of each lane
  Bytes words;                                             // with room to read on past the end

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
        bits[i] = finished[static_cast<std::size_t>((last_of_first + 8 * i) / kStepsBetween)][static_cast<std::size_t>(lane)];
      }
    }
  }
  static constexpr int kStepsBetween = 4;
};

constexpr int kAhead = kLag * (kLanes - 1) + kMargin;  // steps that an entry of `late` is used before it is a period old

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
        const std::uint32_t context = history[k + 4] >> 14 | (history[k + 3] >> 10) << 2 | (history[k + 2] >> 8 & 1) << 8 |
                                      (history[k + 2] >> 10 & 1) << 9 | (history[k + 1] >> 2 & 1) << 10 |
                                      (history[k] >> 2 & 1) << 11;
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

#ifdef WHORL_RIDGES_AVX512
__attribute__((target("avx512f,avx512bw,avx512vl,avx512dq")))
bool decode_lanes_avx512(Stream& in, const Walk& walk, Scratch& scratch) {
  // Sixteen words are read at a time.
  scratch.words.assign(in.next, in.end);
  scratch.words.resize(scratch.words.size() + 32);
  const std::uint8_t* next = scratch.words.data();
  const std::uint8_t* const end = scratch.words.data() + (in.end - in.next);
  const __m512i lane = _mm512_set_epi32(15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0);
  const __m512i one = _mm512_set1_epi32(1);
  const __m512i whole = _mm512_set1_epi32(static_cast<int>(kWhole));
  const __m512i columns = _mm512_set1_epi32(walk.columns);
  const __m512i rows = _mm512_set1_epi32(walk.rows);
  const __m512i period = _mm512_set1_epi32(walk.period);
  const __m256i swapped = _mm256_set_epi8(14, 15, 12, 13, 10, 11, 8, 9, 6, 7, 4, 5, 2, 3, 0, 1, 14, 15, 12, 13, 10, 11, 8, 9,
                                          6, 7, 4, 5, 2, 3, 0, 1);
  __m512i row = lane;
  __m512i column = _mm512_mullo_epi32(lane, _mm512_set1_epi32(-kLag));
  __m512i x = _mm512_loadu_si512(in.state.data());
  __m512i history = _mm512_setzero_si512();
  int slot_now = 0;
  int slot_late = kAhead % walk.period;
  for (int step = 0; step < walk.steps; ++step) {
    const __m512i late = _mm512_broadcast_i32x4(
        _mm_loadu_si128(reinterpret_cast<const __m128i*>(scratch.late[static_cast<std::size_t>(slot_late)].data())));
    const __m512i above = _mm512_alignr_epi32(history, late, 15);
    const __m512i second = _mm512_alignr_epi32(history, late, 14);
    const __m512i third = _mm512_alignr_epi32(history, late, 13);
    const __m512i fourth = _mm512_alignr_epi32(history, late, 12);
    const __m512i over = _mm512_or_si512(
        _mm512_slli_epi32(_mm512_srli_epi32(above, 10), 2),
        _mm512_or_si512(_mm512_and_si512(second, _mm512_set1_epi32(1 << 8)),
                        _mm512_srli_epi32(_mm512_and_si512(second, _mm512_set1_epi32(1 << 10)), 1)));
    const __m512i far = _mm512_or_si512(_mm512_slli_epi32(_mm512_and_si512(third, _mm512_set1_epi32(1 << 2)), 8),
                                        _mm512_slli_epi32(_mm512_and_si512(fourth, _mm512_set1_epi32(1 << 2)), 9));
    const __m512i context = _mm512_or_si512(_mm512_or_si512(over, far), _mm512_srli_epi32(history, 14));
    const __m512i share = _mm512_and_si512(_mm512_i32gather_epi32(context, kShare.data(), 2), _mm512_set1_epi32(0xFFFF));
    const __mmask16 active = _mm512_cmpge_epi32_mask(column, _mm512_setzero_si512()) &
                             _mm512_cmplt_epi32_mask(column, columns) & _mm512_cmplt_epi32_mask(row, rows);
    const __m512i slot = _mm512_and_si512(x, _mm512_set1_epi32(static_cast<int>(kWhole - 1)));
    const __mmask16 bit = _mm512_cmplt_epi32_mask(slot, share) & active;
    const __m512i size = _mm512_mask_mov_epi32(_mm512_sub_epi32(whole, share), bit, share);
    const __m512i rest = _mm512_mask_mov_epi32(_mm512_sub_epi32(slot, share), bit, slot);
    x = _mm512_mask_add_epi32(x, active, _mm512_mullo_epi32(_mm512_srli_epi32(x, kShareBits), size), rest);
    const __mmask16 low = _mm512_cmplt_epu32_mask(x, _mm512_set1_epi32(static_cast<int>(kLeastState)));
    if (low != 0) {
      const __m256i words = _mm256_shuffle_epi8(_mm256_loadu_si256(reinterpret_cast<const __m256i*>(next)), swapped);
      const __m512i word = _mm512_maskz_expand_epi32(low, _mm512_cvtepu16_epi32(words));
      x = _mm512_mask_or_epi32(x, low, _mm512_slli_epi32(x, 16), word);
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

bool has_avx512() {
  static const bool yes = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
                          __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq");
  return yes;
}
#endif

}  // namespace

Bytes encode_ridges(const RidgeMap& ridges) {
  if (ridges.bits.empty()) return {};
  Bytes out = coded(ridges);
  if (out.size() - 1 <= ridges.bits.size()) return out;
  out.assign(1, kPlain);
  out.insert(out.end(), ridges.bits.begin(), ridges.bits.end());
  return out;
}

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
  const Begun begun = begin(code, ridges);
  if (begun != Begun::kCoded) return begun == Begun::kDone;
  Stream in;
  if (!in.open(code)) return false;
  const Walk walk(ridges);
  static thread_local Scratch kept;
  Scratch& scratch = kept.begin(walk);
#ifdef WHORL_RIDGES_AVX512
  const bool sound = has_avx512() ? decode_lanes_avx512(in, walk, scratch) : decode_lanes(in, walk, scratch);
#else
  const bool sound = decode_lanes(in, walk, scratch);
#endif
  scratch.write_rows(walk, ridges);
  return sound;
}

bool decode_ridges_portably(ByteView code, RidgeMap& ridges) {
  const Begun begun = begin(code, ridges);
  if (begun != Begun::kCoded) return begun == Begun::kDone;
  Stream in;
  if (!in.open(code)) return false;
  const Walk walk(ridges);
  Scratch scratch;
  const bool sound = decode_lanes(in, walk, scratch.begin(walk));
  scratch.write_rows(walk, ridges);
  return sound;
}

void count_ridge_contexts(const RidgeMap& ridges, RidgeContextCounts& counts) {
  for (int row = 0; row < ridges.rows; ++row) {
    for (int column = 0; column < ridges.columns; ++column) {
      ++counts[context_of(ridges, row, column)][sample(ridges, row, column)];
    }
  }
}

}  // namespace whorl::fingerprint
