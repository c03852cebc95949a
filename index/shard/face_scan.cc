#include "index/shard/face_scan.h"

#include <algorithm>
#include <array>
#include <cmath>

#if defined(__x86_64__) && defined(__GNUC__) && !defined(WHORL_SANITIZED)
#define WHORL_FACE_SIMD 1
#include <immintrin.h>
#endif

namespace whorl::index {
namespace {

std::int32_t product(const std::int8_t* a, const std::int8_t* b, std::size_t n) {
  std::int32_t sum = 0;
  for (std::size_t i = 0; i < n; ++i) sum += std::int32_t{a[i]} * std::int32_t{b[i]};
  return sum;
}

std::int64_t square(std::span<const std::int8_t> v) {
  std::int64_t sum = 0;
  for (const std::int8_t x : v) sum += std::int64_t{x} * x;
  return sum;
}

#ifdef WHORL_FACE_SIMD

__attribute__((target("avx2"))) inline __m256i wide(const std::int8_t* from) {
  return _mm256_cvtepi8_epi16(_mm_loadu_si128(reinterpret_cast<const __m128i*>(from)));
}

__attribute__((target("avx2"))) void avx2(const std::int8_t* probe, const std::int8_t* rows, std::size_t n,
                                          std::size_t dimension, std::int32_t* out) {
  const std::size_t whole = dimension / 16 * 16;
  for (std::size_t r = 0; r < n; ++r) {
    const std::int8_t* row = rows + r * dimension;
    __m256i sums = _mm256_setzero_si256();
    for (std::size_t at = 0; at < whole; at += 16) {
      sums = _mm256_add_epi32(sums, _mm256_madd_epi16(wide(probe + at), wide(row + at)));
    }
    alignas(32) std::array<std::int32_t, 8> lanes;
    _mm256_store_si256(reinterpret_cast<__m256i*>(lanes.data()), sums);
    std::int32_t sum = product(probe + whole, row + whole, dimension - whole);
    for (const std::int32_t lane : lanes) sum += lane;
    out[r] = sum;
  }
}

#endif

}  // namespace

FaceKernel best_face_kernel() {
#ifdef WHORL_FACE_SIMD
  static const FaceKernel best = __builtin_cpu_supports("avx2") ? FaceKernel::kAvx2 : FaceKernel::kPlain;
  return best;
#else
  return FaceKernel::kPlain;
#endif
}

float face_scale(std::span<const std::int8_t> embedding) {
  const std::int64_t squared = square(embedding);
  return squared == 0 ? 0.0F : static_cast<float>(1.0 / std::sqrt(static_cast<double>(squared)));
}

FaceProbe::FaceProbe(std::span<const std::int8_t> embedding, FaceKernel kernel)
    : values_(embedding.begin(), embedding.end()),
      square_(square(embedding)),
      scale_(face_scale(embedding)),
      kernel_(kernel) {}

void FaceProbe::products(std::span<const std::int8_t> rows, std::span<std::int32_t> out) const {
#ifdef WHORL_FACE_SIMD
  if (kernel_ == FaceKernel::kAvx2) return avx2(values_.data(), rows.data(), out.size(), dimension(), out.data());
#endif
  for (std::size_t r = 0; r < out.size(); ++r) {
    out[r] = product(values_.data(), rows.data() + r * dimension(), dimension());
  }
}

double FaceProbe::cosine(std::span<const std::int8_t> other) const {
  std::int32_t sum = 0;
  products(other, {&sum, 1});
  const double lengths = static_cast<double>(square_) * static_cast<double>(square(other));
  return lengths > 0 ? std::clamp(static_cast<double>(sum) / std::sqrt(lengths), -1.0, 1.0) : 0.0;
}

void scan_faces(const FaceProbe& probe, const FaceRows& rows, const FaceSink& sink) {
  constexpr std::size_t kRows = 512;
  std::array<std::int32_t, kRows> products;
  std::array<float, kRows> cosines;
  for (std::size_t begin = 0; begin < rows.rows(); begin += kRows) {
    const std::size_t n = std::min(kRows, rows.rows() - begin);
    probe.products(rows.values.subspan(begin * rows.dimension, n * rows.dimension), std::span(products).first(n));
    for (std::size_t r = 0; r < n; ++r) {
      cosines[r] = static_cast<float>(products[r]) * probe.scale() * rows.scales[begin + r];
    }
    sink(rows.ordinals.subspan(begin, n), std::span<const float>(cosines).first(n));
  }
}

}  // namespace whorl::index
