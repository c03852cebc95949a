#include "engine/evaluation/plot.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace whorl::evaluation::plot {

const Stroke kGrid{"#ddd", 1, ""};
const Stroke kFine{"#f2f2f2", 1, ""};
const Stroke kFrame{"#333", 1.2, ""};

void draw_frame(Canvas& canvas, double width, double height) {
  canvas.polyline(
      {{kLeft, kTop}, {kLeft + width, kTop}, {kLeft + width, kTop + height}, {kLeft, kTop + height}, {kLeft, kTop}},
      kFrame);
}

std::string decade_label(int exponent) {
  char text[32];
  std::snprintf(text, sizeof text, "%.*f %%", std::max(0, -exponent - 2), 100 * std::pow(10.0, exponent));
  return text;
}

int decade_below(double rate) {
  constexpr double kRoom = 0.8;
  return static_cast<int>(std::floor(std::log10(kRoom * rate)));
}

double LinearAxis::at(double value) const {
  return start + length * (std::clamp(value, low, high) - low) / (high - low);
}

double LogAxis::at(double rate) const { return start + length * (std::log10(rate) - low) / static_cast<double>(-low); }

}  // namespace whorl::evaluation::plot
