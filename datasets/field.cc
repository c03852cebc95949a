// Orientation: B. G. Sherlock and D. M. Monro, "A model for interpreting fingerprint topology" (Pattern
// Recognition, 1993), with the piecewise-linear correction of P. R. Vizcaya and L. A. Gerhardt, "A nonlinear
// orientation model for global description of fingerprints" (Pattern Recognition, 1996); arches, which have
// no singularity, by the sine model of SFinGe.
#include "datasets/field.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "datasets/noise.h"

namespace whorl::datasets {
namespace {

using std::numbers::pi;

// A singularity with its correction: how far the flow's turn around it departs from a uniform one.
struct Vortex {
  Singularity at;
  std::array<double, 8> bend_rad{};

  // The bend in direction `angle` (-pi..pi), linear between the eight nodes.
  [[nodiscard]] double bend(double angle) const {
    const double place = (angle + pi) / (2 * pi) * 8;
    const auto i = static_cast<std::size_t>(std::clamp(static_cast<int>(place), 0, 7));
    const double share = place - static_cast<double>(i);
    return bend_rad[i] + (bend_rad[(i + 1) % 8] - bend_rad[i]) * share;
  }
};

Vortex vortex(Draws& draws, double x, double y, bool core) {
  Vortex out;
  out.at = {x, y, core};
  for (double& bend : out.bend_rad) bend = draws.normal_within(0, core ? 0.10 : 0.07, 2);
  return out;
}

// Braces fix the order of the draws; the arguments of a call have none.
struct Offset {
  double x = 0;
  double y = 0;
};

// Places the singularities of a class around the middle (cx, cy) of the pattern area; y down.
std::vector<Vortex> place(Draws& draws, PatternClass pattern, double cx, double cy) {
  const auto core = [&](Offset at) { return vortex(draws, cx + at.x, cy + at.y, true); };
  const auto delta = [&](Offset at) { return vortex(draws, cx + at.x, cy + at.y, false); };
  switch (pattern) {
    case PatternClass::kArch: return {};
    case PatternClass::kTentedArch: {
      const double lean = draws.between(-8, 8);
      return {core({lean, draws.between(-5, 20)}), delta({lean + draws.between(-6, 6), draws.between(75, 125)})};
    }
    case PatternClass::kLeftLoop:
    case PatternClass::kRightLoop: {
      // A left loop opens to the lower left and has its delta on the right.
      const double side = pattern == PatternClass::kLeftLoop ? 1 : -1;
      return {core({side * draws.between(-15, 5), draws.between(-20, 10)}),
              delta({side * draws.between(60, 105), draws.between(95, 150)})};
    }
    case PatternClass::kWhorl: {
      const double apart = draws.between(12, 40);
      const double lean = draws.between(-10, 10);
      return {core({lean, -apart / 2}), core({-lean, apart}), delta({-draws.between(90, 135), draws.between(90, 150)}),
              delta({draws.between(90, 135), draws.between(90, 150)})};
    }
    case PatternClass::kTwinLoop: {
      const double side = draws.chance(0.5) ? 1 : -1;
      const double across = side * draws.between(18, 35);
      return {core({across, -draws.between(20, 35)}), core({-across, draws.between(30, 55)}),
              delta({-draws.between(95, 135), draws.between(100, 150)}),
              delta({draws.between(95, 135), draws.between(100, 150)})};
    }
  }
  return {};
}

double vortex_flow(const std::vector<Vortex>& vortices, double x, double y) {
  double twice = 0;
  for (const Vortex& v : vortices) {
    const double angle = std::atan2(v.at.y_px500 - y, x - v.at.x_px500);  // y up
    const double turn = angle + v.bend(angle);
    twice += v.at.core ? turn : -turn;
  }
  return twice / 2;
}

// Around a core, the flow of everything else fixes the axis along which its loop opens. Bent towards that
// axis the ridges of the loop run side by side, as legs do, instead of fanning out from the core.
void bend_along_axes(Draws& draws, std::vector<Vortex>& vortices) {
  const std::vector<Vortex> plain = vortices;
  for (std::size_t i = 0; i < vortices.size(); ++i) {
    Vortex& v = vortices[i];
    if (!v.at.core) continue;
    std::vector<Vortex> others = plain;
    others.erase(others.begin() + static_cast<std::ptrdiff_t>(i));
    const double axis = 2 * vortex_flow(others, v.at.x_px500, v.at.y_px500);
    const double strength = draws.between(0.40, 0.65);
    for (std::size_t node = 0; node < v.bend_rad.size(); ++node) {
      v.bend_rad[node] -= strength * std::sin(static_cast<double>(node) * pi / 4 - pi - axis);
    }
  }
}

// Arches rise to the middle line and fall again, the more the higher up.
struct Arch {
  double middle = 0;
  double half_width = 0;
  double base = 0;  // below this the ridges lie flat
  double rise = 0;  // over which the slope comes to `steep`
  double steep = 0;

