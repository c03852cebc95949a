#include "tests/support/textures/canvas.h"

#include <cmath>

namespace whorl::tests {

double length(Draws& draws, const Canvas& canvas, double low_px500, double high_px500) {
  return canvas.px500 * low_px500 * std::pow(high_px500 / low_px500, draws.unit());
}

cv::Mat white_noise(Draws& draws, cv::Size size) {
  cv::Mat out(size, CV_32F);
  for (int y = 0; y < size.height; ++y) {
    for (int x = 0; x < size.width; ++x) out.at<float>(y, x) = static_cast<float>(draws.normal(0, 1));
  }
  return out;
}

cv::Mat shaped_noise(Draws& draws, cv::Size size, const std::function<double(double, double)>& gain) {
  const cv::Size fast(cv::getOptimalDFTSize(size.width), cv::getOptimalDFTSize(size.height));
  cv::Mat spectrum;
  cv::dft(white_noise(draws, fast), spectrum, cv::DFT_COMPLEX_OUTPUT);
  for (int y = 0; y < fast.height; ++y) {
    const double fy = (y <= fast.height / 2 ? y : y - fast.height) / static_cast<double>(fast.height);
    for (int x = 0; x < fast.width; ++x) {
      const double fx = (x <= fast.width / 2 ? x : x - fast.width) / static_cast<double>(fast.width);
      spectrum.at<cv::Vec2f>(y, x) *= static_cast<float>(x == 0 && y == 0 ? 0 : gain(fx, fy));
    }
  }
  cv::Mat out;
  cv::dft(spectrum, out, cv::DFT_INVERSE | cv::DFT_REAL_OUTPUT | cv::DFT_SCALE);
  out = out(cv::Rect({0, 0}, size)).clone();
  cv::Scalar mean;
  cv::Scalar deviation;
  cv::meanStdDev(out, mean, deviation);
  return (out - mean[0]) / (deviation[0] + 1e-9);
}

cv::Mat cloud(Draws& draws, cv::Size size, double slope) {
  return shaped_noise(draws, size, [slope](double fx, double fy) { return std::pow(std::hypot(fx, fy), -slope / 2); });
}

cv::Mat from_formula(cv::Size size, double turn_rad, const std::function<double(double, double)>& value) {
  cv::Mat out(size, CV_32F);
  const double c = std::cos(turn_rad);
  const double s = std::sin(turn_rad);
  for (int y = 0; y < size.height; ++y) {
    for (int x = 0; x < size.width; ++x) out.at<float>(y, x) = static_cast<float>(value(c * x - s * y, s * x + c * y));
  }
  return out;
}

}  // namespace whorl::tests
