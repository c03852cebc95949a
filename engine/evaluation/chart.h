// One chart for every curve of rates: lines with bands, a shaded part of which the sample says nothing, limits where
// nothing was counted. Private to engine/evaluation.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "engine/evaluation/canvas.h"

namespace whorl::evaluation {

enum class Scale {
  kLogRate,  // a rate on a logarithmic axis that ends at 1
  kRate,     // a rate on a linear axis that ends at 1
  kLog,      // numbers, logarithmic
  kLinear,   // numbers
};

struct ChartAxis {
  std::string label;
  Scale scale = Scale::kLogRate;
  double low = 0.001;  // of the plot area, in the axis' own numbers; a logarithmic one begins at a whole decade
  double high = 1;
};

struct ChartPoint {
  double x = 0;
  double y = 0;
  double low = 0;  // of the band
  double high = 0;
  bool limit = false;  // nothing was counted: y is 3/n, drawn as an open triangle that points down
};

struct ChartLine {
  std::string label;
  std::vector<ChartPoint> points;  // by rising x
  std::size_t colour = 0;
  bool dashed = false;
  bool band = true;
  bool steps = false;
};

struct Chart {
  std::string title;
  std::string description;  // what is to be seen, for those who do not see it
  ChartAxis x;
  ChartAxis y;
  std::vector<ChartLine> lines;
  // Below these the sample says nothing: fewer than three errors were to be counted there.
  std::optional<double> unsupported_x;
  std::optional<double> unsupported_y;
};

// An SVG document. Points outside the axes are drawn at their ends. A line that is only limits is dotted.
std::string chart_svg(const Chart& chart);

// The start of a logarithmic rate axis that has room below `rate`.
double axis_below(double rate);

// The document without its XML declaration, to stand inside a page.
std::string inline_svg(const std::string& svg);

}  // namespace whorl::evaluation
