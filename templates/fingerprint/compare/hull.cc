#include "templates/fingerprint/compare/hull.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>

#include "base/simd.h"

namespace whorl::fingerprint {
namespace {

float turn_of(Corner a, Corner b, Corner c) { return (b.x - a.x) * (c.y - a.y) - (b.y - a.y) * (c.x - a.x); }

constexpr std::size_t kLanes = 8;
static_assert(kHullPlaces % kLanes == 0);
using Lanes [[gnu::vector_size(kLanes * sizeof(float))]] = float;

WHORL_MULTIVERSION
void near_sides(const HullSide* sides, std::size_t n, const float* x, const float* y, float margin,
                std::uint8_t* near) {
  const Lanes none{}, whole = none + 1;
  for (std::size_t first = 0; first < kHullPlaces; first += kLanes) {
    Lanes at_x, at_y;
    std::memcpy(&at_x, x + first, sizeof at_x);
    std::memcpy(&at_y, y + first, sizeof at_y);
    Lanes lowest{};                // negative outside a side
    Lanes nearest = none + 1e30F;  // square of the distance to the nearest side
    for (std::size_t i = 0; i < n; ++i) {
      const HullSide& side = sides[i];
      const Lanes px = at_x - side.from.x, py = at_y - side.from.y;
      Lanes along = (px * side.ex + py * side.ey) * side.share;
      along = along > none ? along : none;
      along = along < whole ? along : whole;
      const Lanes qx = px - along * side.ex, qy = py - along * side.ey;
      const Lanes distance2 = qx * qx + qy * qy;
      const Lanes inside = side.ex * py - side.ey * px;
      nearest = distance2 < nearest ? distance2 : nearest;
      lowest = inside < lowest ? inside : lowest;
    }
    for (std::size_t k = 0; k < kLanes; ++k) {
      const int lane = static_cast<int>(k);
      near[first + k] = lowest[lane] >= 0 || nearest[lane] <= margin * margin ? 1 : 0;
    }
  }
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

std::vector<HullSide> sides_of(const std::vector<Corner>& hull) {
  std::vector<HullSide> out;
  out.reserve(hull.size());
  for (std::size_t i = 0; i < hull.size(); ++i) {
    const Corner a = hull[i];
    const Corner b = hull[i + 1 < hull.size() ? i + 1 : 0];
    const float ex = b.x - a.x, ey = b.y - a.y;
    const float length2 = ex * ex + ey * ey;
    out.push_back({a, ex, ey, 1 / length2, 1 / std::sqrt(length2)});
  }
  return out;
}

float depth_in_hull(std::span<const HullSide> sides, Corner at) {
  float out = std::numeric_limits<float>::max();
  for (const HullSide& side : sides) out = std::min(out, side.depth(at));
  return out;
}

std::array<std::uint8_t, kHullPlaces> near_hull(std::span<const HullSide> sides, const Coordinates& x,
                                                const Coordinates& y, float margin) {
  std::array<std::uint8_t, kHullPlaces> out;
  near_sides(sides.data(), sides.size(), x.data(), y.data(), margin, out.data());
  return out;
}

}  // namespace whorl::fingerprint
