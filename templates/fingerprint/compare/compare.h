// Template against template: the exact comparator.
//
// Minutiae are paired by their neighbourhoods (Minutia Cylinder-Code) and by spectral matching, the prints are aligned
// by the pairs, and what coincides then (minutiae, ridge flow, the ridge pattern itself) is weighed by small trained
// networks. README.md of templates/fingerprint names the stages and the sources of the methods.
#pragma once

#include <cstdint>
#include <vector>

#include "templates/fingerprint/compare/prepared.h"
#include "templates/fingerprint/parameters.h"

namespace whorl::fingerprint {

// Bumped whenever the same two templates may give another score; a calibration belongs to one version.
inline constexpr int kComparatorVersion = 6;

struct MinutiaPair {
  std::uint8_t probe = 0;      // index into the probe template's minutiae
  std::uint8_t reference = 0;  // index into the reference template's minutiae
};

struct Comparison {
  double score = 0;                // raw, >= 0, higher is more alike; meaningful through a calibration only
  std::vector<MinutiaPair> pairs;  // filled only when asked for
};

// Compares two templates. Symmetric. Never fails: templates without minutiae score 0.
// Thread-safe; keeps scratch memory for each thread. Cost: see docs/benchmarks.md.
Comparison compare(PreparedView probe, PreparedView reference, const CompareParameters& parameters = {},
                   bool want_pairs = false);

}  // namespace whorl::fingerprint
