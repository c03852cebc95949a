#include <algorithm>
#include <cmath>
#include <cstdio>

#include "engine/evaluation/plot.h"
#include "engine/evaluation/svg.h"

namespace whorl::evaluation {
namespace {

using plot::decade_label, plot::draw_frame, plot::kFrame, plot::kGrid, plot::kLeft, plot::kTop, plot::LogAxis;

constexpr double kHeight = 360;
// No sample counts further.
constexpr int kLeastDecade = -12;

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

std::string histogram_svg(const Histogram& histogram, const std::string& title,
                          const engine::Calibration* calibration) {
  constexpr double kWidth = 640;
  Canvas canvas(static_cast<int>(kLeft + kWidth) + 40, static_cast<int>(kTop + kHeight) + 76, title,
                "How mated and non-mated scores are spread; where they overlap a threshold makes errors.");
  const auto whole = [](double n) { return std::to_string(static_cast<long long>(n)); };
  const auto total = [](const std::vector<std::uint64_t>& counts) {
    double sum = 0;
    for (const auto c : counts) sum += static_cast<double>(c);
    return sum;
  };
  const double mated = total(histogram.mated);
  const double non_mated = total(histogram.non_mated);
  // Down to half of one comparison, so that a single one has a bar.
  const double least = 0.5 / std::max({mated, non_mated, 1.0});
  const int low = std::clamp(static_cast<int>(std::floor(std::log10(least))), kLeastDecade, -1);
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
    if (calibration != nullptr) {
      canvas.text(at, kTop + kHeight + 36, std::to_string(std::lround(calibration->db(v))) + " dB", "middle", 11);
    }
  }
  draw_frame(canvas, kWidth, kHeight);
  canvas.text(kLeft, 28, title, "start", 17);
  canvas.rectangle(kLeft + kWidth - 170, kTop + 12, 14, 14, "#0072b2", 0.6);
  canvas.text(kLeft + kWidth - 150, kTop + 24, "mated (" + whole(mated) + ")", "start");
  canvas.rectangle(kLeft + kWidth - 170, kTop + 34, 14, 14, "#d55e00", 0.6);
  canvas.text(kLeft + kWidth - 150, kTop + 46, "non-mated (" + whole(non_mated) + ")", "start");
  canvas.text(kLeft + kWidth / 2, kTop + kHeight + 60,
              calibration == nullptr ? "raw score" : "raw score, and decibels of the calibration", "middle", 14);
  canvas.text(20, kTop + kHeight / 2, "share of comparisons", "middle", 14, true);
  return canvas.take();
}

}  // namespace whorl::evaluation
