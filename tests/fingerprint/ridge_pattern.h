// A ridge map without a print, for tests.
#pragma once

#include <cmath>
#include <cstdint>

#include "templates/fingerprint/template.h"

namespace whorl::tests {

// A pattern that looks like ridges and, from `noise` on, ever less so.
inline fingerprint::RidgeMap ridge_pattern(int columns, int rows, unsigned noise, std::uint64_t seed) {
  fingerprint::RidgeMap map{columns, rows, {}};
  map.bits.assign(static_cast<std::size_t>(rows * map.row_bytes()), 0);
  for (int row = 0; row < rows; ++row) {
    for (int column = 0; column < columns; ++column) {
      seed = seed * 6364136223846793005U + 1442695040888963407U;
      const bool ridge = std::sin(1.3 * row + 0.4 * column + 0.002 * row * column) > 0;
      if (ridge == ((seed >> 33 & 255) < noise)) continue;
      map.bits[static_cast<std::size_t>(row * map.row_bytes() + column / 8)] |=
          static_cast<std::uint8_t>(1U << column % 8);
    }
  }
  return map;
}

}  // namespace whorl::tests
