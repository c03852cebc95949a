#include "templates/fingerprint/compare/hull.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/simd.h"

namespace whorl::fingerprint {
namespace {

float turn_of(Corner a, Corner b, Corner c) { return (b.x - a.x) * (c.y - a.y) - (b.y - a.y) * (c.x - a.x); }

WHORL_MULTIVERSION
void near_corners(const Corner* hull, std::size_t n, const float* x, const float* y, float margin, std::uint8_t* near) {
  float lowest[kHullPlaces],
      nearest[kHullPlaces];  // negative outside a side; square of the distance to the nearest side
  std::fill_n(lowest, kHullPlaces, 0.0F);
  std::fill_n(nearest, kHullPlaces, 1e30F);
  for (std::size_t i = 0; i < n; ++i) {
    const Corner a = hull[i];
    const Corner b = hull[i + 1 < n ? i + 1 : 0];
    const float ex = b.x - a.x, ey = b.y - a.y;
    const float inverse = 1 / (ex * ex + ey * ey);
    for (std::size_t c = 0; c < kHullPlaces; ++c) {
      const float px = x[c] - a.x, py = y[c] - a.y;
      const float share = (px * ex + py * ey) * inverse;
      // Clamped to [0, 1], without a branch.
      const float along = 0.5F * (std::abs(share) - std::abs(share - 1) + 1);
      const float qx = px - along * ex, qy = py - along * ey;
      const float distance2 = qx * qx + qy * qy;
      const float side = ex * py - ey * px;
      nearest[c] = distance2 < nearest[c] ? distance2 : nearest[c];
      lowest[c] = side < lowest[c] ? side : lowest[c];
    }
  }
  for (std::size_t c = 0; c < kHullPlaces; ++c) near[c] = (lowest[c] >= 0) | (nearest[c] <= margin * margin) ? 1 : 0;
}

}  // namespace

std::vector<Corner> hull_of(const std::vector<Minutia>& minutiae) {
  std::vector<Corner> points;
  points.reserve(minutiae.size());
  for (const Minutia& m : minutiae) points.push_back({m.x_px500, m.y_px500});
  std::sort(points.begin(), points.end());
  std::vector<Corner> out;
  for (int pass = 0; pass < 2; ++pass) {
    const std::size_t begin = out.size();
    for (const Corner& p : points) {
      while (out.size() >= begin + 2 && turn_of(out[out.size() - 2], out.back(), p) <= 0) out.pop_back();
      out.push_back(p);
    }
    if (!out.empty()) out.pop_back();  // the other pass begins with it
    std::reverse(points.begin(), points.end());
  }
  return out;
}

float depth_in_hull(const std::vector<Corner>& hull, Corner at) {
  float out = std::numeric_limits<float>::max();
  for (std::size_t i = 0; i < hull.size(); ++i) {
    const Corner a = hull[i];
    const Corner b = hull[i + 1 < hull.size() ? i + 1 : 0];
    const float ex = b.x - a.x, ey = b.y - a.y;
    out = std::min(out, turn_of(a, b, at) / std::sqrt(ex * ex + ey * ey));
  }
  return out;
}

std::array<std::uint8_t, kHullPlaces> near_hull(const std::vector<Corner>& hull, const Coordinates& x,
                                                const Coordinates& y, float margin) {
  std::array<std::uint8_t, kHullPlaces> out;
  near_corners(hull.data(), hull.size(), x.data(), y.data(), margin, out.data());
  return out;
}

}  // namespace whorl::fingerprint
