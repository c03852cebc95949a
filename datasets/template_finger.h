// What a finger and a capture of it are made of. Private to datasets.
#pragma once

#include <cstdint>

#include "datasets/ridge_phase.h"
#include "datasets/template_population.h"

namespace whorl::datasets {

// A draw that is nearly normal, never beyond three deviations, by arithmetic alone: the logarithm and cosine
// of the usual method differ between mathematics libraries.
inline double bell(Draws& draws, double mean, double deviation) {
  double sum = draws.unit();
  sum += draws.unit();
  sum += draws.unit();
  return mean + deviation * (2 * sum - 3);
}

struct TemplateFinger::Parts {
  std::uint64_t seed = 0;
  PatternClass pattern = PatternClass::kArch;
  RidgePhase phase;
  float half_width = 0;  // px: of the area that a good capture shows
  float half_height = 0;
  float middle_y = 0;   // of that area, below the core
  float clearness = 0;  // of this skin, 0..1
};

// Captures shift: minutiae lie beyond what one of them shows, so many times its half width and height from
// its middle.
inline constexpr float kMinutiaeReach = 1.22F;

// Puts minutiae into the pattern, `amount` times the usual number (scatter_minutiae.cc).
void scatter_minutiae(Draws& draws, TemplateFinger::Parts& finger, double amount);

// Makes up for what they do to the period and the flow (correct_phase.cc).
void correct_phase(TemplateFinger::Parts& finger);

}  // namespace whorl::datasets
