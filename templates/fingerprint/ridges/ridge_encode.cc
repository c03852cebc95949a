#include "templates/fingerprint/ridges/ridge_encode.h"

#include <cstring>
#include <vector>

#include "base/intrinsics.h"
#include "templates/fingerprint/ridges/ridge_walk.h"

namespace whorl::fingerprint {
namespace {

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

constexpr int kRowsAbove = 4;
constexpr std::size_t kSpare = 48;  // vectors may look so far beyond a row's end

// Scratch memory for each thread.
struct Scratch {
  std::vector<std::uint8_t> samples;   // one a byte, with margins
  std::vector<std::uint16_t> symbols;  // context_of with the sample itself at bit 12, rows of walk.period
  Bytes words;                         // written from its end
};

// Eight samples of a byte, one a byte.
constexpr std::array<std::uint64_t, 256> kSpread = [] {
  std::array<std::uint64_t, 256> out{};
  for (std::size_t byte = 0; byte < 256; ++byte) {
    for (unsigned i = 0; i < 8; ++i) out[byte] |= static_cast<std::uint64_t>(byte >> i & 1) << (8 * i);
  }
  return out;
}();

// Symbols of a row of `columns` samples, `width` bytes after those of the row above.
using RowSymbols = void (*)(const std::uint8_t* here, std::size_t width, int columns, std::uint16_t* to);

void row_symbols(const std::uint8_t* here, std::size_t width, int columns, std::uint16_t* to) {
  const std::uint8_t* above = here - width;
  const std::uint8_t* second = above - width;
  const std::uint8_t* third = second - width;
  const std::uint8_t* fourth = third - width;
  for (int c = 0; c < columns; ++c) {
    const int context = here[c - 2] | here[c - 1] << 1 | above[c - 2] << 2 | above[c - 1] << 3 | above[c] << 4 |
                        above[c + 1] << 5 | above[c + 2] << 6 | above[c + 3] << 7 | second[c] << 8 |
                        second[c + 2] << 9 | third[c - 2] << 10 | fourth[c + 2] << 11;
    to[c] = static_cast<std::uint16_t>(context | here[c] << 12);
  }
}

// `scratch.symbols` of the whole map.
void fill_symbols(const RidgeMap& map, const Walk& walk, RowSymbols symbols_of, Scratch& scratch) {
  const auto row_bytes = static_cast<std::size_t>(map.row_bytes());
  const auto period = static_cast<std::size_t>(walk.period);
  const std::size_t width = 8 * row_bytes + kSpare;
  scratch.samples.assign(width * static_cast<std::size_t>(map.rows + kRowsAbove + 1), 0);
  scratch.symbols.assign(static_cast<std::size_t>(map.rows) * period + 2, 0);
  for (int row = 0; row < map.rows; ++row) {
    std::uint8_t* here = scratch.samples.data() + static_cast<std::size_t>(row + kRowsAbove) * width + 2 * kMargin;
    const std::uint8_t* bits = map.bits.data() + static_cast<std::size_t>(row) * row_bytes;
    for (std::size_t i = 0; i < row_bytes; ++i) std::memcpy(here + 8 * i, &kSpread[bits[i]], 8);
    std::fill(here + map.columns, here + 8 * row_bytes, std::uint8_t{0});
    symbols_of(here, width, map.columns, scratch.symbols.data() + static_cast<std::size_t>(row) * period);
  }
}

// Where each lane is in the last step: coding goes backwards, what is decoded first is coded last.
struct LastPlaces {
  alignas(64) std::array<int, kLanes> row, column;
  explicit LastPlaces(const Walk& walk) {
    for (std::size_t k = 0; k < kLanes; ++k) {
      const int since = walk.steps - 1 - kLag * static_cast<int>(k);
      row[k] = since / walk.period * kLanes + static_cast<int>(k);
      column[k] = since % walk.period;
    }
  }
};

// The code's form and states; the words follow.
ByteWriter begun(const std::array<std::uint32_t, kLanes>& state) {
  ByteWriter out;
  out.u8(kCoded);
  for (const std::uint32_t s : state) out.u32(s);
  return out;
}

Bytes coded_portably(const RidgeMap& map) {
  static thread_local Scratch scratch;
  const Walk walk(map);
  fill_symbols(map, walk, row_symbols, scratch);
  std::array<std::uint32_t, kLanes> state;
  state.fill(kLeastState);
  std::vector<std::uint16_t> words;
  auto [row, column] = LastPlaces(walk);
  for (int step = walk.steps; step-- > 0;) {
    for (std::size_t k = kLanes; k-- > 0;) {
      if (row[k] >= 0 && row[k] < walk.rows && column[k] < walk.columns) {
        const unsigned symbol =
            scratch.symbols[static_cast<std::size_t>(row[k]) * static_cast<std::size_t>(walk.period) +
                            static_cast<std::size_t>(column[k])];
        put(state[k], {kShare[symbol % kRidgeContexts], symbol / kRidgeContexts != 0}, words);
      }
      if (column[k]-- == 0) {
        column[k] = walk.period - 1;
        row[k] -= kLanes;
      }
    }
  }
  ByteWriter out = begun(state);
  for (auto it = words.rbegin(); it != words.rend(); ++it) out.u16(*it);
  return out.take();
}

#ifdef WHORL_AVX512
// 32 samples, each at bit `bit`.
WHORL_AVX512
inline __m512i at(const std::uint8_t* from, int bit) {
  const __m512i wide = _mm512_cvtepu8_epi16(_mm256_loadu_si256(reinterpret_cast<const __m256i*>(from)));
  return _mm512_sll_epi16(wide, _mm_cvtsi32_si128(bit));
}

WHORL_AVX512
void row_symbols_avx512(const std::uint8_t* here, std::size_t width, int columns, std::uint16_t* to) {
  const std::uint8_t* above = here - width;
  const std::uint8_t* second = above - width;
  const std::uint8_t* third = second - width;
  const std::uint8_t* fourth = third - width;
  for (int c = 0; c < columns; c += 32) {
    __m512i symbol = _mm512_or_si512(at(here + c - 2, 0), at(here + c - 1, 1));
    for (int i = 0; i < 6; ++i) symbol = _mm512_or_si512(symbol, at(above + c - 2 + i, 2 + i));
    symbol = _mm512_or_si512(symbol, _mm512_or_si512(at(second + c, 8), at(second + c + 2, 9)));
    symbol = _mm512_or_si512(symbol, _mm512_or_si512(at(third + c - 2, 10), at(fourth + c + 2, 11)));
    symbol = _mm512_or_si512(symbol, at(here + c, 12));
    const int left = columns - c;
    const auto mask = left >= 32 ? ~__mmask32{0} : (__mmask32{1} << left) - 1;
    _mm512_mask_storeu_epi16(to + c, mask, symbol);
  }
}

// x / f in each lane, exactly: both are whole numbers below 2^32, so no quotient rounds up to the next one.
WHORL_AVX512
inline __m256i quotient(__m256i x, __m256i f) {
  return _mm512_cvttpd_epu32(_mm512_div_pd(_mm512_cvtepu32_pd(x), _mm512_cvtepu32_pd(f)));
}
WHORL_AVX512
inline __m512i quotient(__m512i x, __m512i f) {
  const __m256i low = quotient(_mm512_castsi512_si256(x), _mm512_castsi512_si256(f));
  const __m256i high = quotient(_mm512_extracti64x4_epi64(x, 1), _mm512_extracti64x4_epi64(f, 1));
  return _mm512_inserti64x4(_mm512_castsi256_si512(low), high, 1);
}

// All lanes of a step at once: what coded_portably does.
WHORL_AVX512
Bytes coded_avx512(const RidgeMap& map) {
  static thread_local Scratch scratch;
  const Walk walk(map);
  fill_symbols(map, walk, row_symbols_avx512, scratch);
  // No sample takes more than one word.
  scratch.words.resize(static_cast<std::size_t>(map.rows) * static_cast<std::size_t>(map.columns) * kWordBytes);
  std::uint8_t* next = scratch.words.data() + scratch.words.size();
  const __m512i one = _mm512_set1_epi32(1);
  const __m512i zero = _mm512_setzero_si512();
  const __m512i columns = _mm512_set1_epi32(map.columns);
  const __m512i rows = _mm512_set1_epi32(map.rows);
  const __m512i last_column = _mm512_set1_epi32(walk.period - 1);
  const __m256i swapped = _mm256_set_epi8(14, 15, 12, 13, 10, 11, 8, 9, 6, 7, 4, 5, 2, 3, 0, 1, 14, 15, 12, 13, 10, 11,
                                          8, 9, 6, 7, 4, 5, 2, 3, 0, 1);
  const LastPlaces last(walk);
  __m512i row = _mm512_load_si512(last.row.data());
  __m512i column = _mm512_load_si512(last.column.data());
  __m512i x = _mm512_set1_epi32(static_cast<int>(kLeastState));
  for (int step = walk.steps; step-- > 0;) {
    const __mmask16 active = _mm512_cmpge_epi32_mask(row, zero) & _mm512_cmplt_epi32_mask(row, rows) &
                             _mm512_cmplt_epi32_mask(column, columns);
    if (active != 0) {
      const __m512i at = _mm512_add_epi32(_mm512_mullo_epi32(row, _mm512_add_epi32(last_column, one)), column);
      const __m512i symbol = _mm512_mask_i32gather_epi32(zero, active, at, scratch.symbols.data(), 2);
      const __mmask16 bit = _mm512_test_epi32_mask(symbol, _mm512_set1_epi32(1 << 12));
      const __m512i context = _mm512_and_si512(symbol, _mm512_set1_epi32(static_cast<int>(kRidgeContexts - 1)));
      const __m512i share =
          _mm512_and_si512(_mm512_i32gather_epi32(context, kShare.data(), 2), _mm512_set1_epi32(0xFFFF));
      const __m512i f = _mm512_mask_sub_epi32(share, static_cast<__mmask16>(~bit),
                                              _mm512_set1_epi32(static_cast<int>(kWhole)), share);
      const __mmask16 full = _mm512_mask_cmpge_epu32_mask(active, x, _mm512_slli_epi32(f, 32 - kShareBits));
      if (full != 0) {
        const auto n = static_cast<unsigned>(__builtin_popcount(full));
        next -= kWordBytes * n;
        const __m256i words = _mm512_cvtepi32_epi16(_mm512_maskz_compress_epi32(full, x));
        _mm256_mask_storeu_epi16(next, static_cast<__mmask16>((1U << n) - 1), _mm256_shuffle_epi8(words, swapped));
        x = _mm512_mask_srli_epi32(x, full, x, 16);
      }
      const __m512i q = quotient(x, f);
      const __m512i rest = _mm512_sub_epi32(x, _mm512_mullo_epi32(q, f));
      const __m512i start = _mm512_maskz_mov_epi32(static_cast<__mmask16>(~bit), share);
      x = _mm512_mask_add_epi32(x, active, _mm512_slli_epi32(q, kShareBits), _mm512_add_epi32(rest, start));
    }
    const __mmask16 wrapped = _mm512_cmpeq_epi32_mask(column, zero);
    column = _mm512_mask_mov_epi32(_mm512_sub_epi32(column, one), wrapped, last_column);
    row = _mm512_mask_sub_epi32(row, wrapped, row, _mm512_set1_epi32(kLanes));
  }
  alignas(64) std::array<std::uint32_t, kLanes> state;
  _mm512_store_si512(state.data(), x);
  ByteWriter out = begun(state);
  out.bytes({next, static_cast<std::size_t>(scratch.words.data() + scratch.words.size() - next)});
  return out.take();
}
#endif

Bytes or_plain(Bytes coded, const RidgeMap& ridges) {
  if (coded.size() - 1 <= ridges.bits.size()) return coded;
  coded.assign(1, kPlain);
  coded.insert(coded.end(), ridges.bits.begin(), ridges.bits.end());
  return coded;
}

}  // namespace

Bytes encode_ridges(const RidgeMap& ridges) {
  if (ridges.bits.empty()) return {};
#ifdef WHORL_AVX512
  if (has_avx512()) return or_plain(coded_avx512(ridges), ridges);
#endif
  return encode_ridges_portably(ridges);
}

Bytes encode_ridges_portably(const RidgeMap& ridges) {
  if (ridges.bits.empty()) return {};
  return or_plain(coded_portably(ridges), ridges);
}

}  // namespace whorl::fingerprint
