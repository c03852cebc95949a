#include "templates/fingerprint/compare/align.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <vector>

#include "base/intrinsics.h"

namespace whorl::fingerprint {
namespace {

constexpr float kRigidWeight = 0.3F;  // pulls towards the rigid motion away from every pair

// Close to exp(-x), without the call.
float bell(float x) {
  const float q = 1 + 0.25F * x;
  return 1 / (q * q * q * q);
}

}  // namespace

Alignment Alignment::fit(const Print& a, const Print& b, const LocalPairs& pairs, const CompareParameters& p) {
  float total = 1e-6F;
  Point mean_a;
  Point mean_b;
  for (const LocalPair& q : pairs) {
    mean_a.x += q.weight * a.x[q.a];
    mean_a.y += q.weight * a.y[q.a];
    mean_b.x += q.weight * b.x[q.b];
    mean_b.y += q.weight * b.y[q.b];
    total += q.weight;
  }
  mean_a = {mean_a.x / total, mean_a.y / total};
  mean_b = {mean_b.x / total, mean_b.y / total};
  // Positions fix the rotation; directions decide when the pairs lie close together.
  float c = 0;
  float s = 0;
  constexpr float kLever2 = 20.0F * 20.0F;
  for (const LocalPair& q : pairs) {
    const Point ra{a.x[q.a] - mean_a.x, a.y[q.a] - mean_a.y};
    const Point rb{b.x[q.b] - mean_b.x, b.y[q.b] - mean_b.y};
    c += q.weight * (ra.x * rb.x + ra.y * rb.y + kLever2 * (a.cosine[q.a] * b.cosine[q.b] + a.sine[q.a] * b.sine[q.b]));
    s += q.weight * (ra.x * rb.y - ra.y * rb.x + kLever2 * (a.cosine[q.a] * b.sine[q.b] - a.sine[q.a] * b.cosine[q.b]));
  }
  Alignment out;
  out.centre_ = mean_a;
  const float norm = std::hypot(c, s) + 1e-9F;
  out.cosine_ = c / norm;
  out.sine_ = s / norm;
  out.shift_x_ = mean_b.x - (out.cosine_ * mean_a.x - out.sine_ * mean_a.y);
  out.shift_y_ = mean_b.y - (out.sine_ * mean_a.x + out.cosine_ * mean_a.y);
  const auto sigma = static_cast<float>(p.bend_sigma_px500);
  out.inverse_two_sigma2_ = 1 / (2 * sigma * sigma);
  float square = 0;
  for (const LocalPair& q : pairs) {
    const Point at{a.x[q.a], a.y[q.a]};
    const Point moved = out.rigid(at);
    const Point offset{b.x[q.b] - moved.x, b.y[q.b] - moved.y};
    square += q.weight * (offset.x * offset.x + offset.y * offset.y);
    out.knots_.push_back({at, offset, q.weight});
  }
  out.residual_ = std::sqrt(square / total);
  return out;
}

Point Alignment::bent(Point in_a) const {
  Point out = rigid(in_a);
  float total = kRigidWeight;
  Point offset;
  for (const Knot& k : knots_) {
    const float dx = in_a.x - k.at.x;
    const float dy = in_a.y - k.at.y;
    const float w = k.weight * bell((dx * dx + dy * dy) * inverse_two_sigma2_);
    offset.x += w * k.offset.x;
    offset.y += w * k.offset.y;
    total += w;
  }
  return {out.x + offset.x / total, out.y + offset.y / total};
}

#ifdef WHORL_AVX2
// Step by step what bent() does, eight points at a time, and without fused multiplication: the same to the bit.
WHORL_AVX2 void Alignment::bend_eight(const float* x, const float* y, float* bent_x, float* bent_y) const {
  const __m256 one = _mm256_set1_ps(1);
  const __m256 from_x = _mm256_loadu_ps(x);
  const __m256 from_y = _mm256_loadu_ps(y);
  __m256 total = _mm256_set1_ps(kRigidWeight);
  __m256 offset_x = _mm256_setzero_ps();
  __m256 offset_y = _mm256_setzero_ps();
  for (const Knot& k : knots_) {
    const __m256 dx = _mm256_sub_ps(from_x, _mm256_set1_ps(k.at.x));
    const __m256 dy = _mm256_sub_ps(from_y, _mm256_set1_ps(k.at.y));
    const __m256 square = _mm256_add_ps(_mm256_mul_ps(dx, dx), _mm256_mul_ps(dy, dy));
    const __m256 distance = _mm256_mul_ps(square, _mm256_set1_ps(inverse_two_sigma2_));
    const __m256 q = _mm256_add_ps(one, _mm256_mul_ps(_mm256_set1_ps(0.25F), distance));
    const __m256 q4 = _mm256_mul_ps(_mm256_mul_ps(_mm256_mul_ps(q, q), q), q);
    const __m256 w = _mm256_mul_ps(_mm256_set1_ps(k.weight), _mm256_div_ps(one, q4));
    offset_x = _mm256_add_ps(offset_x, _mm256_mul_ps(w, _mm256_set1_ps(k.offset.x)));
    offset_y = _mm256_add_ps(offset_y, _mm256_mul_ps(w, _mm256_set1_ps(k.offset.y)));
    total = _mm256_add_ps(total, w);
  }
  const __m256 c = _mm256_set1_ps(cosine_);
  const __m256 s = _mm256_set1_ps(sine_);
  const __m256 rigid_x =
      _mm256_add_ps(_mm256_sub_ps(_mm256_mul_ps(c, from_x), _mm256_mul_ps(s, from_y)), _mm256_set1_ps(shift_x_));
  const __m256 rigid_y =
      _mm256_add_ps(_mm256_add_ps(_mm256_mul_ps(s, from_x), _mm256_mul_ps(c, from_y)), _mm256_set1_ps(shift_y_));
  _mm256_storeu_ps(bent_x, _mm256_add_ps(rigid_x, _mm256_div_ps(offset_x, total)));
  _mm256_storeu_ps(bent_y, _mm256_add_ps(rigid_y, _mm256_div_ps(offset_y, total)));
}
#endif

void Alignment::bend(std::span<const float> x, std::span<const float> y, std::vector<float>& bent_x,
                     std::vector<float>& bent_y) const {
  const std::size_t n = x.size();
  bent_x.resize(n);
  bent_y.resize(n);
  std::size_t i = 0;
#ifdef WHORL_AVX2
  if (has_avx2()) {
    for (; i + 8 <= n; i += 8) bend_eight(x.data() + i, y.data() + i, bent_x.data() + i, bent_y.data() + i);
    if (i == n) return;
    std::array<float, 8> last_x{}, last_y{};
    std::copy_n(x.data() + i, n - i, last_x.data());
    std::copy_n(y.data() + i, n - i, last_y.data());
    bend_eight(last_x.data(), last_y.data(), last_x.data(), last_y.data());
    std::copy_n(last_x.data(), n - i, bent_x.data() + i);
    std::copy_n(last_y.data(), n - i, bent_y.data() + i);
    return;
  }
#endif
  for (; i < n; ++i) {
    const Point out = bent({x[i], y[i]});
    bent_x[i] = out.x;
    bent_y[i] = out.y;
  }
}

Poses move_minutiae(const Print& a, const Alignment& alignment) {
  static thread_local std::vector<float> x, y;
  alignment.bend({a.x.data(), a.size()}, {a.y.data(), a.size()}, x, y);
  Poses out;
  for (std::size_t i = 0; i < a.size(); ++i) {
    out.push_back({{x[i], y[i]},
                   alignment.cosine() * a.cosine[i] - alignment.sine() * a.sine[i],
                   alignment.sine() * a.cosine[i] + alignment.cosine() * a.sine[i]});
  }
  return out;
}

namespace {

// What one minutia sees of each of b's, up to a whole number of eights.
struct Sight {
  std::array<float, Print::kPadded> distance2, turn;
  std::array<std::uint8_t, Print::kPadded> near;  // whether within reach, in place and direction
};

WHORL_MULTIVERSION
void look_at(const Pose& from, const Print& b, float reach2, float least_turn, Sight& out) {
  const float x = from.at.x, y = from.at.y, c = from.cosine, s = from.sine;
  const std::size_t padded = (b.size() + 7) / 8 * 8;
  for (std::size_t j = 0; j < padded; ++j) {
    const float dx = b.x[j] - x;
    const float dy = b.y[j] - y;
    out.distance2[j] = dx * dx + dy * dy;
    out.turn[j] = c * b.cosine[j] + s * b.sine[j];
    out.near[j] = !(out.distance2[j] > reach2) & !(out.turn[j] < least_turn);
  }
}

}  // namespace

AlignedPairs aligned_pairs(const Poses& moved, const Print& b, const CompareParameters& p) {
  struct Candidate {
    AlignedPair pair;
    float cost;
  };
  // Few, but in a template made to deceive every minutia may lie on every other.
  static thread_local std::vector<Candidate> candidates;
  candidates.clear();
  const auto reach = static_cast<float>(p.pair_distance_px500);
  const auto least_turn = static_cast<float>(std::cos(p.pair_turn_rad));
  Sight sight;
  for (std::size_t i = 0; i < moved.size(); ++i) {
    look_at(moved[i], b, reach * reach, least_turn, sight);
    for (std::size_t first = 0; first < b.size(); first += 8) {
      // Mostly none of eight.
      std::uint64_t near;
      std::memcpy(&near, sight.near.data() + first, sizeof near);
      if (near == 0) continue;
      for (std::size_t j = first; j < std::min(first + 8, b.size()); ++j) {
        if (sight.near[j] == 0) continue;
        const float distance = std::sqrt(sight.distance2[j]);
        const float turn = sight.turn[j];
        candidates.push_back(
            {{static_cast<std::uint8_t>(i), static_cast<std::uint8_t>(j), distance, turn}, distance + 20 * (1 - turn)});
      }
    }
  }
  std::sort(candidates.begin(), candidates.end(), [](const Candidate& l, const Candidate& r) {
    if (l.cost != r.cost) return l.cost < r.cost;
    return l.pair.a != r.pair.a ? l.pair.a < r.pair.a : l.pair.b < r.pair.b;
  });
  std::array<bool, kMaxMinutiae + 1> used_a{};
  std::array<bool, kMaxMinutiae + 1> used_b{};
  AlignedPairs out;
  for (const Candidate& c : candidates) {
    if (used_a[c.pair.a] || used_b[c.pair.b]) continue;
    used_a[c.pair.a] = used_b[c.pair.b] = true;
    out.push_back(c.pair);
  }
  return out;
}

}  // namespace whorl::fingerprint
