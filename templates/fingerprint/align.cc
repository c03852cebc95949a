#include "templates/fingerprint/align.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <tuple>

namespace whorl::fingerprint {
namespace {

// Close to exp(-x), without the call.
float bell(float x) {
  const float q = 1 + 0.25F * x;
  return 1 / (q * q * q * q);
}

}  // namespace

Alignment Alignment::fit(const Print& a, const Print& b, const std::vector<LocalPair>& pairs,
                         const CompareParameters& p) {
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

Point Alignment::rigid(Point in_a) const {
  return {cosine_ * in_a.x - sine_ * in_a.y + shift_x_, sine_ * in_a.x + cosine_ * in_a.y + shift_y_};
}

Point Alignment::back(Point in_b) const {
  const float x = in_b.x - shift_x_;
  const float y = in_b.y - shift_y_;
  return {cosine_ * x + sine_ * y, cosine_ * y - sine_ * x};
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

std::vector<Pose> move_minutiae(const Print& a, const Alignment& alignment) {
  std::vector<Pose> out(a.size());
  for (std::size_t i = 0; i < a.size(); ++i) {
    out[i].at = alignment.bent({a.x[i], a.y[i]});
    out[i].cosine = alignment.cosine() * a.cosine[i] - alignment.sine() * a.sine[i];
    out[i].sine = alignment.sine() * a.cosine[i] + alignment.cosine() * a.sine[i];
  }
  return out;
}

std::vector<Mate> find_mates(const std::vector<Pose>& moved, const Print& b, const CompareParameters& p) {
  std::vector<Mate> candidates;
  const auto reach = static_cast<float>(p.mate_distance_px500);
  const auto least_turn = static_cast<float>(std::cos(p.mate_turn_rad));
  for (std::size_t i = 0; i < moved.size(); ++i) {
    for (std::size_t j = 0; j < b.size(); ++j) {
      const float dx = b.x[j] - moved[i].at.x;
      const float dy = b.y[j] - moved[i].at.y;
      const float d2 = dx * dx + dy * dy;
      if (d2 > reach * reach) continue;
      const float turn = moved[i].cosine * b.cosine[j] + moved[i].sine * b.sine[j];
      if (turn < least_turn) continue;
      candidates.push_back({static_cast<std::uint8_t>(i), static_cast<std::uint8_t>(j), std::sqrt(d2), turn});
    }
  }
  const auto cost = [](const Mate& m) { return m.distance + 20 * (1 - m.turn); };
  std::sort(candidates.begin(), candidates.end(), [&](const Mate& l, const Mate& r) {
    return std::make_tuple(cost(l), l.a, l.b) < std::make_tuple(cost(r), r.a, r.b);
  });
  std::array<bool, kMaxMinutiae + 1> used_a{};
  std::array<bool, kMaxMinutiae + 1> used_b{};
  std::vector<Mate> out;
  for (const Mate& m : candidates) {
    if (used_a[m.a] || used_b[m.b]) continue;
    used_a[m.a] = used_b[m.b] = true;
    out.push_back(m);
  }
  return out;
}

}  // namespace whorl::fingerprint
