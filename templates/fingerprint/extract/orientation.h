// Which way the ridges run. Private to this room.
#pragma once

#include "templates/fingerprint/extract/maps.h"
#include "templates/fingerprint/parameters.h"

namespace whorl::fingerprint {

// Ridge flow: double-angle vector (cos2, sin2), each in [-1, 1], CV_32F; its length is the coherence.
struct Orientation {
  GridMap cos2;
  GridMap sin2;

  [[nodiscard]] float angle_rad(int column, int row) const;
  [[nodiscard]] float coherence(int column, int row) const;
};

// Structure tensor (Kass and Witkin 1987) at two scales, the fine one where it is coherent.
Orientation orientation_field(const PixelMap& normalised, const GridMap& mask, const ExtractParameters& p);

}  // namespace whorl::fingerprint
