// Plots as SVG text, readable without another tool. No fonts or scripts are fetched.
#pragma once

#include <string>
#include <vector>

#include "engine/evaluation/histogram.h"
#include "engine/evaluation/rates.h"

namespace whorl::evaluation {

struct DetCurve {
  std::string label;
  std::vector<DetPoint> points;
};

// FNMR against FMR, both axes logarithmic (base 10), a step curve for each set, and the line FMR = FNMR.
// Rates of zero are left out: they have no place on a logarithmic axis and no support in the sample.
std::string det_svg(const std::vector<DetCurve>& curves, const std::string& title);

// Shares of mated and non-mated scores by score; the vertical axis is logarithmic, so that tails show.
std::string histogram_svg(const Histogram& histogram, const std::string& title);

}  // namespace whorl::evaluation
