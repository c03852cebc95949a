#include "templates/fingerprint/compare/flow_around.h"

#include <bit>
#include <cmath>
#include <cstdlib>
#include <numbers>

#include "base/intrinsics.h"
#include "base/simd.h"
#include "templates/fingerprint/compare/print.h"

namespace whorl::fingerprint {
namespace {

constexpr std::size_t kOnACircle = kAroundPoints / 2;
constexpr std::array<float, 2> kRadii_px500 = {40, 80};
static_assert(kAroundPoints == 16);
constexpr int kLog2Block = std::bit_width(static_cast<unsigned>(kFlowBlock_px500)) - 1;
static_assert(kFlowBlock_px500 == 1 << kLog2Block);

// The points, seen from a minutia that points along x.
struct Points {
  std::array<float, kAroundPoints> x{}, y{};

  Points() {
    for (std::size_t k = 0; k < kAroundPoints; ++k) {
      const float angle = 2 * std::numbers::pi_v<float> * static_cast<float>(k % kOnACircle) / kOnACircle;
      x[k] = kRadii_px500[k / kOnACircle] * std::cos(angle);
      y[k] = kRadii_px500[k / kOnACircle] * std::sin(angle);
    }
  }
};

const Points& points_around() {
  static const Points points;
  return points;
}

#ifdef WHORL_AVX512
WHORL_AVX512 FlowAround flow_around_avx512(const Print& print, std::size_t minutia) {
  const Points& points = points_around();
  const __m512 u = _mm512_loadu_ps(points.x.data());
  const __m512 v = _mm512_loadu_ps(points.y.data());
  const __m512 cosine = _mm512_set1_ps(print.cosine[minutia]);
  const __m512 sine = _mm512_set1_ps(print.sine[minutia]);
  const __m512 x =
      _mm512_add_ps(_mm512_set1_ps(print.x[minutia]), _mm512_sub_ps(_mm512_mul_ps(cosine, u), _mm512_mul_ps(sine, v)));
  const __m512 y =
      _mm512_sub_ps(_mm512_set1_ps(-print.y[minutia]), _mm512_add_ps(_mm512_mul_ps(sine, u), _mm512_mul_ps(cosine, v)));
  const __m512i column = _mm512_srai_epi32(_mm512_cvttps_epi32(x), kLog2Block);
  const __m512i row = _mm512_srai_epi32(_mm512_cvttps_epi32(y), kLog2Block);
  __mmask16 inside = _mm512_cmp_ps_mask(x, _mm512_setzero_ps(), _CMP_GE_OQ);
  inside = _mm512_mask_cmp_ps_mask(inside, y, _mm512_setzero_ps(), _CMP_GE_OQ);
  inside = _mm512_mask_cmplt_epi32_mask(inside, column, _mm512_set1_epi32(print.flow.columns()));
  inside = _mm512_mask_cmplt_epi32_mask(inside, row, _mm512_set1_epi32(print.flow.rows()));
  const __m512i zero = _mm512_setzero_si512();
  const __m512i entry = _mm512_mask_i32gather_epi32(zero, inside, row, print.flow.row_table(), 4);
  const __m512i next = _mm512_mask_i32gather_epi32(zero, inside, row, print.flow.row_table() + 4, 4);
  const __m512i index = _mm512_set1_epi32(kFlowCellBits);
  const __m512i first = _mm512_and_si512(entry, index);
  const __m512i place = _mm512_sub_epi32(column, _mm512_srli_epi32(entry, kFlowColumnShift));
  const __m512i stored = _mm512_sub_epi32(_mm512_and_si512(next, index), first);
  inside = _mm512_mask_cmpge_epi32_mask(inside, place, zero);
  inside = _mm512_mask_cmplt_epi32_mask(inside, place, stored);
  const __m512i cell =
      _mm512_mask_i32gather_epi32(zero, inside, _mm512_add_epi32(first, place), print.flow.cells(), sizeof(FlowCell));
  const __m512i orientation = _mm512_sub_epi32(cell, _mm512_set1_epi32(print.turn[minutia]));
  const __m512i period = _mm512_and_si512(_mm512_srli_epi32(cell, 8), _mm512_set1_epi32(255));
  FlowAround out;
  _mm_storeu_si128(reinterpret_cast<__m128i*>(out.orientation.data()), _mm512_cvtepi32_epi8(orientation));
  const __m512i known = _mm512_maskz_set1_epi32(_mm512_cmpneq_epi32_mask(period, zero), 255);
  _mm_storeu_si128(reinterpret_cast<__m128i*>(out.known.data()), _mm512_cvtepi32_epi8(known));
  return out;
}

// Of eight of the points: the orientation minus the minutia's, and all ones where one is known.
struct EightAround {
  __m256i orientation, known;
};

WHORL_AVX2 EightAround eight_around(const Print& print, std::size_t minutia, const float* points_x,
                                    const float* points_y) {
  const __m256 u = _mm256_loadu_ps(points_x);
  const __m256 v = _mm256_loadu_ps(points_y);
  const __m256 cosine = _mm256_set1_ps(print.cosine[minutia]);
  const __m256 sine = _mm256_set1_ps(print.sine[minutia]);
  const __m256 x =
      _mm256_add_ps(_mm256_set1_ps(print.x[minutia]), _mm256_sub_ps(_mm256_mul_ps(cosine, u), _mm256_mul_ps(sine, v)));
  const __m256 y =
      _mm256_sub_ps(_mm256_set1_ps(-print.y[minutia]), _mm256_add_ps(_mm256_mul_ps(sine, u), _mm256_mul_ps(cosine, v)));
  const __m256i column = _mm256_srai_epi32(_mm256_cvttps_epi32(x), kLog2Block);
  const __m256i row = _mm256_srai_epi32(_mm256_cvttps_epi32(y), kLog2Block);
  const __m256 zero_ps = _mm256_setzero_ps();
  __m256i inside =
      _mm256_castps_si256(_mm256_and_ps(_mm256_cmp_ps(x, zero_ps, _CMP_GE_OQ), _mm256_cmp_ps(y, zero_ps, _CMP_GE_OQ)));
  inside = _mm256_and_si256(inside, _mm256_cmpgt_epi32(_mm256_set1_epi32(print.flow.columns()), column));
  inside = _mm256_and_si256(inside, _mm256_cmpgt_epi32(_mm256_set1_epi32(print.flow.rows()), row));
  const __m256i zero = _mm256_setzero_si256();
  const __m256i place = _mm256_add_epi32(_mm256_mullo_epi32(row, _mm256_set1_epi32(print.flow.columns())), column);
  const auto* const cells = reinterpret_cast<const int*>(print.flow_grid.cells());
  const __m256i cell = _mm256_mask_i32gather_epi32(zero, cells, place, inside, sizeof(FlowCell));
  const __m256i period = _mm256_and_si256(cell, _mm256_set1_epi32(0xFF00));
  return {_mm256_sub_epi32(cell, _mm256_set1_epi32(print.turn[minutia])), _mm256_cmpgt_epi32(period, zero)};
}

// The lowest bytes of sixteen words, in order.
WHORL_AVX2 __m128i sixteen_low_bytes(__m256i low, __m256i high) {
  const __m256i byte = _mm256_set1_epi32(255);
  const __m256i mixed = _mm256_packus_epi32(_mm256_and_si256(low, byte), _mm256_and_si256(high, byte));
  const __m256i halves = _mm256_permute4x64_epi64(mixed, _MM_SHUFFLE(3, 1, 2, 0));
  return _mm_packus_epi16(_mm256_castsi256_si128(halves), _mm256_extracti128_si256(halves, 1));
}

WHORL_AVX2 FlowAround flow_around_avx2(const Print& print, std::size_t minutia) {
  const Points& points = points_around();
  const EightAround low = eight_around(print, minutia, points.x.data(), points.y.data());
  const EightAround high = eight_around(print, minutia, points.x.data() + 8, points.y.data() + 8);
  FlowAround out;
  _mm_storeu_si128(reinterpret_cast<__m128i*>(out.orientation.data()),
                   sixteen_low_bytes(low.orientation, high.orientation));
  _mm_storeu_si128(reinterpret_cast<__m128i*>(out.known.data()), sixteen_low_bytes(low.known, high.known));
  return out;
}

// Of each of a print's cylinders.
WHORL_AVX2 void flows_around_avx2(const Print& print, FlowAround* out) {
  for (std::size_t i = 0; i < print.cylinders.size(); ++i) out[i] = flow_around_avx2(print, print.owner[i]);
}

WHORL_AVX2 __m128i sixteen_bytes(const std::array<std::uint8_t, kAroundPoints>& from) {
  return _mm_loadu_si128(reinterpret_cast<const __m128i*>(from.data()));
}

WHORL_AVX2 void flow_agreements_avx2(const FlowsAround& a, const FlowsAround& b, std::span<const CylinderPair> pairs,
                                     std::int32_t* sum, std::int32_t* points) {
  for (std::size_t k = 0; k < pairs.size(); ++k) {
    const FlowAround& in_a = a[first_of(pairs[k])];
    const FlowAround& in_b = b[second_of(pairs[k])];
    const __m128i known = _mm_and_si128(sixteen_bytes(in_a.known), sixteen_bytes(in_b.known));
    const __m128i doubled = _mm_sub_epi8(sixteen_bytes(in_a.orientation), sixteen_bytes(in_b.orientation));
    const __m256i from_quarter = _mm256_sub_epi16(_mm256_set1_epi16(64), _mm256_cvtepu8_epi16(_mm_abs_epi8(doubled)));
    const __m256i cosine =
        _mm256_mullo_epi16(from_quarter, _mm256_sub_epi16(_mm256_set1_epi16(128), _mm256_abs_epi16(from_quarter)));
    const __m256i sums = _mm256_madd_epi16(_mm256_and_si256(cosine, _mm256_cvtepi8_epi16(known)), _mm256_set1_epi16(1));
    const __m128i four = _mm_add_epi32(_mm256_castsi256_si128(sums), _mm256_extracti128_si256(sums, 1));
    const __m128i two = _mm_add_epi32(four, _mm_shuffle_epi32(four, _MM_SHUFFLE(1, 0, 3, 2)));
    sum[k] = _mm_cvtsi128_si32(_mm_add_epi32(two, _mm_shuffle_epi32(two, _MM_SHUFFLE(2, 3, 0, 1))));
    points[k] = std::popcount(static_cast<unsigned>(_mm_movemask_epi8(known)));
  }
}
#endif

}  // namespace

FlowAround flow_around_plainly(const Print& print, std::size_t minutia) {
  const Points& points = points_around();
  const float cosine = print.cosine[minutia];
  const float sine = print.sine[minutia];
  FlowAround out;
  for (std::size_t k = 0; k < kAroundPoints; ++k) {
    const float x = print.x[minutia] + (cosine * points.x[k] - sine * points.y[k]);
    const float y = -print.y[minutia] - (sine * points.x[k] + cosine * points.y[k]);
    if (!(x >= 0 && y >= 0)) continue;
    const int column = static_cast<int>(x) / kFlowBlock_px500;
    const int row = static_cast<int>(y) / kFlowBlock_px500;
    if (column >= print.flow.columns() || row >= print.flow.rows()) continue;
    const FlowCell cell = print.flow.at(column, row);
    if (cell.period == 0) continue;
    out.orientation[k] = static_cast<std::uint8_t>(cell.orientation - print.turn[minutia]);
    out.known[k] = 255;
  }
  return out;
}

FlowAround flow_around(const Print& print, std::size_t minutia) {
#ifdef WHORL_AVX512
  if (has_avx512()) return flow_around_avx512(print, minutia);
  if (has_avx2()) return flow_around_avx2(print, minutia);
#endif
  return flow_around_plainly(print, minutia);
}

FlowsAround::FlowsAround(const Print& print) {
  const std::size_t n = print.cylinders.size();
  of_.resize(n);
#ifdef WHORL_AVX2
  // In one loop, which keeps what is the same for all of them.
  if (has_avx2() && !has_avx512()) {
    flows_around_avx2(print, of_.begin());
    return;
  }
#endif
  for (std::size_t i = 0; i < n; ++i) of_[i] = flow_around(print, print.owner[i]);
}

FlowAgreement flow_agreement_plainly(const FlowAround& a, const FlowAround& b) {
  FlowAgreement out;
  for (std::size_t k = 0; k < kAroundPoints; ++k) {
    if (a.known[k] == 0 || b.known[k] == 0) continue;
    const auto doubled = static_cast<std::int8_t>(a.orientation[k] - b.orientation[k]);  // of 256 a full turn
    const int from_quarter = 64 - std::abs(static_cast<int>(doubled));
    out.sum += from_quarter * (128 - std::abs(from_quarter));
    out.points += 1;
  }
  return out;
}

void flow_agreements(const FlowsAround& a, const FlowsAround& b, std::span<const CylinderPair> pairs, std::int32_t* sum,
                     std::int32_t* points) {
#ifdef WHORL_AVX2
  if (has_avx2()) return flow_agreements_avx2(a, b, pairs, sum, points);
#endif
  for (std::size_t k = 0; k < pairs.size(); ++k) {
    const FlowAgreement one = flow_agreement_plainly(a[first_of(pairs[k])], b[second_of(pairs[k])]);
    sum[k] = one.sum;
    points[k] = one.points;
  }
}

}  // namespace whorl::fingerprint
