#include <cmath>

#include "datasets/lanes.h"
#include "datasets/ridge_phase.h"

namespace whorl::datasets {
namespace {

struct Direction {
  float x = 0;
  float y = 0;
};

// Counted from the right, clockwise as seen (y down).
Direction direction(double degrees) {
  Direction out;
  unit_vector<float>(static_cast<float>(degrees / 360), out.x, out.y);
  return out;
}

float number(Draws& draws, double low, double high) { return static_cast<float>(draws.between(low, high)); }

// Waves that bend the whole pattern: they make its period and its flow uneven.
void draw_bends(Draws& draws, RidgePhase& p) {
  for (Bend& b : p.bends) {
    const Direction across = direction(draws.between(0, 360));
    const Direction push = direction(draws.between(0, 360));
    const float length = number(draws, 130, 320);
    const float height = length * number(draws, 0.002, 0.007);
    b = {across.x / length, across.y / length, number(draws, 0, 1), push.x * height, push.y * height};
  }
}

void draw_arch(Draws& draws, RidgePhase& p) {
  p.arch = true;
  p.rise = number(draws, 35, 85);
  p.inverse_width = 1 / number(draws, 55, 110);
  p.fade = 1 / number(draws, 120, 200);
}

// `side` is +1 where the delta lies to the right, -1 to the left.
void add_prong(RidgePhase& p, float x, float y, double degrees_down, float side) {
  Direction d = direction(degrees_down);
  Prong& prong = p.prongs[static_cast<std::size_t>(p.prong_count++)];
  prong = {x, y, d.x * side, d.y, distance_from_core(p, x, y)};
}

struct DeltaRange {
  double near_px;
  double far_px;
  double high_px;  // below the core, least
  double low_px;   // and most
  double steepest_degrees;
};

void draw_prong(Draws& draws, RidgePhase& p, const DeltaRange& range, float side) {
  const float across = number(draws, range.near_px, range.far_px);
  const float below = number(draws, range.high_px, range.low_px);
  add_prong(p, side * across, below, draws.between(0, range.steepest_degrees), side);
}

void draw_loop(Draws& draws, RidgePhase& p, float side) {
  const Direction axis = direction(draws.between(54, 70));
  p.along_x = -side * axis.x;
  p.along_y = axis.y;
  p.length = 1e4F;
  p.roundness = number(draws, 0.8, 1.15);
  p.lean = -side * number(draws, 0.0055, 0.0075);
  p.fan = number(draws, 0.0025, 0.0037);
  draw_prong(draws, p, {80, 95, 110, 130, 35}, side);
}

void draw_tent(Draws& draws, RidgePhase& p) {
  const Direction axis = direction(90 + draws.between(-12, 12));
  p.along_x = axis.x;
  p.along_y = axis.y;
  p.length = 1e4F;
  p.roundness = number(draws, 0.8, 1.1);
  const float deep = number(draws, 60, 115);
  for (const float side : {1.0F, -1.0F}) {
    add_prong(p, p.along_x * deep + 6 * side, p.along_y * deep, draws.between(5, 30), side);
  }
}

void draw_whorl(Draws& draws, RidgePhase& p, bool twin) {
  const Direction axis = direction(90 + draws.between(-10, 10));
  p.along_x = axis.x;
  p.along_y = axis.y;
  p.length = twin ? number(draws, 45, 85) : number(draws, 0, 50);
  p.roundness = number(draws, 0.85, 1.2);
  p.flatten = number(draws, 0.4, 0.5);
  if (twin) {
    const float hand = draws.chance(0.5) ? 1.0F : -1.0F;
    p.swirl = hand * number(draws, 0.5, 1.2);
    const float reach = number(draws, 40, 70);
    p.inverse_swirl2 = 1 / (reach * reach);
  }
  for (const float side : {1.0F, -1.0F}) draw_prong(draws, p, {105, 120, 110, 130, 30}, side);
}

}  // namespace

RidgePhase draw_phase(Draws& draws, PatternClass pattern, float mean_period_px) {
  RidgePhase out;
  out.turns_per_px = 1 / mean_period_px;
  out.turns = number(draws, 0, 1);
  draw_bends(draws, out);
  out.softness = number(draws, 25, 60);
  switch (pattern) {
    case PatternClass::kArch: draw_arch(draws, out); break;
    case PatternClass::kTentedArch: draw_tent(draws, out); break;
    case PatternClass::kLeftLoop: draw_loop(draws, out, 1); break;
    case PatternClass::kRightLoop: draw_loop(draws, out, -1); break;
    case PatternClass::kWhorl: draw_whorl(draws, out, false); break;
    case PatternClass::kTwinLoop: draw_whorl(draws, out, true); break;
  }
  return out;
}

}  // namespace whorl::datasets
