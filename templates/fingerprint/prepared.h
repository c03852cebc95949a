// What a prepared template holds. Private to this room.
#pragma once

#include <vector>

#include "templates/fingerprint/compare.h"
#include "templates/fingerprint/cylinder.h"

namespace whorl::fingerprint {

struct PreparedTemplate::Data {
  explicit Data(const FingerprintTemplate& source, const CompareParameters& p);

  // Minutiae by column, y up, in the order of the source (only good ones, at most max_minutiae).
  std::vector<float> x;
  std::vector<float> y;
  std::vector<float> cosine;
  std::vector<float> sine;
  std::vector<float> quality;  // 0..1
  std::vector<std::uint8_t> source_index;
  CylinderTable cylinders;
  FlowMap flow;
  RidgeMap ridges;

  [[nodiscard]] std::size_t size() const { return x.size(); }
};

// One order for every pair, so that the score does not depend on which print is called the probe.
bool comes_first(const PreparedTemplate::Data& a, const PreparedTemplate::Data& b);

}  // namespace whorl::fingerprint
