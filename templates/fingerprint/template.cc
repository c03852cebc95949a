#include "templates/fingerprint/template.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace whorl::fingerprint {
namespace {

constexpr std::string_view kPositionNames[] = {"unknown",     "right_thumb",  "right_index", "right_middle",
                                               "right_ring",  "right_little", "left_thumb",  "left_index",
                                               "left_middle", "left_ring",    "left_little"};

constexpr double kPositionSteps = 16;
constexpr double kTurnSteps = 65536;

float rounded_position(float v, int side) {
  const double steps = std::round(static_cast<double>(v) * kPositionSteps);
  return static_cast<float>(std::clamp(steps, 0.0, std::max(0.0, side * kPositionSteps - 1)) / kPositionSteps);
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

std::uint16_t position_steps(float position_px500) {
  const double steps = std::round(static_cast<double>(position_px500) * kPositionSteps);
  return static_cast<std::uint16_t>(std::clamp(steps, 0.0, kMaxSide_px500 * kPositionSteps - 1));
}

std::uint16_t direction_steps(float direction_rad) {
  const double steps = std::round(static_cast<double>(direction_rad) / (2 * std::numbers::pi) * kTurnSteps);
  return static_cast<std::uint16_t>(steps - kTurnSteps * std::floor(steps / kTurnSteps));
}

float position_of_steps(std::uint16_t steps) { return static_cast<float>(steps / kPositionSteps); }

float direction_of_steps(std::uint16_t steps) {
  return static_cast<float>(steps * (2 * std::numbers::pi) / kTurnSteps);
}

Minutia quantised(Minutia m, int width_px500, int height_px500) {
  m.x_px500 = rounded_position(m.x_px500, width_px500);
  m.y_px500 = rounded_position(m.y_px500, height_px500);
  m.direction_rad = direction_of_steps(direction_steps(m.direction_rad));
  return m;
}

FingerprintTemplate quantised(FingerprintTemplate source) {
  for (Minutia& m : source.minutiae) m = quantised(m, source.width_px500, source.height_px500);
  return source;
}

}  // namespace whorl::fingerprint
