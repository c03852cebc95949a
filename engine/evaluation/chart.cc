#include "engine/evaluation/chart.h"

#include <algorithm>
#include <cmath>

#include "engine/evaluation/plot.h"
#include "engine/evaluation/text.h"

namespace whorl::evaluation {
namespace {

using plot::kLeft, plot::kTop;

constexpr double kWidth = 520;
constexpr double kHeight = 340;
constexpr double kRow = 20;
constexpr const char* kShade = "#888";

bool logarithmic(Scale scale) { return scale == Scale::kLogRate || scale == Scale::kLog; }

// A value's place on an axis, from 0 to 1.
double share_of(const ChartAxis& axis, double value) {
  const auto on = [&](double v) { return logarithmic(axis.scale) ? std::log10(std::max(v, 1e-300)) : v; };
  const double span = on(axis.high) - on(axis.low);
  return span > 0 ? std::clamp((on(value) - on(axis.low)) / span, 0.0, 1.0) : 0.0;
}

struct Plane {
  const Chart& chart;
  [[nodiscard]] double x(double v) const { return kLeft + kWidth * share_of(chart.x, v); }
  [[nodiscard]] double y(double v) const { return kTop + kHeight * (1 - share_of(chart.y, v)); }
};

std::string tick_text(Scale scale, double value) {
  if (scale == Scale::kLogRate) return plot::decade_label(static_cast<int>(std::lround(std::log10(value))));
  if (scale == Scale::kRate) return digits(std::round(1e6 * 100 * value) / 1e6) + " %";
  return digits(value);
}

// 1, 2 or 5 times a power of ten: about six of it make `span`.
double round_step(double span) {
  const double power = std::pow(10.0, std::floor(std::log10(span / 6)));
  for (const double factor : {1.0, 2.0, 5.0}) {
    if (span / 6 <= factor * power) return factor * power;
  }
  return 10 * power;
}

std::vector<double> ticks_of(const ChartAxis& axis) {
  std::vector<double> out;
  if (logarithmic(axis.scale)) {
    const int last = static_cast<int>(std::floor(std::log10(axis.high) + 1e-9));
    for (int e = static_cast<int>(std::ceil(std::log10(axis.low) - 1e-9)); e <= last; ++e)
      out.push_back(std::pow(10.0, e));
    return out;
  }
  const double step = round_step(axis.high - axis.low);
  for (double i = std::ceil(axis.low / step - 1e-9); i * step <= axis.high + 1e-9 * step; ++i) out.push_back(i * step);
  return out;
}

void draw_axes(Canvas& canvas, const Plane& plane) {
  const Chart& chart = plane.chart;
  for (const double v : ticks_of(chart.x)) {
    canvas.line(plane.x(v), kTop, plane.x(v), kTop + kHeight, plot::kGrid);
    canvas.text(plane.x(v), kTop + kHeight + 20, tick_text(chart.x.scale, v), "middle");
  }
  for (const double v : ticks_of(chart.y)) {
    canvas.line(kLeft, plane.y(v), kLeft + kWidth, plane.y(v), plot::kGrid);
    canvas.text(kLeft - 8, plane.y(v) + 4, tick_text(chart.y.scale, v), "end");
  }
  canvas.text(kLeft + kWidth / 2, kTop + kHeight + 44, chart.x.label, "middle", 14);
  canvas.text(20, kTop + kHeight / 2, chart.y.label, "middle", 14, true);
}

// Whether anything of the plot area is shaded.
bool draw_unsupported(Canvas& canvas, const Plane& plane) {
  const Chart& chart = plane.chart;
  bool any = false;
  if (chart.unsupported_x && *chart.unsupported_x > chart.x.low) {
    canvas.rectangle(kLeft, kTop, plane.x(*chart.unsupported_x) - kLeft, kHeight, kShade, 0.18);
    any = true;
  }
  if (chart.unsupported_y && *chart.unsupported_y > chart.y.low) {
    const double top = plane.y(*chart.unsupported_y);
    canvas.rectangle(kLeft, top, kWidth, kTop + kHeight - top, kShade, 0.18);
    any = true;
  }
  return any;
}

using Corners = std::vector<std::pair<double, double>>;

// Of a curve in steps each rate holds until the next.
Corners corners_of(const Plane& plane, const ChartLine& line, double ChartPoint::*height) {
  Corners out;
  for (const ChartPoint& p : line.points) {
    const std::pair<double, double> at{plane.x(p.x), plane.y(p.*height)};
    if (line.steps && !out.empty()) out.emplace_back(at.first, out.back().second);
    out.push_back(at);
  }
  return out;
}

void draw_line(Canvas& canvas, const Plane& plane, const ChartLine& line) {
  Stroke stroke = curve_stroke(line.colour);
  const bool only_limits =
      std::all_of(line.points.begin(), line.points.end(), [](const ChartPoint& p) { return p.limit; });
  if (line.dashed) stroke.dashes = "6 4";
  if (only_limits) stroke.dashes = "2 4";
  if (line.band) {
    Corners area = corners_of(plane, line, &ChartPoint::low);
    const Corners upper = corners_of(plane, line, &ChartPoint::high);
    area.insert(area.end(), upper.rbegin(), upper.rend());
    canvas.polygon(area, stroke.colour, 0.15);
  }
  canvas.polyline(corners_of(plane, line, &ChartPoint::y), stroke);
  const bool marks = line.points.size() <= 30;
  for (const ChartPoint& p : line.points) {
    const double x = plane.x(p.x);
    const double y = plane.y(p.y);
    if (p.limit) {
      canvas.polyline({{x - 4, y - 4}, {x + 4, y - 4}, {x, y + 4}, {x - 4, y - 4}}, {stroke.colour, 1.2, ""});
    } else if (marks) {
      canvas.rectangle(x - 2.5, y - 2.5, 5, 5, stroke.colour);
    }
  }
}

bool any_limit(const Chart& chart) {
  for (const ChartLine& line : chart.lines) {
    for (const ChartPoint& p : line.points) {
      if (p.limit) return true;
    }
  }
  return false;
}

void draw_legend(Canvas& canvas, const Chart& chart, bool shaded) {
  double row = kTop + kHeight + 72;
  for (const ChartLine& line : chart.lines) {
    Stroke stroke = curve_stroke(line.colour);
    if (line.dashed) stroke.dashes = "6 4";
    canvas.line(kLeft, row - 4, kLeft + 28, row - 4, stroke);
    canvas.text(kLeft + 36, row, line.label + (line.points.empty() ? ": nothing to draw" : ""), "start");
    row += kRow;
  }
  if (shaded) {
    canvas.rectangle(kLeft, row - 11, 28, 13, kShade, 0.18);
    canvas.text(kLeft + 36, row, "too few comparisons to count here", "start");
    row += kRow;
  }
  if (any_limit(chart)) canvas.text(kLeft, row, "open triangle: no error counted, the rate is below 3/n", "start");
}

}  // namespace

std::string chart_svg(const Chart& chart) {
  const double rows = static_cast<double>(chart.lines.size()) + 2;
  Canvas canvas(static_cast<int>(kLeft + kWidth + 30), static_cast<int>(kTop + kHeight + 64 + kRow * rows), chart.title,
                chart.description);
  const Plane plane{chart};
  draw_axes(canvas, plane);
  const bool shaded = draw_unsupported(canvas, plane);
  for (const ChartLine& line : chart.lines) {
    if (!line.points.empty()) draw_line(canvas, plane, line);
  }
  plot::draw_frame(canvas, kWidth, kHeight);
  canvas.text(kLeft, 28, chart.title, "start", 17);
  draw_legend(canvas, chart, shaded);
  return canvas.take();
}

double axis_below(double rate) { return std::pow(10.0, std::clamp(plot::decade_below(rate), -12, -1)); }

std::string inline_svg(const std::string& svg) {
  const std::size_t at = svg.find("<svg");
  return at == std::string::npos ? std::string() : svg.substr(at);
}

}  // namespace whorl::evaluation
