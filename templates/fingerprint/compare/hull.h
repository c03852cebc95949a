// The convex hull of a print's minutiae: where the print lies, as far as minutiae tell. Private to this room.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "templates/fingerprint/template.h"

namespace whorl::fingerprint {

// A place in the template's coordinates, px500.
struct Corner {
  float x = 0, y = 0;
  friend bool operator<(const Corner& a, const Corner& b) { return a.x != b.x ? a.x < b.x : a.y < b.y; }
};

// Anti-clockwise where y points up, without points on its sides (Andrew's monotone chain). Fewer than three corners
// where all minutiae lie on a line.
std::vector<Corner> hull_of(const std::vector<Minutia>& minutiae);

// A line from one corner to the next, and what is asked of it more than once.
struct HullSide {
  Corner from;
  float ex = 0, ey = 0;       // to the next corner
  float share = 0, unit = 0;  // 1 / length^2, 1 / length

  // How far inside its line a place lies, px500; negative outside.
  [[nodiscard]] float depth(Corner at) const { return (ex * (at.y - from.y) - ey * (at.x - from.x)) * unit; }
};

// Of a hull of at least two corners.
std::vector<HullSide> sides_of(const std::vector<Corner>& hull);

// How far inside the hull a place lies: the depth from the nearest side, px500; negative outside. Whatever lies within
// this of the place is inside too. The hull has at least three corners.
float depth_in_hull(std::span<const HullSide> sides, Corner at);

// Places are asked for so many at a time.
inline constexpr std::size_t kHullPlaces = 64;
using Coordinates = std::array<float, kHullPlaces>;

// Of each place 1 where it lies inside the hull or within `margin` of it, else 0. Sides of which all places are known
// to lie more than the margin inside may be left out.
std::array<std::uint8_t, kHullPlaces> near_hull(std::span<const HullSide> sides, const Coordinates& x,
                                                const Coordinates& y, float margin);

}  // namespace whorl::fingerprint
