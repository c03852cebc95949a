#include "engine/evaluation/svg.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "engine/evaluation/plot.h"

namespace whorl::evaluation {
namespace {

using plot::decade_label, plot::draw_frame, plot::kFine, plot::kFrame, plot::kGrid, plot::kLeft, plot::kTop;

constexpr double kSide = 520, kHeight = 360;

// The decade below the least positive rate, from -5 to -2.
int first_decade(const std::vector<DetCurve>& curves, double DetPoint::*rate) {
  double least = 0.01;
  for (const DetCurve& curve : curves) {
    for (const DetPoint& p : curve.points) {
      if (p.*rate > 0) least = std::min(least, p.*rate);
    }
  }
  return std::clamp(static_cast<int>(std::floor(std::log10(least) + 1e-9)), -5, -2);
}

struct LogAxis {
  int low = -4;  // exponent of the axis' start; its end is 1
  double start = 0;
  double length = 1;  // may be negative: up the page
  [[nodiscard]] double at(double rate) const {
    return start + length * (std::log10(rate) - low) / static_cast<double>(-low);
  }
};

void draw_grid(Canvas& canvas, const LogAxis& x, const LogAxis& y) {
  for (int e = x.low; e <= 0; ++e) {
    for (int m = 2; e < 0 && m < 10; ++m) {
      const double at = x.at(m * std::pow(10.0, e));
      canvas.line(at, kTop, at, kTop + kSide, kFine);
    }
  }
  for (int e = y.low; e <= 0; ++e) {
    for (int m = 2; e < 0 && m < 10; ++m) {
      const double at = y.at(m * std::pow(10.0, e));
      canvas.line(kLeft, at, kLeft + kSide, at, kFine);
    }
  }
  for (int e = x.low; e <= 0; ++e) {
    const double at = x.at(std::pow(10.0, e));
    canvas.line(at, kTop, at, kTop + kSide, kGrid);
    canvas.text(at, kTop + kSide + 20, decade_label(e), "middle");
  }
  for (int e = y.low; e <= 0; ++e) {
    const double at = y.at(std::pow(10.0, e));
    canvas.line(kLeft, at, kLeft + kSide, at, kGrid);
    canvas.text(kLeft - 8, at + 4, decade_label(e), "end");
  }
}

// Adds a corner; a point on the straight run of the two before it replaces the last.
void append(std::vector<std::pair<double, double>>& line, std::pair<double, double> at) {
  const std::size_t n = line.size();
  if (n > 0 && line[n - 1] == at) return;
  const bool level = n > 1 && line[n - 2].second == line[n - 1].second && line[n - 1].second == at.second;
  const bool upright = n > 1 && line[n - 2].first == line[n - 1].first && line[n - 1].first == at.first;
  if (level || upright) {
    line[n - 1] = at;
  } else {
    line.push_back(at);
  }
}

// Steps: between two thresholds the rates are those of the upper one. In tenths of a pixel, so that a curve
// of many thresholds has no more corners than can be seen.
std::vector<std::pair<double, double>> steps(const std::vector<DetPoint>& points, const LogAxis& x, const LogAxis& y) {
  const auto snapped = [](double v) { return std::round(v * 10) / 10; };
  std::vector<std::pair<double, double>> out;
  for (const DetPoint& p : points) {
    if (p.fmr <= 0 || p.fnmr <= 0) continue;
    const std::pair<double, double> at{snapped(x.at(std::max(p.fmr, std::pow(10.0, x.low)))),
                                       snapped(y.at(std::max(p.fnmr, std::pow(10.0, y.low))))};
    if (!out.empty()) append(out, {at.first, out.back().second});
    append(out, at);
  }
  return out;
}

std::string short_number(double v) {
  char text[32];
  std::snprintf(text, sizeof text, "%.4g", v);
  return text;
}

// 1, 2 or 5 times a power of ten: about eight of it make `span`.
double round_step(double span) {
  const double raw = span / 8;
  const double power = std::pow(10.0, std::floor(std::log10(raw)));
  for (const double factor : {1.0, 2.0, 5.0}) {
    if (raw <= factor * power) return factor * power;
  }
  return 10 * power;
}

}  // namespace

std::string det_svg(const std::vector<DetCurve>& curves, const std::string& title) {
  std::size_t widest = 12;
  for (const DetCurve& curve : curves) widest = std::max(widest, curve.label.size());
  const double legend = kLeft + kSide + 20;
  const int width = static_cast<int>(legend) + 50 + static_cast<int>(std::min<std::size_t>(widest, 60)) * 8;
  Canvas canvas(width, static_cast<int>(kTop + kSide) + 60, title);
  const LogAxis x{first_decade(curves, &DetPoint::fmr), kLeft, kSide};
  const LogAxis y{first_decade(curves, &DetPoint::fnmr), kTop + kSide, -kSide};
  draw_grid(canvas, x, y);
  const double from = std::pow(10.0, std::max(x.low, y.low));
  canvas.line(x.at(from), y.at(from), x.at(1), y.at(1), {"#999", 1, "4 4"});
  for (std::size_t i = 0; i < curves.size(); ++i) {
    canvas.polyline(steps(curves[i].points, x, y), curve_stroke(i));
    const double row = kTop + 12 + 20 * static_cast<double>(i);
    canvas.line(legend, row, legend + 28, row, curve_stroke(i));
    canvas.text(legend + 36, row + 4, curves[i].label, "start");
  }
  const double row = kTop + 12 + 20 * static_cast<double>(curves.size());
  canvas.line(legend, row, legend + 28, row, {"#999", 1, "4 4"});
  canvas.text(legend + 36, row + 4, "FMR = FNMR", "start");
  draw_frame(canvas, kSide, kSide);
  canvas.text(kLeft, 28, title, "start", 17);
  canvas.text(kLeft + kSide / 2, kTop + kSide + 46, "false match rate (FMR)", "middle", 14);
  canvas.text(20, kTop + kSide / 2, "false non-match rate (FNMR)", "middle", 14, true);
  return canvas.take();
}

std::string histogram_svg(const Histogram& histogram, const std::string& title) {
  constexpr double kWidth = 640;
  Canvas canvas(static_cast<int>(kLeft + kWidth) + 40, static_cast<int>(kTop + kHeight) + 60, title);
  const auto whole = [](double n) { return std::to_string(static_cast<long long>(n)); };
  const auto total = [](const std::vector<std::uint64_t>& counts) {
    double sum = 0;
    for (const auto c : counts) sum += static_cast<double>(c);
    return sum;
  };
  const double mated = total(histogram.mated);
  const double non_mated = total(histogram.non_mated);
  const int low = std::clamp(static_cast<int>(std::floor(std::log10(0.5 / std::max({mated, non_mated, 1.0})))), -6, -1);
  const LogAxis y{low, kTop + kHeight, -kHeight};
  for (int e = low; e <= 0; ++e) {
    canvas.line(kLeft, y.at(std::pow(10.0, e)), kLeft + kWidth, y.at(std::pow(10.0, e)), kGrid);
    canvas.text(kLeft - 8, y.at(std::pow(10.0, e)) + 4, decade_label(e), "end");
  }
  const double bar = kWidth / static_cast<double>(std::max<std::size_t>(1, histogram.mated.size()));
  const auto draw = [&](const std::vector<std::uint64_t>& counts, double sum, const char* colour) {
    for (std::size_t i = 0; i < counts.size(); ++i) {
      if (counts[i] == 0) continue;
      const double top = y.at(static_cast<double>(counts[i]) / sum);
      canvas.rectangle(kLeft + bar * static_cast<double>(i) + 0.5, top, bar - 1, kTop + kHeight - top, colour, 0.6);
    }
  };
  draw(histogram.non_mated, non_mated, "#d55e00");
  draw(histogram.mated, mated, "#0072b2");
  const double span = histogram.width * static_cast<double>(std::max<std::size_t>(1, histogram.mated.size()));
  const double step = round_step(span);
  for (double v = std::ceil(histogram.low / step) * step; v <= histogram.low + span; v += step) {
    const double at = kLeft + kWidth * (v - histogram.low) / span;
    canvas.line(at, kTop + kHeight, at, kTop + kHeight + 5, kFrame);
    canvas.text(at, kTop + kHeight + 20, short_number(v), "middle");
  }
  draw_frame(canvas, kWidth, kHeight);
  canvas.text(kLeft, 28, title, "start", 17);
  canvas.rectangle(kLeft + kWidth - 170, kTop + 12, 14, 14, "#0072b2", 0.6);
  canvas.text(kLeft + kWidth - 150, kTop + 24, "genuine (" + whole(mated) + ")", "start");
  canvas.rectangle(kLeft + kWidth - 170, kTop + 34, 14, 14, "#d55e00", 0.6);
  canvas.text(kLeft + kWidth - 150, kTop + 46, "impostor (" + whole(non_mated) + ")", "start");
  canvas.text(kLeft + kWidth / 2, kTop + kHeight + 46, "raw score", "middle", 14);
  canvas.text(20, kTop + kHeight / 2, "share of comparisons", "middle", 14, true);
  return canvas.take();
}

}  // namespace whorl::evaluation
