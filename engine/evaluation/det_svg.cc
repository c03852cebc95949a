#include <algorithm>
#include <cmath>

#include "engine/evaluation/plot.h"
#include "engine/evaluation/svg.h"

namespace whorl::evaluation {
namespace {

using plot::decade_label, plot::draw_frame, plot::kFine, plot::kGrid, plot::kLeft, plot::kTop, plot::LogAxis;

constexpr double kSide = 520;

using Line = std::vector<std::pair<double, double>>;

// No sample counts further.
constexpr int kLeastDecade = -12;
constexpr const char* kDotted = "2 4";
constexpr const char* kOpen = "4 6";
constexpr double kWide = 6;

// The least rate that can be told from zero: the rule of three.
double limit_of(std::uint64_t trials) { return trials == 0 ? 1.0 : std::min(1.0, 3.0 / static_cast<double>(trials)); }

// Whether a threshold has errors of both kinds: other points have no place on logarithmic axes.
bool has_points(const DetCurve& curve) {
  return std::any_of(curve.points.begin(), curve.points.end(),
                     [](const DetPoint& p) { return p.fmr > 0 && p.fnmr > 0; });
}

bool is_perfect(const DetCurve& curve) {
  return std::any_of(curve.points.begin(), curve.points.end(),
                     [](const DetPoint& p) { return p.fmr <= 0 && p.fnmr <= 0; });
}

// The decade below the least rate that is drawn, and not at the very border; two at least.
int first_decade(const std::vector<DetCurve>& curves, double DetPoint::*rate, std::uint64_t DetCurve::*trials) {
  double least = 1;
  for (const DetCurve& curve : curves) {
    if (!has_points(curve)) least = std::min(least, limit_of(curve.*trials));
    for (const DetPoint& p : curve.points) {
      if (p.fmr > 0 && p.fnmr > 0) least = std::min(least, p.*rate);
    }
  }
  return std::clamp(plot::decade_below(least), kLeastDecade, -2);
}

void draw_grid(Canvas& canvas, const LogAxis& x, const LogAxis& y) {
  constexpr int kFinest = -6;  // a longer axis has no room for lines within a decade
  for (int e = x.low; e <= 0 && x.low >= kFinest; ++e) {
    for (int m = 2; e < 0 && m < 10; ++m) {
      const double at = x.at(m * std::pow(10.0, e));
      canvas.line(at, kTop, at, kTop + kSide, kFine);
    }
  }
  for (int e = y.low; e <= 0 && y.low >= kFinest; ++e) {
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
void append(Line& line, std::pair<double, double> at) {
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

// Steps. Where both rates change at once (a mated and a non-mated pair of one score) the corner is the worse of the
// two: no threshold has the better. In tenths of a pixel, so that a curve of many thresholds has no more corners than
// can be seen.
Line steps(const std::vector<DetPoint>& points, const LogAxis& x, const LogAxis& y) {
  const auto snapped = [](double v) { return std::round(v * 10) / 10; };
  Line out;
  for (const DetPoint& p : points) {
    if (p.fmr <= 0 || p.fnmr <= 0) continue;
    const std::pair<double, double> at{snapped(x.at(p.fmr)), snapped(y.at(p.fnmr))};
    if (!out.empty()) append(out, {out.back().first, at.second});
    append(out, at);
  }
  return out;
}

// The same points with every rate of zero at its limit.
std::vector<DetPoint> raised(const DetCurve& curve) {
  std::vector<DetPoint> out = curve.points;
  for (DetPoint& p : out) {
    if (p.fmr <= 0) p.fmr = limit_of(curve.non_mated);
    if (p.fnmr <= 0) p.fnmr = limit_of(curve.mated);
  }
  return out;
}

// The corner below and left of which the curve of a set without errors lies.
Line limit(const DetCurve& curve, const LogAxis& x, const LogAxis& y) {
  const double corner_x = x.at(limit_of(curve.non_mated));
  const double corner_y = y.at(limit_of(curve.mated));
  return {{corner_x, y.at(1)}, {corner_x, corner_y}, {x.at(1), corner_y}};
}

// A curve as it is drawn, with its line of the legend.
struct Drawn {
  Line line;
  Stroke stroke;
  std::string label;
};

using Place = std::pair<double, double>;

// Whether the stretch from `a` to `b` lies on the one from `c` to `d`; both are level or upright.
bool lies_on(Place a, Place b, Place c, Place d) {
  const auto within = [](double v, double x, double y) { return std::min(x, y) <= v && v <= std::max(x, y); };
  return within(a.first, c.first, d.first) && within(b.first, c.first, d.first) &&
         within(a.second, c.second, d.second) && within(b.second, c.second, d.second);
}

bool lies_on(const Line& line, const Line& other) {
  const auto on_other = [&](Place a, Place b) {
    for (std::size_t j = 1; j < other.size(); ++j) {
      if (lies_on(a, b, other[j - 1], other[j])) return true;
    }
    return false;
  };
  for (std::size_t i = 1; i < line.size(); ++i) {
    if (!on_other(line[i - 1], line[i])) return false;
  }
  return line.size() > 1 || (line.size() == 1 && on_other(line[0], line[0]));
}

// A curve that would be hidden by another shows beside it or through it, and the legend says so.
void uncover(const std::vector<DetCurve>& curves, std::vector<Drawn>& lines) {
  for (std::size_t i = 0; i < lines.size(); ++i) {
    for (std::size_t j = 0; j < lines.size(); ++j) {
      const bool same = lines[i].line == lines[j].line;
      if (i == j || (same && i < j) || !lies_on(lines[i].line, lines[j].line)) continue;
      lines[i].label += " (lies on " + curves[j].label.substr(0, curves[j].label.find("  ")) + ")";
      if (j > i) lines[i].stroke.width = kWide;
      if (j < i && lines[i].stroke.dashes.empty()) lines[i].stroke.dashes = kOpen;
      break;
    }
  }
}

std::vector<Drawn> drawn(const std::vector<DetCurve>& curves, const LogAxis& x, const LogAxis& y) {
  std::vector<Drawn> out;
  for (std::size_t i = 0; i < curves.size(); ++i) {
    Drawn one{{}, curve_stroke(i), curves[i].label};
    if (has_points(curves[i])) {
      one.line = steps(curves[i].points, x, y);
    } else if (is_perfect(curves[i])) {
      one.line = limit(curves[i], x, y);
      one.stroke.dashes = kDotted;
      one.label += ", no error: its limit, 3/n";
    } else {
      one.line = steps(raised(curves[i]), x, y);
      one.stroke.dashes = kDotted;
      one.label += ", one rate is zero at every threshold";
    }
    out.push_back(std::move(one));
  }
  uncover(curves, out);
  return out;
}

// The part of the plot in which no set was to have three errors.
void draw_unsupported(Canvas& canvas, const std::vector<DetCurve>& curves, const LogAxis& x, const LogAxis& y) {
  std::uint64_t mated = 0;
  std::uint64_t non_mated = 0;
  for (const DetCurve& curve : curves) {
    mated = std::max(mated, curve.mated);
    non_mated = std::max(non_mated, curve.non_mated);
  }
  const double right = x.at(std::max(limit_of(non_mated), std::pow(10.0, x.low)));
  const double top = y.at(std::max(limit_of(mated), std::pow(10.0, y.low)));
  canvas.rectangle(kLeft, kTop, right - kLeft, kSide, "#888", 0.12);
  canvas.rectangle(kLeft, top, kSide, kTop + kSide - top, "#888", 0.12);
}

void draw_band(Canvas& canvas, const DetCurve& curve, const LogAxis& x, const LogAxis& y, const std::string& colour) {
  Line upper;
  Line area;
  const auto on = [](const LogAxis& axis, double rate) { return axis.at(std::max(rate, std::pow(10.0, axis.low))); };
  for (const DetBandPoint& p : curve.band) {
    area.emplace_back(on(x, p.fmr), on(y, p.low));
    upper.emplace_back(on(x, p.fmr), on(y, p.high));
  }
  area.insert(area.end(), upper.rbegin(), upper.rend());
  if (!area.empty()) canvas.polygon(area, colour, 0.13);
}

}  // namespace

DetCurve det_curve(std::string label, const Trial& trial) {
  return {std::move(label), det_of(trial), trial.mated.size(), trial.non_mated.size(), {}};
}

std::string det_svg(const std::vector<DetCurve>& curves, const std::string& title) {
  const LogAxis x{first_decade(curves, &DetPoint::fmr, &DetCurve::non_mated), kLeft, kSide};
  const LogAxis y{first_decade(curves, &DetPoint::fnmr, &DetCurve::mated), kTop + kSide, -kSide};
  const std::vector<Drawn> lines = drawn(curves, x, y);
  std::size_t widest = 38;
  for (const Drawn& one : lines) widest = std::max(widest, one.label.size());
  const double legend = kLeft + kSide + 20;
  const int width = static_cast<int>(legend) + 50 + static_cast<int>(std::min<std::size_t>(widest, 100)) * 8;
  Canvas canvas(width, static_cast<int>(kTop + kSide) + 60, title,
                "False non-match rate over false match rate; lower and further left is better.");
  draw_grid(canvas, x, y);
  draw_unsupported(canvas, curves, x, y);
  for (std::size_t i = 0; i < lines.size(); ++i) draw_band(canvas, curves[i], x, y, lines[i].stroke.colour);
  const double from = std::pow(10.0, std::max(x.low, y.low));
  canvas.line(x.at(from), y.at(from), x.at(1), y.at(1), {"#999", 1, "4 4"});
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const auto& [line, stroke, label] = lines[i];
    canvas.polyline(line, stroke);
    if (line.size() == 1) canvas.rectangle(line[0].first - 3, line[0].second - 3, 6, 6, stroke.colour);
    const double row = kTop + 12 + 20 * static_cast<double>(i);
    canvas.line(legend, row, legend + 28, row, stroke);
    canvas.text(legend + 36, row + 4, label, "start");
  }
  const double row = kTop + 12 + 20 * static_cast<double>(curves.size());
  canvas.line(legend, row, legend + 28, row, {"#999", 1, "4 4"});
  canvas.text(legend + 36, row + 4, "FMR = FNMR", "start");
  canvas.rectangle(legend, row + 14, 28, 13, "#888", 0.12);
  canvas.text(legend + 36, row + 25, "fewer than three errors to be expected", "start");
  draw_frame(canvas, kSide, kSide);
  canvas.text(kLeft, 28, title, "start", 17);
  canvas.text(kLeft + kSide / 2, kTop + kSide + 46, "false match rate (FMR)", "middle", 14);
  canvas.text(20, kTop + kSide / 2, "false non-match rate (FNMR)", "middle", 14, true);
  return canvas.take();
}

}  // namespace whorl::evaluation
