// The convex hull of a print's minutiae: where the print lies, as far as minutiae tell. Private to this room.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
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

// How far inside the hull a place lies: the distance to the line of the nearest side, px500; negative outside. Whatever
// lies within this of the place is inside too. The hull has at least three corners.
float depth_in_hull(const std::vector<Corner>& hull, Corner at);

// Places are asked for so many at a time.
inline constexpr std::size_t kHullPlaces = 64;
using Coordinates = std::array<float, kHullPlaces>;

// Of each place 1 where it lies inside the hull or within `margin` of it, else 0. The hull has at least two corners.
std::array<std::uint8_t, kHullPlaces> near_hull(const std::vector<Corner>& hull, const Coordinates& x,
                                                const Coordinates& y, float margin);

}  // namespace whorl::fingerprint
