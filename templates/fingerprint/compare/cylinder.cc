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

WHORL_AVX2 __m256i four_words(const void* from) { return _mm256_loadu_si256(static_cast<const __m256i*>(from)); }

// Whole numbers below 2^31 in eight words, as floats.
WHORL_AVX2 __m256 eight_floats(__m256i low, __m256i high) {
  const __m256i halves = _mm256_castps_si256(
      _mm256_shuffle_ps(_mm256_castsi256_ps(low), _mm256_castsi256_ps(high), _MM_SHUFFLE(2, 0, 2, 0)));
  return _mm256_cvtepi32_ps(_mm256_permute4x64_epi64(halves, _MM_SHUFFLE(3, 1, 2, 0)));
}

// Of each bit, in how many of six words it is set, in binary: a word a digit.
struct Digits {
  __m256i ones, twos, fours;
};

// Adds three bits of one weight.
struct Carried {
  __m256i sum, carry;
};
WHORL_AVX2 Carried add_three(__m256i a, __m256i b, __m256i c) {
  const __m256i either = _mm256_xor_si256(a, b);
  return {_mm256_xor_si256(either, c), _mm256_or_si256(_mm256_and_si256(a, b), _mm256_and_si256(either, c))};
}

WHORL_AVX2 Digits add_six(const __m256i (&words)[kCylinderLayers]) {
  static_assert(kCylinderLayers == 6);
  const Carried low = add_three(words[0], words[1], words[2]);
  const Carried high = add_three(words[3], words[4], words[5]);
  const Carried twos = add_three(low.carry, high.carry, _mm256_and_si256(low.sum, high.sum));
  return {_mm256_xor_si256(low.sum, high.sum), twos.sum, twos.carry};
}

// The lower and the upper half of each byte, as whole bytes.
struct Halves {
  __m256i low, high;
};
WHORL_AVX2 Halves halves_of(__m256i word) {
  const __m256i half = _mm256_set1_epi8(15);
  return {_mm256_and_si256(word, half), _mm256_and_si256(_mm256_srli_epi16(word, 4), half)};
}
WHORL_AVX2 Halves among(const Halves& some, const Halves& all) {
  return {_mm256_and_si256(some.low, all.low), _mm256_and_si256(some.high, all.high)};
}

// Digits, each in its halves.
struct HalvedDigits {
  Halves ones, twos, fours;
};
WHORL_AVX2 HalvedDigits halved(const Digits& d) { return {halves_of(d.ones), halves_of(d.twos), halves_of(d.fours)}; }
WHORL_AVX2 Digits among(const Digits& d, __m256i cells) {
  return {_mm256_and_si256(d.ones, cells), _mm256_and_si256(d.twos, cells), _mm256_and_si256(d.fours, cells)};
}

// How many bits each byte has (byte_counts), times 2 to the power of `weight`.
WHORL_AVX2 __m256i count_halves(const Halves& h, int weight) {
  const __m256i counts =
      _mm256_setr_epi8(0, 1, 1, 2, 1, 2, 2, 3, 1, 2, 2, 3, 2, 3, 3, 4, 0, 1, 1, 2, 1, 2, 2, 3, 1, 2, 2, 3, 2, 3, 3, 4);
  const __m256i table = _mm256_slli_epi16(counts, weight);  // of bytes far from full
  return _mm256_add_epi8(_mm256_shuffle_epi8(table, h.low), _mm256_shuffle_epi8(table, h.high));
}

// How many bits the six words had, by word.
WHORL_AVX2 __m256i count_digits(const HalvedDigits& d) {
  const __m256i low = _mm256_add_epi8(count_halves(d.ones, 0), count_halves(d.twos, 1));
  return word_counts(_mm256_add_epi8(low, count_halves(d.fours, 2)));
}
WHORL_AVX2 __m256i count_digits(const HalvedDigits& d, const Halves& cells) {
  return count_digits({among(d.ones, cells), among(d.twos, cells), among(d.fours, cells)});
}

// The probe's cylinder, in every lane, and how many layers have each of its cells.
struct FourProbes {
  __m256i layers[kCylinderLayers];
  __m256i valid;
  HalvedDigits digits;
};

WHORL_AVX2 FourProbes four_probes(const Cylinder& probe) {
  FourProbes out;
  for (std::size_t k = 0; k < kCylinderLayers; ++k) {
    out.layers[k] = _mm256_set1_epi64x(static_cast<long long>(probe.layers[k]));
  }
  out.valid = _mm256_set1_epi64x(static_cast<long long>(probe.valid));
  out.digits = halved(add_six(out.layers));
  return out;
}

// Of four cylinders against the probe's: the bits that differ, those of either, and the cells valid in both.
struct FourCounts {
  __m256i differing, in_a, in_b, valid;
};

