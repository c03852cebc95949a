// Error versus discard (P. Grother and E. Tabassi, "Performance of Biometric Quality Measures", 2007): FNMR
// as the samples of the worst quality are left out. It falls where the quality value predicts error, and
// stays where it does not.
#pragma once

#include <boost/json/fwd.hpp>
#include <string>
#include <vector>

#include "engine/evaluation/intervals.h"
#include "engine/evaluation/trial.h"

namespace whorl::evaluation {

struct DiscardPoint {
  double asked = 0;            // share of the samples
  std::uint64_t left_out = 0;  // samples
  double least_quality = 0;    // of the samples kept
  Rate fnmr;
  Rate fmr;
};

struct DiscardCurve {
  std::string name;
  double target_fmr = 0;
  bool supported = true;  // false: too few non-mated pairs for the threshold
  double threshold = 0;   // that of target_fmr with every sample; it stays while samples are left out
  std::uint64_t samples = 0;
  std::vector<DiscardPoint> points;  // 0, 5, ... 50 %
};

// `samples` belong to `trials`, one list each; all are taken together, at one threshold. A pair's quality is
// that of its worse sample. A failure to extract has quality 0, so has a sample without a quality. Samples of
// equal quality are left out in an order drawn from a fixed seed, so that no finger goes first.
DiscardCurve discard_curve(std::string name, const std::vector<Trial>& trials,
                           const std::vector<std::vector<Sample>>& samples, double target_fmr);

// A line a curve: FNMR at 0, 5, 10 and 20 %.
std::string discard_text(const std::vector<DiscardCurve>& curves);
// "set,target_fmr,threshold,asked,left_out,samples,least_quality,misses,genuine,fnmr,low,high,false_matches,impostor".
std::string discard_csv(const std::vector<DiscardCurve>& curves);
boost::json::array discard_json(const std::vector<DiscardCurve>& curves);
// FNMR, logarithmic, against the share left out; where no miss was counted its limit, 3/n. Curves of one name share a
// colour.
std::string discard_svg(const std::vector<DiscardCurve>& curves, const std::string& title);

}  // namespace whorl::evaluation
