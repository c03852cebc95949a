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

// The rate, or where nothing was counted its limit (the rule of three): a rate of zero has no place on a logarithmic
// axis.
double height_of(const DiscardPoint& p) {
  return p.fnmr.supported() ? p.fnmr.value() : std::min(1.0, 3.0 / static_cast<double>(p.fnmr.trials));
}

// Exponents of the decades around every rate above zero.
std::pair<int, int> decades_of(const std::vector<DiscardCurve>& curves) {
  double least = 1;
  double most = 0;
  for (const DiscardCurve& curve : curves) {
    for (const DiscardPoint& p : curve.points) {
      if (!drawn(curve) || p.fnmr.trials == 0) continue;
      least = std::min(least, height_of(p));
      most = std::max(most, height_of(p));
    }
  }
  if (most <= 0) return {-2, -1};
  const int low = std::min(-2, plot::decade_below(least));
  return {low, std::max(low + 1, static_cast<int>(std::ceil(std::log10(most) - 1e-9)))};
}

using Line = std::vector<std::pair<double, double>>;

Line line_of(const DiscardCurve& curve, const LinearAxis& x, const LinearAxis& y) {
  Line out;
  for (const DiscardPoint& p : curve.points) {
    if (p.fnmr.trials > 0) out.emplace_back(x.at(p.asked), y.at(std::log10(height_of(p))));
  }
  return out;
}

// The interval of each rate.
void draw_band(Canvas& canvas, const DiscardCurve& curve, const LinearAxis& x, const LinearAxis& y,
               const std::string& colour) {
  Line area;
  Line upper;
  for (const DiscardPoint& p : curve.points) {
    if (p.fnmr.trials == 0) continue;
    area.emplace_back(x.at(p.asked), y.at(p.fnmr.low > 0 ? std::log10(p.fnmr.low) : y.low));
    upper.emplace_back(x.at(p.asked), y.at(std::log10(p.fnmr.high)));
  }
  area.insert(area.end(), upper.rbegin(), upper.rend());
  if (!area.empty()) canvas.polygon(area, colour, 0.13);
}

// Where three misses were not to be expected of the largest curve.
void draw_unsupported(Canvas& canvas, const std::vector<DiscardCurve>& curves, const LinearAxis& y) {
  std::uint64_t most = 0;
  for (const DiscardCurve& curve : curves) {
    for (const DiscardPoint& p : curve.points) most = std::max(most, drawn(curve) ? p.fnmr.trials : 0);
  }
  if (most == 0) return;
  const double top = y.at(std::log10(std::min(1.0, 3.0 / static_cast<double>(most))));
  canvas.rectangle(kLeft, top, kWidth, kTop + kHeight - top, "#888", 0.12);
}

// Filled where errors were counted; a limit is an open triangle that points down.
void draw_marks(Canvas& canvas, const DiscardCurve& curve, const LinearAxis& x, const LinearAxis& y,
                const Stroke& stroke) {
  for (const DiscardPoint& p : curve.points) {
    if (p.fnmr.trials == 0) continue;
    const double px = x.at(p.asked);
    const double py = y.at(std::log10(height_of(p)));
    if (p.fnmr.supported()) {
      canvas.rectangle(px - 2.5, py - 2.5, 5, 5, stroke.colour);
    } else {
      canvas.polyline({{px - 4, py - 4}, {px + 4, py - 4}, {px, py + 4}, {px - 4, py - 4}}, {stroke.colour, 1.2, ""});
    }
  }
}

}  // namespace

std::string discard_svg(const std::vector<DiscardCurve>& curves, const std::string& title) {
  const double legend = kLeft + kWidth + 20;
  std::size_t widest = 0;
  for (const DiscardCurve& curve : curves) widest = std::max(widest, curve.name.size());
  const int legend_width = 300 + static_cast<int>(std::min<std::size_t>(widest, 60)) * 8;
  Canvas canvas(static_cast<int>(legend) + legend_width, static_cast<int>(kTop + kHeight) + 60, title);
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
  draw_unsupported(canvas, curves, y);
  std::map<std::string, std::size_t> colours;
  std::map<Line, std::string> known;
  double row = kTop + 12;
  for (const DiscardCurve& curve : curves) {
    std::string label = curve.name + ", FMR " + percent(curve.target_fmr);
    if (!drawn(curve)) {
      canvas.text(legend, row + 4, label + ": not supported", "start");
      row += 20;
      continue;
    }
    const std::size_t colour = colours.emplace(curve.name, colours.size()).first->second;
    Stroke stroke = curve_stroke(colour);
    if (curve.target_fmr > 0.005) stroke.dashes = "6 4";
    const Line line = line_of(curve, x, y);
    const auto [at, is_new] = known.emplace(line, percent(curve.target_fmr));
    if (!is_new) label += " (lies on that of " + at->second + ")";
    draw_band(canvas, curve, x, y, stroke.colour);
    canvas.polyline(line, stroke);
    draw_marks(canvas, curve, x, y, stroke);
    canvas.line(legend, row, legend + 28, row, stroke);
    canvas.text(legend + 36, row + 4, label, "start");
    row += 20;
  }
  if (std::any_of(curves.begin(), curves.end(), drawn)) {
    canvas.text(legend, row + 8, "open triangle: no miss, FNMR below 3/n; shaded: fewer than three", "start");
  } else {
    canvas.text(kLeft + kWidth / 2, kTop + kHeight / 2, "Nothing to draw: too few non-mated pairs for these FMRs",
                "middle");
  }
  plot::draw_frame(canvas, kWidth, kHeight);
  canvas.text(kLeft, 28, title, "start", 17);
  canvas.text(kLeft + kWidth / 2, kTop + kHeight + 46, "samples left out, worst quality first", "middle", 14);
  canvas.text(20, kTop + kHeight / 2, "false non-match rate (FNMR)", "middle", 14, true);
  return canvas.take();
}

}  // namespace whorl::evaluation
