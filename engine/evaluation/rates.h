// Error rates of a trial.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "engine/evaluation/intervals.h"
#include "engine/evaluation/trial.h"

namespace whorl::evaluation {

// One threshold: scores at or above it are accepted.
struct DetPoint {
  double threshold = 0;
  double fmr = 0;
  double fnmr = 0;
};

// The whole trade-off, one point at each distinct score and one above them all; threshold and FNMR rise, FMR
// falls.
std::vector<DetPoint> det_of(const Trial& trial);

// Of the points of one FNMR the one with the lowest FMR: all that the trade-off says, in at most one point more than
// there are mated pairs. `points` as det_of gives them.
std::vector<DetPoint> corners_of(const std::vector<DetPoint>& points);

// The equal error rate: where the straight line between the two neighbouring points of the DET crosses FMR =
// FNMR (the plain method with interpolation, not the convex hull). `low` and `high` are the 95 % percentile
// interval of a seeded bootstrap that draws whole fingers, so comparisons of one finger stay together.
struct EqualErrorRate {
  double value = 0;
  double threshold = 0;
  double low = 0;
  double high = 0;
  bool supported = true;  // false: nothing overlaps; the rate is below 3/mated
  std::uint64_t mated = 0;
  std::vector<double> replicates;  // of the bootstrap, in order of draw

  [[nodiscard]] std::string text() const;
};

struct BootstrapOptions {
  int replicates = 1000;
  std::uint64_t seed = 1;
};
EqualErrorRate equal_error_rate(const Trial& trial, const BootstrapOptions& options = {});

// The least FNMR with FMR <= target_fmr. Not supported when the sample has fewer than 1/target_fmr non-mated
// pairs: no false match could then be allowed, and the sample says only FMR < 3/n.
struct OperatingPoint {
  double target_fmr = 0;  // 0: the lowest threshold without a false match (ZeroFMR)
  bool supported = true;
  double threshold = 0;
  Rate fmr;
  Rate fnmr;

  // The FNMR with its interval, or why there is none. Without a false match (target_fmr 0) it says what FMR that shows.
  [[nodiscard]] std::string text() const;
};
OperatingPoint operating_point(const Trial& trial, double target_fmr);

// The FNMR at a threshold, its interval widened to that of a bootstrap that draws whole fingers.
Rate fnmr_at(const Trial& trial, double threshold, const BootstrapOptions& options);

struct Rates {
  std::string name;
  Protocol protocol = Protocol::kAllPairs;
  std::uint64_t fingers = 0;
  std::uint64_t mated = 0;
  std::uint64_t non_mated = 0;
  Rate fte;  // failures to extract, of all samples
  EqualErrorRate eer;
  double midpoint = 0;  // midpoint_eer
  OperatingPoint fmr100;
  OperatingPoint fmr1000;
  OperatingPoint zero_fmr;
  std::vector<OperatingPoint> points;  // by falling FMR
};
// `target_fmrs`: of Rates::points; empty: 10 %, 1 % ... down to the first that the sample does not support.
Rates rates_of(const Trial& trial, const BootstrapOptions& options = {}, std::vector<double> target_fmrs = {});

// The EER as it was first published (D. Maio et al., "FVC2000", IEEE PAMI 24(3), 2002), and as PyEER and bob.measure
// give it: the mean of FMR and FNMR at the threshold where they differ least; of two such thresholds the lower.
double midpoint_eer(const Trial& trial);

// The plain mean of the sets' EERs, its interval from their replicates drawn side by side.
EqualErrorRate mean_eer(const std::vector<Rates>& sets);

}  // namespace whorl::evaluation
