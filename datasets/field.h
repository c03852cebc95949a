// The ridge flow of a finger: orientation and period at every pixel. Private to datasets.
#pragma once

#include <vector>

#include "datasets/draws.h"
#include "datasets/synthetic.h"

namespace whorl::datasets {

struct RidgeField {
  int width = 0;
  int height = 0;
  std::vector<float> orientation_rad;  // [0, pi), y up
  std::vector<float> period_px;
  std::vector<Singularity> singularities;
};

// A class with the frequencies of nature (arch 3.7 %, tented arch 2.9 %, left loop 33.8 %, right loop 31.7 %,
// whorl and twin loop together 27.9 %).
PatternClass draw_class(Draws& draws);

RidgeField make_field(Draws& draws, PatternClass pattern, int width, int height, double mean_period_px);

}  // namespace whorl::datasets
