// What a score is worth less where there is little to compare. Private to this room.
//
// Prints of different fingers that show few minutiae, or whose minutiae stand close on a small area, fall together by
// chance more often than others do, and a calibration counts mostly those others. So from the log odds of such a pair
// as much is taken off as brings its non-mated pairs back to about what those of whole prints do: a score means nearly
// the same, whatever the prints show (score normalisation by the conditions of the comparison: Poh and Kittler, 2012).
#pragma once

#include <array>
#include <cstddef>

#include "templates/fingerprint/compare/evidence.h"

namespace whorl::fingerprint {

struct Scarcity {
  // 1, l, a, l*l, l*a, a*a of two logarithms: l of the minutiae of the poorer print, over 25, and a of the flow cells
  // of the smaller one, over 150. Both numbers are bounded, as in training: to 3 to 60 minutiae and 60 to 400 cells.
  static constexpr std::size_t kTerms = 6;
  using Terms = std::array<float, kTerms>;
  [[nodiscard]] static Terms terms(const Features& features);

  Terms weight{};  // trained by bench/training; zero takes nothing off

  // Log odds to take off, from 0 up.
  [[nodiscard]] float taken_off(const Features& features) const;
};

}  // namespace whorl::fingerprint
