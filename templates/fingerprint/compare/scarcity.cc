#include "templates/fingerprint/compare/scarcity.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace whorl::fingerprint {
namespace {

constexpr float kWholeMinutiae = 25;
constexpr float kLeastMinutiae = 3;
constexpr float kMostMinutiae = 60;
constexpr float kWholeCells = 150;
constexpr float kLeastCells = 60;
constexpr float kMostCells = 400;
constexpr float kLeastShare = 0.02F;  // of overlap: below, the area cannot be told from it

float logarithm_of(float value, float least, float most, float whole) {
  return std::log(std::clamp(value, least, most) / whole);
}

}  // namespace

Scarcity::Terms Scarcity::terms(const Features& features) {
  const float cells = features[kOverlap] / std::max(kLeastShare, features[kOverlapShare]);
  const float l = logarithm_of(features[kMinutiaeSmaller], kLeastMinutiae, kMostMinutiae, kWholeMinutiae);
  const float a = logarithm_of(cells, kLeastCells, kMostCells, kWholeCells);
  return {1, l, a, l * l, l * a, a * a};
}

float Scarcity::taken_off(const Features& features) const {
  const Terms of = terms(features);
  return std::max(0.0F, std::inner_product(of.begin(), of.end(), weight.begin(), 0.0F));
}

}  // namespace whorl::fingerprint
