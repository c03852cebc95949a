#include "templates/fingerprint/template.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace whorl::fingerprint {
namespace {

constexpr std::string_view kPositionNames[] = {"unknown",     "right_thumb", "right_index", "right_middle",
                                               "right_ring",  "right_little", "left_thumb", "left_index",
                                               "left_middle", "left_ring",    "left_little"};

float rounded_position(float v, int side) {
  constexpr double kSteps = 16;
  const double steps = std::round(static_cast<double>(v) * kSteps);
  return static_cast<float>(std::clamp(steps, 0.0, std::max(0.0, side * kSteps - 1)) / kSteps);
}

float rounded_direction(float v) {
  constexpr double kTurn = 65536;
  const double steps = std::round(static_cast<double>(v) / (2 * std::numbers::pi) * kTurn);
  const double wrapped = steps - kTurn * std::floor(steps / kTurn);
  return static_cast<float>(wrapped * (2 * std::numbers::pi) / kTurn);
}

}  // namespace

std::string_view name_of(FingerPosition position) {
  const auto i = static_cast<std::size_t>(position);
  return i < std::size(kPositionNames) ? kPositionNames[i] : kPositionNames[0];
}

std::optional<FingerPosition> finger_position(std::string_view name) {
  for (std::size_t i = 0; i < std::size(kPositionNames); ++i) {
    if (kPositionNames[i] == name) return static_cast<FingerPosition>(i);
  }
  return std::nullopt;
}

FingerprintTemplate quantised(FingerprintTemplate source) {
  for (Minutia& m : source.minutiae) {
    m.x_px500 = rounded_position(m.x_px500, source.width_px500);
    m.y_px500 = rounded_position(m.y_px500, source.height_px500);
    m.direction_rad = rounded_direction(m.direction_rad);
  }
  return source;
}

}  // namespace whorl::fingerprint
