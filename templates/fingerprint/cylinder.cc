#include "templates/fingerprint/cylinder.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <numbers>
#include <opencv2/imgproc.hpp>

#ifdef WHORL_AVX512_POPCOUNT
#include <immintrin.h>
#endif

namespace whorl::fingerprint {
namespace {

constexpr int kSide = 8;
constexpr std::size_t kCells = 64;
constexpr double kPi = std::numbers::pi;

// Where the cells lie around a minutia pointing along +x (y up), in px500; those outside the circle are absent.
struct CellGrid {
  std::array<float, kCells> u{};
  std::array<float, kCells> v{};
  std::uint64_t circle = 0;

  explicit CellGrid(double radius) {
    const double step = 2 * radius / kSide;
    for (std::size_t c = 0; c < kCells; ++c) {
      const double x = (static_cast<double>(c % kSide) - (kSide - 1) / 2.0) * step;
      const double y = (static_cast<double>(c / kSide) - (kSide - 1) / 2.0) * step;
      u[c] = static_cast<float>(x);
      v[c] = static_cast<float>(y);
      if (std::hypot(x, y) <= radius) circle |= std::uint64_t{1} << c;
    }
  }
};

std::vector<cv::Point2f> hull_of(const std::vector<Minutia>& minutiae) {
  std::vector<cv::Point2f> points;
  points.reserve(minutiae.size());
  for (const Minutia& m : minutiae) points.emplace_back(m.x_px500, m.y_px500);
  std::vector<cv::Point2f> hull;
  if (points.size() >= 3) cv::convexHull(points, hull);
  return hull;
}

// The mass of a wrapped Gaussian of deviation sigma within half a layer of `difference`.
double direction_mass(double difference, double sigma) {
  const double half = kPi / kCylinderLayers;
  const double d = std::abs(std::remainder(difference, 2 * kPi));
  const double scale = 1 / (sigma * std::numbers::sqrt2);
  return 0.5 * (std::erf((d + half) * scale) - std::erf((d - half) * scale));
}

class CylinderMaker {
 public:
  CylinderMaker(const std::vector<Minutia>& minutiae, const CompareParameters& p)
      : minutiae_(minutiae), p_(p), grid_(p.cylinder_radius_px500), hull_(hull_of(minutiae)) {}

  Cylinder make(std::size_t index) const {
    const Minutia& m = minutiae_[index];
    std::array<std::array<float, kCells>, kCylinderLayers> value{};
    const float cosine = std::cos(m.direction_rad);
    const float sine = std::sin(m.direction_rad);
    int neighbours = 0;
    for (std::size_t t = 0; t < minutiae_.size(); ++t) {
      if (t != index) neighbours += static_cast<int>(add(m, minutiae_[t], cosine, sine, value));
    }
    Cylinder out;
    if (neighbours < p_.cylinder_min_neighbours) return out;
    out.valid = valid_cells(m, cosine, sine);
    if (std::popcount(out.valid) < p_.cylinder_min_valid_cells) return Cylinder{};
    const auto threshold = static_cast<float>(p_.cylinder_threshold);
    for (std::size_t k = 0; k < kCylinderLayers; ++k) {
      for (std::size_t c = 0; c < kCells; ++c) {
        if (value[k][c] >= threshold) out.layers[k] |= std::uint64_t{1} << c;
      }
      out.layers[k] &= out.valid;
    }
    return out;
  }

 private:
  // Adds a neighbour's weight to the cells near it; false when it is too far to reach any.
  bool add(const Minutia& m, const Minutia& t, float cosine, float sine,
           std::array<std::array<float, kCells>, kCylinderLayers>& value) const {
    const float dx = t.x_px500 - m.x_px500;
    const float dy = m.y_px500 - t.y_px500;
    const auto sigma = static_cast<float>(p_.cylinder_spatial_sigma_px500);
    const float reach = static_cast<float>(p_.cylinder_radius_px500) + 3 * sigma;
    if (dx * dx + dy * dy > reach * reach) return false;
    const float u = dx * cosine + dy * sine;
    const float v = dy * cosine - dx * sine;
    std::array<float, kCylinderLayers> mass{};
    for (std::size_t k = 0; k < kCylinderLayers; ++k) {
      const double layer = -kPi + (static_cast<double>(k) + 0.5) * 2 * kPi / kCylinderLayers;
      const double difference = layer - static_cast<double>(m.direction_rad - t.direction_rad);
      mass[k] = static_cast<float>(direction_mass(difference, p_.cylinder_direction_sigma_rad));
    }
    const float peak = 1 / (sigma * std::sqrt(2 * static_cast<float>(kPi)));
    for (std::size_t c = 0; c < kCells; ++c) {
      const float d2 = (grid_.u[c] - u) * (grid_.u[c] - u) + (grid_.v[c] - v) * (grid_.v[c] - v);
      if (d2 > 9 * sigma * sigma) continue;
      const float spatial = peak * std::exp(-0.5F * d2 / (sigma * sigma));
      for (std::size_t k = 0; k < kCylinderLayers; ++k) value[k][c] += spatial * mass[k];
    }
    return true;
  }

