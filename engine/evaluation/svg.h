// Plots as SVG text, readable without another tool. No fonts or scripts are fetched.
#pragma once

#include <string>
#include <vector>

#include "engine/calibration.h"
#include "engine/evaluation/histogram.h"
#include "engine/evaluation/rates.h"

namespace whorl::evaluation {

// The uncertainty of a DET at one threshold.
struct DetBandPoint {
  double fmr = 0;
  double low = 0;  // of the FNMR
  double high = 0;
  double fnmr = 0;
  double threshold = 0;
};
// At some forty thresholds, by rising FMR: the wider of Clopper-Pearson and a bootstrap that draws whole fingers.
std::vector<DetBandPoint> det_band(const Trial& trial, const BootstrapOptions& options);

struct DetCurve {
  std::string label;
  std::vector<DetPoint> points;
  std::uint64_t mated = 0;  // pairs behind the points
  std::uint64_t non_mated = 0;
  std::vector<DetBandPoint> band = {};  // drawn where there is one
};
DetCurve det_curve(std::string label, const Trial& trial);

// FNMR against FMR, both axes logarithmic (base 10) and as long as the rates ask, a step curve for each set, and the
// line FMR = FNMR. Rates of zero have no place on a logarithmic axis and no support in the sample: a set without an
// error is drawn as its limit, 3/n of either kind, dotted, and so is one of which no threshold has errors of both
// kinds. Where three errors were not to be expected of any of the sets the plot is shaded. A curve that lies on an
// earlier one is named so in the legend.
std::string det_svg(const std::vector<DetCurve>& curves, const std::string& title);

// Shares of mated and non-mated scores by score; the vertical axis is logarithmic, so that tails show.
// With a calibration the horizontal axis is in raw scores and in decibels.
std::string histogram_svg(const Histogram& histogram, const std::string& title,
                          const engine::Calibration* calibration = nullptr);

}  // namespace whorl::evaluation
