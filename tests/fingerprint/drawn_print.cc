#include "tests/fingerprint/drawn_print.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <random>

namespace whorl::tests {
namespace {

double unit(std::mt19937_64& generator) { return static_cast<double>(generator() >> 11) * 0x1p-53; }

double normal(std::mt19937_64& generator) {
  return std::sqrt(-2 * std::log(unit(generator) + 1e-300)) * std::cos(2 * std::numbers::pi * unit(generator));
}

double phase_at(const DrawnPrint& print, double x, double y) {
  const double dx = x - print.width / 2.0;
  double phase = 2 * std::numbers::pi / print.period * (y + print.bend * dx * dx);
  for (const DrawnMinutia& m : print.minutiae) phase += m.turn * std::atan2(y - m.y, x - m.x);
  return phase;
}

}  // namespace

DrawnPrint make_drawn_print(std::uint64_t seed, int count) {
  std::mt19937_64 generator(seed);
  DrawnPrint print;
  print.period = 8.5 + unit(generator);
  print.bend = 0.0006 + 0.0012 * unit(generator);
  for (int tries = 0; static_cast<int>(print.minutiae.size()) < count && tries < 10'000; ++tries) {
    const DrawnMinutia m{60 + unit(generator) * (print.width - 120), 60 + unit(generator) * (print.height - 120),
                         unit(generator) < 0.5 ? 1 : -1};
    const bool apart = std::all_of(print.minutiae.begin(), print.minutiae.end(),
                                   [&](const DrawnMinutia& o) { return std::hypot(o.x - m.x, o.y - m.y) >= 40; });
    const bool inside = std::hypot((m.x - print.width / 2.0) / (print.width / 2.0 - 45),
                                   (m.y - print.height / 2.0) / (print.height / 2.0 - 45)) < 1;
    if (apart && inside) print.minutiae.push_back(m);
  }
  return print;
}

image::GreyImage draw(const DrawnPrint& print, const DrawnPose& pose) {
  std::mt19937_64 generator(pose.seed);
  image::GreyImage out;
  out.width = print.width;
  out.height = print.height;
  const double c = std::cos(pose.rotation_rad);
  const double s = std::sin(pose.rotation_rad);
  for (int y = 0; y < out.height; ++y) {
    for (int x = 0; x < out.width; ++x) {
      // Back to the print's own frame; y points down, so a counter-clockwise turn is undone clockwise.
      const double u = x - out.width / 2.0 - pose.shift_x;
      const double v = y - out.height / 2.0 - pose.shift_y;
      const double px = c * u - s * v;
      const double py = s * u + c * v;
      const double radius = std::hypot(px / (out.width / 2.0 - 12), py / (out.height / 2.0 - 12));
      const double contact = std::clamp((1 - radius) * 20, 0.0, 1.0);
      const double ridge = std::cos(phase_at(print, px + out.width / 2.0, py + out.height / 2.0));
      const double grey = 245 - contact * (115 + 90 * ridge) + pose.noise * normal(generator);
      out.pixels.push_back(static_cast<std::uint8_t>(std::clamp(std::lround(grey), 0L, 255L)));
    }
  }
  return out;
}

DrawnMinutia posed(const DrawnPrint& print, const DrawnMinutia& m, const DrawnPose& pose) {
  const double c = std::cos(pose.rotation_rad);
  const double s = std::sin(pose.rotation_rad);
  const double px = m.x - print.width / 2.0;
  const double py = m.y - print.height / 2.0;
  return {c * px + s * py + print.width / 2.0 + pose.shift_x, -s * px + c * py + print.height / 2.0 + pose.shift_y,
          m.turn};
}

}  // namespace whorl::tests