// The four begin `here` and their cells' counts at `digits`; `stride` words on is the next layer or half of a digit. Of
// those that are not `there` nothing is valid; their layers are read, up to two rows of words from where each begins.
WHORL_AVX2 FourCounts four_counts(const FourProbes& probe, const std::byte* here, const std::uint64_t* digits,
                                  std::size_t stride, __m256i there) {
  const auto* const valid_of = reinterpret_cast<const long long*>(here + kCylinderLayers * stride * 8);
  const __m256i valid = _mm256_and_si256(probe.valid, _mm256_maskload_epi64(valid_of, there));
  const Halves cells = halves_of(valid);
  __m256i differing[kCylinderLayers];
  for (std::size_t k = 0; k < kCylinderLayers; ++k) {
    differing[k] = _mm256_xor_si256(probe.layers[k], four_words(here + k * stride * 8));
  }
  const HalvedDigits theirs{{four_words(digits), four_words(digits + stride)},
                            {four_words(digits + 2 * stride), four_words(digits + 3 * stride)},
                            {four_words(digits + 4 * stride), four_words(digits + 5 * stride)}};
  return {count_digits(halved(among(add_six(differing), valid))), count_digits(probe.digits, cells),
          count_digits(theirs, cells), word_counts(count_halves(cells, 0))};
}

// Two rows of fewer are shorter than the eight words that are read.
constexpr std::size_t kFewestTogether = 4;

WHORL_AVX2 void similarities_avx2(const Cylinder& probe, const std::byte* words, const std::uint64_t* digits,
                                  std::size_t size, int min_valid_cells, float* out) {
  const FourProbes probes = four_probes(probe);
  const __m256 fewest = _mm256_set1_ps(static_cast<float>(min_valid_cells));
  for (std::size_t j = 0; j < size; j += 8) {
    FourCounts counts[2];
    for (std::size_t half = 0; half < 2; ++half) {  // in a loop, so that it is compiled into this function
      const std::size_t k = j + 4 * half;
      const auto left = _mm256_set1_epi64x(static_cast<long long>(size) - static_cast<long long>(k));
      const __m256i there = _mm256_cmpgt_epi64(left, _mm256_setr_epi64x(0, 1, 2, 3));
      counts[half] = four_counts(probes, words + k * 8, digits + k, size, there);
    }
    const auto& [low, high] = counts;
    const __m256 norms = _mm256_add_ps(_mm256_sqrt_ps(eight_floats(low.in_a, high.in_a)),
                                       _mm256_sqrt_ps(eight_floats(low.in_b, high.in_b)));
    const __m256 distance = _mm256_sqrt_ps(eight_floats(low.differing, high.differing));
    const __m256 enough = _mm256_cmp_ps(eight_floats(low.valid, high.valid), fewest, _CMP_GE_OQ);
    const __m256 some = _mm256_cmp_ps(norms, _mm256_setzero_ps(), _CMP_GT_OQ);
    const __m256 similarity = _mm256_sub_ps(_mm256_set1_ps(1.0F), _mm256_div_ps(distance, norms));
    _mm256_storeu_ps(out + j, _mm256_and_ps(_mm256_and_ps(enough, some), similarity));
  }
}
#endif

constexpr std::uint64_t kLowerHalves = 0x0F0F0F0F0F0F0F0F;  // of bytes

// A full adder of every bit.
std::uint64_t add_three(std::uint64_t& carry, std::uint64_t a, std::uint64_t b, std::uint64_t c) {
  carry = (a & b) | ((a ^ b) & c);
  return a ^ b ^ c;
}

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

CountedCylinders::CountedCylinders(const CylinderTable& table) : table_(table) {
  const std::size_t n = table.size();
  for (std::size_t j = 0; j < n; ++j) {
    const Cylinder c = table.at(j);
    std::uint64_t low, high, twos, fours;
    const std::uint64_t odd_low = add_three(low, c.layers[0], c.layers[1], c.layers[2]);
    const std::uint64_t odd_high = add_three(high, c.layers[3], c.layers[4], c.layers[5]);
    twos = add_three(fours, low, high, odd_low & odd_high);
    const std::uint64_t digits[] = {odd_low ^ odd_high, twos, fours};
    for (std::size_t k = 0; k < 3; ++k) {
      halves_[2 * k * n + j] = digits[k] & kLowerHalves;
      halves_[(2 * k + 1) * n + j] = digits[k] >> 4 & kLowerHalves;
    }
  }
}

void CountedCylinders::similarities(const Cylinder& probe, int min_valid_cells, float* out) const {
  const int fewest = std::max(1, min_valid_cells);
#ifdef WHORL_AVX512_POPCOUNT
  if (has_avx512_popcount()) return similarities_avx512(probe, table_.words_, table_.size_, fewest, out);
  if (has_avx2() && table_.size_ >= kFewestTogether) {
    return similarities_avx2(probe, table_.words_, halves_.data(), table_.size_, fewest, out);
  }
#endif
  for (std::size_t j = 0; j < table_.padded_size(); ++j) {
    out[j] = j < table_.size_ ? cylinder_similarity(probe, table_.at(j), fewest) : 0;
  }
}

}  // namespace whorl::fingerprint
