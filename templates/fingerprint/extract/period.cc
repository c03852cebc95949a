#include "templates/fingerprint/extract/period.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <numeric>
#include <opencv2/imgproc.hpp>

#include "templates/fingerprint/extract/windows.h"

namespace whorl::fingerprint {
namespace {

constexpr int kWindowAlong = 17;  // px500, averaged along the ridge
constexpr int kStep = 4;          // grid cells between windows

struct Estimate {
  float period = 0;
  float confidence = 0;
};

// Cosine and sine tables of the tried periods under a Hann window.
class PeriodBank {
 public:
  PeriodBank(double shortest, double longest) {
    for (int k = 0; k < kWaves; ++k) {
      // Even steps in log period.
      periods_[k] = static_cast<float>(shortest * std::pow(longest / shortest, k / (kWaves - 1.0)));
      for (int i = 0; i < kAcross; ++i) {
        const double u = i - (kAcross - 1) / 2.0;
        const double hann = 0.5 + 0.5 * std::cos(2 * std::numbers::pi * u / kAcross);
        const double phase = 2 * std::numbers::pi * u / static_cast<double>(periods_[k]);
        waves_.cosine[i][k] = static_cast<float>(hann * std::cos(phase));
        waves_.sine[i][k] = static_cast<float>(hann * std::sin(phase));
      }
    }
  }

  [[nodiscard]] Estimate strongest(const Signature& signature) const {
    const Spectrum power = power_of(signature, waves_);
    const auto best = static_cast<int>(std::max_element(power.begin(), power.end()) - power.begin());
    const float total = std::accumulate(power.begin(), power.end(), 1e-6F);
    if (best == 0 || best == kWaves - 1) return {};
    // Parabola through the three highest, in log period.
    const float left = power[best - 1];
    const float right = power[best + 1];
    const float shift = 0.5F * (left - right) / (left - 2 * power[best] + right - 1e-9F);
    const float ratio = periods_[1] / periods_[0];
    const float share = (left + power[best] + right) / total;
    return {periods_[best] * std::pow(ratio, shift), share * std::sqrt(power[best])};
  }

 private:
  Spectrum periods_{};
  Waves waves_;
};

// Sums of the values along the ridge through (x, y), for each place across it; beyond the picture there is nothing.
Signature signature_at(const PixelMap& image, float x, float y, float angle) {
  Signature out{};
  const Pixels pixels(image);
  const LineAcross line(x, y, std::cos(angle), -std::sin(angle));
  for (int j = -(kWindowAlong / 2); j <= kWindowAlong / 2; j += 2) line.add(pixels, static_cast<float>(j), out.data());
  return out;
}

}  // namespace

GridMap ridge_period(const PixelMap& normalised, const Orientation& flow, const GridMap& mask,
                     const ExtractParameters& p, const StopLatch& stop) {
  const PeriodBank bank(p.min_period_px500, p.max_period_px500);
  const cv::Size coarse((mask.cols + kStep - 1) / kStep, (mask.rows + kStep - 1) / kStep);
  cv::Mat weighted = cv::Mat::zeros(coarse, CV_32F);
  cv::Mat weight = cv::Mat::zeros(coarse, CV_32F);
  for (int row = 0; row < coarse.height && !stop(); ++row) {
    for (int column = 0; column < coarse.width; ++column) {
      const int gx = std::min(column * kStep + kStep / 2, mask.cols - 1);
      const int gy = std::min(row * kStep + kStep / 2, mask.rows - 1);
      if (mask.at<std::uint8_t>(gy, gx) == 0) continue;
      const auto centre = [](int cell) { return (static_cast<float>(cell) + 0.5F) * kGrid; };
      const auto signature = signature_at(normalised, centre(gx), centre(gy), flow.angle_rad(gx, gy));
      const Estimate estimate = bank.strongest(signature);
      if (estimate.period <= 0) continue;
      const float w = estimate.confidence * flow.coherence(gx, gy);
      weighted.at<float>(row, column) = w * estimate.period;
      weight.at<float>(row, column) = w;
    }
  }
  // A weak pull towards the print's own mean fills what was not measured.
  const double total = cv::sum(weight)[0];
  const double mean = total > 0 ? cv::sum(weighted)[0] / total : p.default_period_px500;
  const double sigma_cells = p.period_sigma_px500 / (kGrid * kStep);
  cv::GaussianBlur(weighted, weighted, {0, 0}, sigma_cells, 0, cv::BORDER_CONSTANT);
  cv::GaussianBlur(weight, weight, {0, 0}, sigma_cells, 0, cv::BORDER_CONSTANT);
  const double pull = 0.02 * total / std::max(1.0, static_cast<double>(weight.total())) + 1e-6;
  const cv::Mat period = (weighted + pull * mean) / (weight + pull);
  cv::Mat out;
  cv::resize(period, out, mask.size(), 0, 0, cv::INTER_LINEAR);
  return GridMap(cv::max(cv::min(out, p.max_period_px500), p.min_period_px500));
}

}  // namespace whorl::fingerprint