  std::uint64_t valid_cells(const Minutia& m, float cosine, float sine) const {
    if (hull_.size() < 3) return 0;
    std::uint64_t out = 0;
    for (std::size_t c = 0; c < kCells; ++c) {
      if (((grid_.circle >> c) & 1U) == 0) continue;
      const cv::Point2f at(m.x_px500 + grid_.u[c] * cosine - grid_.v[c] * sine,
                           m.y_px500 - grid_.u[c] * sine - grid_.v[c] * cosine);
      if (cv::pointPolygonTest(hull_, at, true) >= -p_.cylinder_hull_margin_px500) out |= std::uint64_t{1} << c;
    }
    return out;
  }

  const std::vector<Minutia>& minutiae_;
  CompareParameters p_;
  CellGrid grid_;
  std::vector<cv::Point2f> hull_;
};

#ifdef WHORL_AVX512_POPCOUNT
WHORL_AVX512_POPCOUNT void similarities_avx512(const Cylinder& probe, const std::byte* words, std::size_t size,
                                             int min_valid_cells, float* out) {
  const __m512i probe_valid = _mm512_set1_epi64(static_cast<long long>(probe.valid));
  const __m512i fewest = _mm512_set1_epi64(min_valid_cells);
  for (std::size_t j = 0; j < size; j += 8) {
    const auto lanes = static_cast<__mmask8>(size - j >= 8 ? 255U : (1U << (size - j)) - 1);
    const std::byte* const here = words + j * 8;
    const __m512i valid = _mm512_and_si512(probe_valid, _mm512_maskz_loadu_epi64(lanes, here + kCylinderLayers * size * 8));
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
    const __m256 norms = _mm256_add_ps(_mm256_sqrt_ps(_mm512_cvtepi64_ps(in_a)), _mm256_sqrt_ps(_mm512_cvtepi64_ps(in_b)));
    const __m256 distance = _mm256_sqrt_ps(_mm512_cvtepi64_ps(differing));
    const __mmask8 enough = _mm512_cmpge_epi64_mask(_mm512_popcnt_epi64(valid), fewest);
    const __mmask8 some = _mm256_cmp_ps_mask(norms, _mm256_setzero_ps(), _CMP_GT_OQ);
    const __m256 similarity = _mm256_sub_ps(_mm256_set1_ps(1.0F), _mm256_div_ps(distance, norms));
    _mm256_storeu_ps(out + j, _mm256_maskz_mov_ps(enough & some, similarity));
  }
}

#endif

}  // namespace

std::vector<Cylinder> make_cylinders(const std::vector<Minutia>& minutiae, const CompareParameters& p) {
  const CylinderMaker maker(minutiae, p);
  std::vector<Cylinder> out;
  out.reserve(minutiae.size());
  for (std::size_t i = 0; i < minutiae.size(); ++i) out.push_back(maker.make(i));
  return out;
}

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

Cylinder CylinderTable::at(std::size_t i) const {
  Cylinder out;
  for (std::size_t k = 0; k < kCylinderLayers; ++k) std::memcpy(&out.layers[k], words_ + (k * size_ + i) * 8, 8);
  std::memcpy(&out.valid, words_ + (kCylinderLayers * size_ + i) * 8, 8);
  return out;
}

void CylinderTable::similarities(const Cylinder& probe, int min_valid_cells, float* out) const {
#ifdef WHORL_AVX512_POPCOUNT
  if (has_avx512_popcount()) {
    similarities_avx512(probe, words_, size_, std::max(1, min_valid_cells), out);
    return;
  }
#endif
  for (std::size_t j = 0; j < padded_size(); ++j) {
    out[j] = j < size_ ? cylinder_similarity(probe, at(j), std::max(1, min_valid_cells)) : 0;
  }
}

}  // namespace whorl::fingerprint