  [[nodiscard]] double flow(double x, double y) const {
    const double height = std::clamp((base - y) / rise, 0.0, 1.0);
    const double across = std::clamp((x - middle) / half_width, -1.0, 1.0);
    return std::atan(-steep * height * std::sin(across * pi / 2));
  }
};

Arch draw_arch(Draws& draws, int width, int height) {
  Arch out;
  out.middle = width * draws.between(0.46, 0.54);
  out.half_width = width * draws.between(0.42, 0.5);
  out.base = height * draws.between(0.80, 0.95);
  out.rise = height * draws.between(0.45, 0.6);
  out.steep = draws.between(0.9, 1.6);
  return out;
}

// Above the uppermost core the ridges of every class follow the round of the fingertip.
Arch draw_tip(Draws& draws, const RidgeField& field) {
  Arch out;
  out.middle = field.width * 0.5;
  out.half_width = field.width * 0.55;
  out.base = field.height;
  for (const Singularity& s : field.singularities) {
    if (s.core) out.base = std::min(out.base, s.y_px500);
  }
  out.rise = out.base;
  out.steep = draws.between(0.4, 0.8);
  return out;
}

void fill_orientation(Draws& draws, RidgeField& field, const std::vector<Vortex>& vortices) {
  const Arch arch = vortices.empty() ? draw_arch(draws, field.width, field.height) : draw_tip(draws, field);
  const std::vector<float> wobble = smooth_noise(draws, field.width, field.height, 110);
  constexpr double kWobble_rad = 0.06;
  std::size_t i = 0;
  for (int y = 0; y < field.height; ++y) {
    for (int x = 0; x < field.width; ++x, ++i) {
      const double flow = arch.flow(x, y) + vortex_flow(vortices, x, y);
      const double angle = flow + kWobble_rad * static_cast<double>(wobble[i]);
      field.orientation_rad[i] = static_cast<float>(angle - pi * std::floor(angle / pi));
    }
  }
}

// Ridges lie wider apart above the uppermost core and below the lowest delta.
void fill_period(Draws& draws, RidgeField& field, double mean_period) {
  double top = field.height * 0.40;
  double bottom = field.height * 0.70;
  for (const Singularity& s : field.singularities) {
    if (s.core) top = std::min(top, s.y_px500);
    if (!s.core) bottom = std::max(bottom, s.y_px500);
  }
  const double wide_top = draws.between(0.0, 0.12);
  const double wide_bottom = draws.between(0.05, 0.20);
  const std::vector<float> wobble = smooth_noise(draws, field.width, field.height, 90);
  std::size_t i = 0;
  for (int y = 0; y < field.height; ++y) {
    const double above = std::clamp((top - 30 - y) / 120, 0.0, 1.0);
    const double below = std::clamp((y - bottom + 30) / 100, 0.0, 1.0);
    for (int x = 0; x < field.width; ++x, ++i) {
      const double factor = 0.96 + wide_top * above + wide_bottom * below + 0.06 * static_cast<double>(wobble[i]);
      field.period_px[i] = static_cast<float>(mean_period * std::clamp(factor, 0.8, 1.3));
    }
  }
}

}  // namespace

PatternClass draw_class(Draws& draws) {
  constexpr std::array<std::pair<PatternClass, double>, 6> kShares = {{{PatternClass::kArch, 0.037},
                                                                       {PatternClass::kTentedArch, 0.029},
                                                                       {PatternClass::kLeftLoop, 0.338},
                                                                       {PatternClass::kRightLoop, 0.317},
                                                                       {PatternClass::kWhorl, 0.229},
                                                                       {PatternClass::kTwinLoop, 0.050}}};
  double left = draws.unit();
  for (const auto& [pattern, share] : kShares) {
    if (left < share) return pattern;
    left -= share;
  }
  return PatternClass::kTwinLoop;
}

RidgeField make_field(Draws& draws, PatternClass pattern, int width, int height, double mean_period_px) {
  RidgeField out;
  out.width = width;
  out.height = height;
  const auto count = static_cast<std::size_t>(width) * static_cast<std::size_t>(height);
  out.orientation_rad.resize(count);
  out.period_px.resize(count);
  const double cx = width * 0.5 + draws.normal_within(0, 8, 2);
  const double cy = height * 0.42 + draws.normal_within(0, 10, 2);
  std::vector<Vortex> vortices = place(draws, pattern, cx, cy);
  bend_along_axes(draws, vortices);
  for (const Vortex& v : vortices) out.singularities.push_back(v.at);
  fill_orientation(draws, out, vortices);
  fill_period(draws, out, mean_period_px);
  return out;
}

}  // namespace whorl::datasets
