// The plot of claimed against observed decibels.
#include <algorithm>
#include <cmath>

#include "engine/evaluation/claims.h"
#include "engine/evaluation/plot.h"
#include "engine/evaluation/text.h"

namespace whorl::evaluation {
namespace {

using plot::kLeft, plot::kTop, plot::LinearAxis;

constexpr double kSide = 520;
constexpr const char* kExtrapolated = "#e69f00";
constexpr const char* kSilent = "#999";
const Stroke kInterval{"#0072b2", 2, ""};
const Stroke kIdeal{"#999", 1.2, "4 4"};

double db_of(double fmr, double most) { return fmr > 0 ? std::min(most, -10.0 * std::log10(fmr)) : most; }

// The least level of which `is` holds, half a step before it; `otherwise` when there is none.
template <class Is>
double begin_of(const ClaimCheck& check, Is is, double otherwise) {
  for (const ClaimedLevel& level : check.levels) {
    if (is(level)) return level.db - 2.5;
  }
  return otherwise;
}

// Some levels past the last that says something are enough, and all that was observed has its place.
double end_of(const ClaimCheck& check) {
  double last = 22.5;
  for (const ClaimedLevel& level : check.levels) {
    if (level.supported() || level.observed.errors > 0) last = std::max(last, level.db + 7.5);
    if (level.observed.errors > 0) last = std::max(last, 2.5 - 10.0 * std::log10(level.observed.value()));
  }
  return last;
}

void draw_level(Canvas& canvas, const ClaimedLevel& level, const LinearAxis& x, const LinearAxis& y) {
  const double at = x.at(level.db);
  const double least = y.at(db_of(level.observed.high, y.high));
  const double most = y.at(db_of(level.observed.low, y.high));
  canvas.line(at, least, at, most, kInterval);
  canvas.line(at - 5, least, at + 5, least, kInterval);
  if (level.observed.errors == 0) {  // open upwards
    canvas.polyline({{at - 5, most + 8}, {at, most}, {at + 5, most + 8}}, kInterval);
    return;
  }
  if (-10.0 * std::log10(level.observed.low) <= y.high) canvas.line(at - 5, most, at + 5, most, kInterval);
  const double middle = y.at(db_of(level.observed.value(), y.high));
  canvas.rectangle(at - 4, middle - 4, 8, 8, "#0072b2");
}

void draw_legend(Canvas& canvas) {
  const double left = kLeft + kSide + 20;
  canvas.rectangle(left + 10, kTop + 8, 8, 8, "#0072b2");
  canvas.line(left + 14, kTop, left + 14, kTop + 24, kInterval);
  canvas.text(left + 36, kTop + 17, "observed, 95 % interval", "start");
  canvas.line(left, kTop + 42, left + 28, kTop + 42, kIdeal);
  canvas.text(left + 36, kTop + 46, "observed = claimed", "start");
  canvas.text(left, kTop + 76, "Below the line: more false", "start");
  canvas.text(left, kTop + 93, "matches than claimed.", "start");
  canvas.rectangle(left, kTop + 110, 28, 16, kExtrapolated, 0.18);
  canvas.text(left + 36, kTop + 123, "calibration extrapolated", "start");
  canvas.rectangle(left, kTop + 136, 28, 16, kSilent, 0.25);
  canvas.text(left + 36, kTop + 149, "under 3 false matches", "start");
  canvas.text(left + 36, kTop + 166, "expected: not supported", "start");
  canvas.text(left, kTop + 192, "Arrow: no false match observed.", "start");
}

}  // namespace

std::string claims_svg(const ClaimCheck& check) {
  const std::string title = "Claimed and observed FMR, " + check.name;
  const double end = end_of(check);
  Canvas canvas(static_cast<int>(kLeft + kSide) + 250, static_cast<int>(kTop + kSide) + 60, title);
  const LinearAxis x{0, end, kLeft, kSide};
  const LinearAxis y{0, end, kTop + kSide, -kSide};
  const double silent = begin_of(
      check, [](const auto& level) { return !level.supported(); }, end);
  const double extrapolated = std::min(end, check.measured_db);
  canvas.rectangle(x.at(extrapolated), kTop, kLeft + kSide - x.at(extrapolated), kSide, kExtrapolated, 0.18);
  canvas.rectangle(x.at(silent), kTop, kLeft + kSide - x.at(silent), kSide, kSilent, 0.25);
  for (double db = 0; db <= end; db += 10) {
    canvas.line(x.at(db), kTop, x.at(db), kTop + kSide, plot::kGrid);
    canvas.line(kLeft, y.at(db), kLeft + kSide, y.at(db), plot::kGrid);
    canvas.text(x.at(db), kTop + kSide + 20, fixed_text(db, 0), "middle");
    canvas.text(kLeft - 8, y.at(db) + 4, fixed_text(db, 0), "end");
  }
  canvas.line(x.at(0), y.at(0), x.at(end), y.at(end), kIdeal);
  for (const ClaimedLevel& level : check.levels) {
    if (level.db <= end) draw_level(canvas, level, x, y);
  }
  plot::draw_frame(canvas, kSide, kSide);
  draw_legend(canvas);
  canvas.text(kLeft, 28, title, "start", 17);
  canvas.text(kLeft + kSide / 2, kTop + kSide + 46, "claimed, dB of FMR", "middle", 14);
  canvas.text(20, kTop + kSide / 2, "observed, dB of FMR", "middle", 14, true);
  return canvas.take();
}

}  // namespace whorl::evaluation
