#include "templates/fingerprint/extract/period.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <opencv2/imgproc.hpp>

namespace whorl::fingerprint {
namespace {

constexpr int kWindowAcross = 64;  // px500, length of the signature
constexpr int kWindowAlong = 17;   // px500, averaged along the ridge
constexpr int kStep = 4;           // grid cells between windows
constexpr int kPeriods = 24;

struct Estimate {
  float period = 0;
  float confidence = 0;
};

// Cosine and sine tables of the tried periods under a Hann window.
class PeriodBank {
 public:
  PeriodBank(double shortest, double longest) {
    for (int k = 0; k < kPeriods; ++k) {
      // Even steps in log period.
      periods_[k] = static_cast<float>(shortest * std::pow(longest / shortest, k / (kPeriods - 1.0)));
      for (int i = 0; i < kWindowAcross; ++i) {
        const double u = i - (kWindowAcross - 1) / 2.0;
        const double hann = 0.5 + 0.5 * std::cos(2 * std::numbers::pi * u / kWindowAcross);
        const double phase = 2 * std::numbers::pi * u / static_cast<double>(periods_[k]);
        cosine_[k][i] = static_cast<float>(hann * std::cos(phase));
        sine_[k][i] = static_cast<float>(hann * std::sin(phase));
      }
    }
  }

  [[nodiscard]] Estimate strongest(const std::array<float, kWindowAcross>& signature) const {
    std::array<float, kPeriods> power{};
    float total = 1e-6F;
    int best = 0;
    for (int k = 0; k < kPeriods; ++k) {
      float c = 0;
      float s = 0;
      for (int i = 0; i < kWindowAcross; ++i) {
        c += cosine_[k][i] * signature[i];
        s += sine_[k][i] * signature[i];
      }
      power[k] = c * c + s * s;
      total += power[k];
      if (power[k] > power[best]) best = k;
    }
    if (best == 0 || best == kPeriods - 1) return {};
    // Parabola through the three highest, in log period.
    const float left = power[best - 1];
    const float right = power[best + 1];
    const float shift = 0.5F * (left - right) / (left - 2 * power[best] + right - 1e-9F);
    const float ratio = periods_[1] / periods_[0];
    const float share = (left + power[best] + right) / total;
    return {periods_[best] * std::pow(ratio, shift), share * std::sqrt(power[best])};
  }

 private:
  std::array<float, kPeriods> periods_{};
  std::array<std::array<float, kWindowAcross>, kPeriods> cosine_{};
  std::array<std::array<float, kWindowAcross>, kPeriods> sine_{};
};

std::array<float, kWindowAcross> signature_at(const PixelMap& image, float x, float y, float angle) {
  const float along_x = std::cos(angle);
  const float along_y = -std::sin(angle);
  std::array<float, kWindowAcross> out{};
  for (int i = 0; i < kWindowAcross; ++i) {
    const float across = static_cast<float>(i) - (kWindowAcross - 1) / 2.0F;
    float sum = 0;
    for (int j = 0; j < kWindowAlong; j += 2) {
      const float along = static_cast<float>(j) - (kWindowAlong - 1) / 2.0F;
      const int px = static_cast<int>(std::lround(x + along * along_x - across * along_y));
      const int py = static_cast<int>(std::lround(y + along * along_y + across * along_x));
      if (px >= 0 && py >= 0 && px < image.cols && py < image.rows) sum += image.at<float>(py, px);
    }
    out[i] = sum;
  }
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
