// What all plots share. Private to engine/evaluation.
#pragma once

#include <string>

#include "engine/evaluation/canvas.h"

namespace whorl::evaluation::plot {

// The plot area's upper left corner.
inline constexpr double kLeft = 100, kTop = 50;

extern const Stroke kGrid;
extern const Stroke kFine;
extern const Stroke kFrame;

// A frame around the plot area.
void draw_frame(Canvas& canvas, double width, double height);

// 10^exponent in percent: "0.1 %".
std::string decade_label(int exponent);
// The exponent of an axis' start that leaves room below `rate`, so that no line lies on the frame.
int decade_below(double rate);

// Values from `low` to `high` on pixels from `start` over `length`, which is negative up the page.
struct LinearAxis {
  double low = 0;
  double high = 1;
  double start = 0;
  double length = 1;
  // Values beyond an end are drawn at that end.
  [[nodiscard]] double at(double value) const;
};

// Rates on a logarithmic axis that ends at 1.
struct LogAxis {
  int low = -4;  // exponent of the axis' start; its end is 1
  double start = 0;
  double length = 1;  // may be negative: up the page
  [[nodiscard]] double at(double rate) const;
};

}  // namespace whorl::evaluation::plot
