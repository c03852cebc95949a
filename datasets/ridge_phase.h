// The ridge pattern of a finger as a phase: an AM-FM model. Private to datasets.
//
// K. G. Larkin and P. A. Fletcher, "A coherent framework for fingerprint analysis: are fingerprints
// holograms?" (Optics Express, 2007); J. Feng and A. K. Jain, "Fingerprint reconstruction: from minutiae to
// phase" (IEEE TPAMI, 2011): a fingerprint is the cosine of a phase that has a continuous part, which gives
// the flow, and a spiral at every minutia, which makes one ridge more on one side of it than on the other.
// Ridges, flow and minutiae come from one function, so they agree.
//
// The continuous part is a distance: from the ray inside a loop, from the short line inside a whorl, along an
// arch; the ridges beyond a delta keep their distance from a ray that leaves the delta. Distances grow by one
// a pixel, so the ridge period is even; smooth waves bend it.
//
// Positions are pixels at 500 ppi around the core (or the middle of an arch), y down. Phases are in turns.
#pragma once

#include <array>
#include <span>
#include <vector>

#include "datasets/draws.h"
#include "datasets/synthetic.h"

namespace whorl::datasets {

// A displacement by a smooth wave: (x_px, y_px) * wave(across . position + turns).
struct Bend {
  float across_x = 0;  // turns a pixel
  float across_y = 0;
  float turns = 0;
  float x_px = 0;
  float y_px = 0;
};

// Beyond a delta: ridges keep their distance from the ray that leaves it.
struct Prong {
  float x = 0;
  float y = 0;
  float along_x = 1;  // unit vector
  float along_y = 0;
  float start = 0;  // px: the distance of the delta itself
};

struct Spiral {
  float x = 0;
  float y = 0;
  float sign = 1;  // +1 or -1
};

inline constexpr std::size_t kBends = 4;
inline constexpr float kLeanFrom_px = 35;
inline constexpr float kLeanTo_px = 190;
inline constexpr std::size_t kMaxSpirals = 160;

// What the continuous phase needs besides the distance d so that the ridges keep their period in spite of the
// spirals: a sum of kCorrections terms, x, y, x^2, xy, y^2, x^3, x^2 y, x y^2, y^3, d, dx, dy, dx^2, dxy,
// dy^2, d^2, all in kCorrectionUnit_px. In turns.
inline constexpr std::size_t kCorrections = 16;
inline constexpr float kCorrectionUnit_px = 150;

struct RidgePhase {
  float turns_per_px = 0.11F;
  float turns = 0;
  std::array<Bend, kBends> bends{};
  bool arch = false;
  // Arch.
  float rise = 0;           // px
  float inverse_width = 0;  // of the rise
  float fade = 0;           // 1/px: the rise is gone so far below
  // Core: a line that starts in (0, 0).
  float along_x = 0;  // unit vector
  float along_y = 1;
  float length = 0;     // px
  float flatten = 0;    // how much flatter the ridges lie below the core of a whorl
  float lean = 0;       // 1/px: how fast the legs of a loop turn aside below kLeanFrom_px
  float fan = 0;        // 1/px: how the legs of a loop spread
  float roundness = 1;  // of the ridges that turn around the core
  float swirl = 0;      // tangent of half the angle by which the middle is turned
  float inverse_swirl2 = 0;
  int prong_count = 0;
  std::array<Prong, 2> prongs{};
  float softness = 40;  // px over which ridges turn from one system into another
  std::array<float, kCorrections> correction{};
  std::vector<Spiral> spirals;  // at most kMaxSpirals
};

// Where an impression lies on the finger: turned, shifted, and bent by two waves.
struct SkinMap {
  float middle_x = 0;  // of the image
  float middle_y = 0;
  float cosine = 1;
  float sine = 0;
  float shift_x = 0;
  float shift_y = 0;
  std::array<Bend, 3> bends{};
};

// A pattern drawn at random; without spirals.
RidgePhase draw_phase(Draws& draws, PatternClass pattern, float mean_period_px);

// The continuous phase at a point of the finger.
float continuous_turns(const RidgePhase& phase, float finger_x, float finger_y);
// The distance from the core's line, before any prong is looked at; no bends. Not for arches.
float distance_from_core(const RidgePhase& phase, float x, float y);

// n, rounded up to whole Lanes (lanes.h).
inline constexpr std::size_t padded(std::size_t n) { return (n + 15) / 16 * 16; }

// At points of an impression, as many as `out` has, which must be a multiple of 16: positive on a ridge,
// negative in a valley, of no particular size. `noise_turns` is added to the phase. Same bits on every
// processor.
void ridge_values(const RidgePhase& phase, const SkinMap& map, std::span<const float> x, std::span<const float> y,
                  std::span<const float> noise_turns, std::span<float> out);
// The same, one by one and for any number: the slow twin.
void ridge_values_one_by_one(const RidgePhase& phase, const SkinMap& map, std::span<const float> x,
                             std::span<const float> y, std::span<const float> noise_turns, std::span<float> out);

// The gradient of the phase in the image, turns a pixel, at as many points as `gradient_x` has (a multiple of
// 16). Spirals are softened over a ridge and a half, as smoothing does when the flow of an image is measured.
void phase_gradients(const RidgePhase& phase, const SkinMap& map, std::span<const float> x, std::span<const float> y,
                     std::span<float> gradient_x, std::span<float> gradient_y);

// A point of the finger in the image, and back.
void onto_image(const SkinMap& map, float finger_x, float finger_y, float& x, float& y);
void onto_finger(const SkinMap& map, float x, float y, float& finger_x, float& finger_y);

}  // namespace whorl::datasets
