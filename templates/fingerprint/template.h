// What is kept of a fingerprint image: the template, a plain value. Copyable, owns everything in it, not synchronised.
//
// Angles are radians, counter-clockwise, with x to the right and y UP; positions are pixels at 500 ppi with the
// origin at the image's upper left corner and y DOWN (ISO/IEC 19794-2). A minutia's direction points along the
// ridge that ends, into the ridge (for a bifurcation: into the valley between its branches' joint, i.e. along the
// valley that ends), as in ISO/IEC 19794-2.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace whorl::fingerprint {

// Finger positions of ISO/IEC 19794-2 (and OSIA's subtypes): 0 unknown, 1 right thumb .. 5 right little,
// 6 left thumb .. 10 left little.
enum class FingerPosition : std::uint8_t {
  kUnknown = 0,
  kRightThumb,
  kRightIndex,
  kRightMiddle,
  kRightRing,
  kRightLittle,
  kLeftThumb,
  kLeftIndex,
  kLeftMiddle,
  kLeftRing,
  kLeftLittle,
};

// "unknown", "right_thumb" .. "left_little"; "unknown" too for a value outside the enumeration.
std::string_view name_of(FingerPosition position);
// And back; empty for any other text.
std::optional<FingerPosition> finger_position(std::string_view name);

enum class MinutiaType : std::uint8_t { kEnding = 1, kBifurcation = 2 };

// A place where a ridge ends or forks.
struct Minutia {
  float x_px500 = 0;        // [0, width)
  float y_px500 = 0;        // [0, height), down
  float direction_rad = 0;  // [0, 2 pi), counter-clockwise
  MinutiaType type = MinutiaType::kEnding;
  std::uint8_t quality = 0;  // 0 (worst) .. 100

  friend bool operator==(const Minutia&, const Minutia&) = default;
};

// Bounds that every template keeps; extraction, the codecs and the comparator refuse or drop what lies beyond.
inline constexpr std::size_t kMaxMinutiae = 255;
inline constexpr int kMaxSide_px500 = 4096;

// Side of a block of the ridge-flow map.
inline constexpr int kFlowBlock_px500 = 16;

// Ridge flow in one block.
struct FlowCell {
  std::uint8_t orientation = 0;  // ridge orientation, units of pi/256 in [0, pi)
  std::uint8_t period = 0;       // ridge period, units of 0.1 px500; 0 in the background
  friend bool operator==(const FlowCell&, const FlowCell&) = default;
};

// Local ridge flow, one cell a kFlowBlock_px500-square block, row-major; the last column and row may stick out of the
// image.
struct FlowMap {
  int columns = 0;
  int rows = 0;
  std::vector<FlowCell> cells;  // columns * rows

  friend bool operator==(const FlowMap&, const FlowMap&) = default;
};

// Distance of the ridge map's samples along both axes.
inline constexpr int kRidgeStep_px500 = 2;

// The ridge pattern after enhancement, a bit a sample: 1 on a ridge, 0 elsewhere and outside the print. Row-major, each
// row padded to whole bytes, the leftmost sample in the lowest bit.
struct RidgeMap {
  int columns = 0;
  int rows = 0;
  std::vector<std::uint8_t> bits;  // rows * row_bytes()

  [[nodiscard]] int row_bytes() const { return (columns + 7) / 8; }
  friend bool operator==(const RidgeMap&, const RidgeMap&) = default;
};

// In memory a few KB, nearly all of it the ridge map.
struct FingerprintTemplate {
  int width_px500 = 0;  // of the image it comes from
  int height_px500 = 0;
  std::uint8_t quality = 0;       // 0..100; predicts how likely a comparison is to fail
  std::vector<Minutia> minutiae;  // at most kMaxMinutiae, best quality first
  FlowMap flow;
  RidgeMap ridges;  // may be empty: the template then compares by minutiae alone

  friend bool operator==(const FingerprintTemplate&, const FingerprintTemplate&) = default;
};

// Positions in 1/16 px500 and directions in 2 pi/65536, which is how templates are kept. A position must be in
// [0, kMaxSide_px500); a direction may be any finite angle.
std::uint16_t position_steps(float position_px500);
std::uint16_t direction_steps(float direction_rad);
float position_of_steps(std::uint16_t steps);
float direction_of_steps(std::uint16_t steps);

// The same minutia with its position rounded to 1/16 px500 inside an image of this size, and its direction rounded to
// 2 pi/65536 inside [0, 2 pi).
Minutia quantised(Minutia source, int width_px500, int height_px500);

// The same template with positions rounded to 1/16 px500 and directions to 2 pi/65536, inside the image and inside
// [0, 2 pi): what the native byte format keeps. Idempotent.
FingerprintTemplate quantised(FingerprintTemplate source);

}  // namespace whorl::fingerprint
