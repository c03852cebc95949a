#include "templates/fingerprint/extract/fine_ridges.h"

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>
#include <utility>

#include "templates/fingerprint/extract/extract.h"

namespace whorl::fingerprint {
namespace {

constexpr double kMostEnlarged = 2.0;
constexpr double kMostPixels = 800'000;  // of the enlarged picture: what would be larger is enlarged less

cv::Mat resized(const cv::Mat& values, const cv::Size& size) {
  cv::Mat out;
  cv::resize(values, out, size, 0, 0, cv::INTER_AREA);
  return out;
}

}  // namespace

double enlargement(double period_px500, const cv::Size& pixels, const ExtractParameters& p) {
  if (period_px500 <= 0 || period_px500 >= p.enlarge_below_period_px500) return 1;
  const double wanted = std::min(kAdultPeriod_px500 / period_px500, kMostEnlarged);
  return std::max(1.0, std::min(wanted, std::sqrt(kMostPixels / std::max(1, pixels.area()))));
}

PixelMap scaled(const PixelMap& grey, double scale) {
  cv::Mat out;
  cv::resize(grey, out, {}, scale, scale, scale < 1 ? cv::INTER_AREA : cv::INTER_CUBIC);
  return PixelMap(out);
}

GridMap enlarged_to(const GridMap& mask, const PixelMap& larger) {
  cv::Mat out;
  cv::resize(mask, out, grid_of(larger.size()), 0, 0, cv::INTER_NEAREST);
  return GridMap(out);
}

Reading brought_back(Reading enlarged, const cv::Size& pixels, const cv::Size& grid) {
  Reading out = std::move(enlarged);
  const float across = static_cast<float>(pixels.width) / static_cast<float>(out.enhanced.cols);
  const float down = static_cast<float>(pixels.height) / static_cast<float>(out.enhanced.rows);
  for (Minutia& minutia : out.minutiae) {  // from the middle of a pixel to the same place
    minutia.x_px500 = std::max(0.0F, (minutia.x_px500 + 0.5F) * across - 0.5F);
    minutia.y_px500 = std::max(0.0F, (minutia.y_px500 + 0.5F) * down - 0.5F);
    minutia = quantised(minutia, pixels.width, pixels.height);
  }
  out.flow = {GridMap(resized(out.flow.cos2, grid)), GridMap(resized(out.flow.sin2, grid))};
  out.period = GridMap(resized(out.period, grid) * std::sqrt(across * down));
  out.enhanced = PixelMap(resized(out.enhanced, pixels));
  return out;
}

}  // namespace whorl::fingerprint
