// The plot of error versus discard.
#include <algorithm>
#include <cmath>
#include <map>

#include "engine/evaluation/discard.h"
#include "engine/evaluation/plot.h"
#include "engine/evaluation/text.h"

namespace whorl::evaluation {
namespace {

using plot::kLeft, plot::kTop, plot::LinearAxis;

constexpr double kWidth = 520, kHeight = 420;
constexpr double kMost = 0.5;

bool drawn(const DiscardCurve& curve) { return curve.supported && !curve.points.empty(); }

// Exponents of the decades around every rate above zero.
std::pair<int, int> decades_of(const std::vector<DiscardCurve>& curves) {
  double least = 0.01;
  double most = 0.011;
  for (const DiscardCurve& curve : curves) {
    for (const DiscardPoint& p : curve.points) {
      if (!drawn(curve) || !p.fnmr.supported()) continue;
      least = std::min(least, p.fnmr.value());
      most = std::max(most, p.fnmr.value());
    }
  }
  return {static_cast<int>(std::floor(std::log10(least) + 1e-9)), static_cast<int>(std::ceil(std::log10(most) - 1e-9))};
}

// A rate of zero has no place on a logarithmic axis: the curve ends there.
std::vector<std::pair<double, double>> line_of(const DiscardCurve& curve, const LinearAxis& x, const LinearAxis& y) {
  std::vector<std::pair<double, double>> out;
  for (const DiscardPoint& p : curve.points) {
    if (!p.fnmr.supported()) break;
    out.emplace_back(x.at(p.asked), y.at(std::log10(p.fnmr.value())));
  }
  return out;
}

}  // namespace

std::string discard_svg(const std::vector<DiscardCurve>& curves, const std::string& title) {
  const double legend = kLeft + kWidth + 20;
  std::size_t widest = 0;
  for (const DiscardCurve& curve : curves) widest = std::max(widest, curve.name.size());
  const int label = 170 + static_cast<int>(std::min<std::size_t>(widest, 60)) * 8;
  Canvas canvas(static_cast<int>(legend) + label, static_cast<int>(kTop + kHeight) + 60, title);
  const auto [low, high] = decades_of(curves);
  const LinearAxis x{0, kMost, kLeft, kWidth};
  const LinearAxis y{static_cast<double>(low), static_cast<double>(high), kTop + kHeight, -kHeight};
  for (int e = low; e <= high; ++e) {
    for (int m = 2; e < high && m < 10; ++m) {
      const double at = y.at(e + std::log10(m));
      canvas.line(kLeft, at, kLeft + kWidth, at, plot::kFine);
    }
    canvas.line(kLeft, y.at(e), kLeft + kWidth, y.at(e), plot::kGrid);
    canvas.text(kLeft - 8, y.at(e) + 4, plot::decade_label(e), "end");
  }
  for (int percent = 0; percent <= 50; percent += 10) {
    canvas.line(x.at(percent / 100.0), kTop, x.at(percent / 100.0), kTop + kHeight, plot::kGrid);
    canvas.text(x.at(percent / 100.0), kTop + kHeight + 20, std::to_string(percent) + " %", "middle");
  }
  std::map<std::string, std::size_t> colours;
  double row = kTop + 12;
  for (const DiscardCurve& curve : curves) {
    if (!drawn(curve)) continue;
    const std::size_t colour = colours.emplace(curve.name, colours.size()).first->second;
    Stroke stroke = curve_stroke(colour);
    if (curve.target_fmr > 0.005) stroke.dashes = "6 4";
    canvas.polyline(line_of(curve, x, y), stroke);
    for (const auto& [px, py] : line_of(curve, x, y)) canvas.rectangle(px - 2.5, py - 2.5, 5, 5, stroke.colour);
    canvas.line(legend, row, legend + 28, row, stroke);
    canvas.text(legend + 36, row + 4, curve.name + ", FMR " + percent(curve.target_fmr), "start");
    row += 20;
  }
  plot::draw_frame(canvas, kWidth, kHeight);
  canvas.text(kLeft, 28, title, "start", 17);
  canvas.text(kLeft + kWidth / 2, kTop + kHeight + 46, "samples left out, worst quality first", "middle", 14);
  canvas.text(20, kTop + kHeight / 2, "false non-match rate (FNMR)", "middle", 14, true);
  return canvas.take();
}

}  // namespace whorl::evaluation
