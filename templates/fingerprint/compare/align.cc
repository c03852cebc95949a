#include "templates/fingerprint/compare/align.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include "base/simd.h"

namespace whorl::fingerprint {
namespace {

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
  float total = 0.3F;  // pulls towards the rigid motion away from every pair
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

Poses move_minutiae(const Print& a, const Alignment& alignment) {
  Poses out;
  for (std::size_t i = 0; i < a.size(); ++i) {
    out.push_back({alignment.bent({a.x[i], a.y[i]}), alignment.cosine() * a.cosine[i] - alignment.sine() * a.sine[i],
                   alignment.sine() * a.cosine[i] + alignment.cosine() * a.sine[i]});
  }
  return out;
}

namespace {

// distance2[j] and turn[j] from one minutia to each of b's.
WHORL_MULTIVERSION
void look_at(const Pose& from, const Print& b, float* distance2, float* turn) {
  const float x = from.at.x, y = from.at.y, c = from.cosine, s = from.sine;
  for (std::size_t j = 0; j < b.size(); ++j) {
    const float dx = b.x[j] - x;
    const float dy = b.y[j] - y;
    distance2[j] = dx * dx + dy * dy;
    turn[j] = c * b.cosine[j] + s * b.sine[j];
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
  float distance2[Print::kPadded], turn[Print::kPadded];
  for (std::size_t i = 0; i < moved.size(); ++i) {
    look_at(moved[i], b, distance2, turn);
    for (std::size_t j = 0; j < b.size(); ++j) {
      if (distance2[j] > reach * reach || turn[j] < least_turn) continue;
      const float distance = std::sqrt(distance2[j]);
      candidates.push_back({{static_cast<std::uint8_t>(i), static_cast<std::uint8_t>(j), distance, turn[j]},
                            distance + 20 * (1 - turn[j])});
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
