#include "templates/fingerprint/extract/segment.h"

#include <algorithm>
#include <opencv2/imgproc.hpp>

#include "templates/fingerprint/extract/cell_means.h"

namespace whorl::fingerprint {
namespace {

constexpr std::size_t kStripwisePixels = 640'000;  // from here on strips, which stay in the processor's cache
constexpr int kStripRows = 32;                     // of the grid

cv::Mat gradient_energy(const cv::Mat& grey) {
  cv::Mat dx;
  cv::Mat dy;
  cv::Sobel(grey, dx, CV_32F, 1, 0, 3, 1, 0, cv::BORDER_REPLICATE);
  cv::Sobel(grey, dy, CV_32F, 0, 1, 3, 1, 0, cv::BORDER_REPLICATE);
  cv::magnitude(dx, dy, dx);
  return dx;
}

cv::Mat gradient_energy_stripwise(const PixelMap& grey, const cv::Size& grid) {
  cv::Mat padded;
  cv::copyMakeBorder(grey, padded, 0, grid.height * kGrid - grey.rows, 0, grid.width * kGrid - grey.cols,
                     cv::BORDER_REPLICATE);
  cv::Mat out(grid, CV_32F);
  for (int row = 0; row < grid.height; row += kStripRows) {
    const int rows = std::min(kStripRows, grid.height - row);
    // What a strip's filters need of the next ones, they take from the picture around it.
    const cv::Mat energy = gradient_energy(padded.rowRange(row * kGrid, (row + rows) * kGrid));
    cell_means(energy).copyTo(out.rowRange(row, row + rows));
  }
  return out;
}

cv::Mat gradient_energy_grid(const PixelMap& grey, const cv::Size& grid) {
  if (grey.total() > kStripwisePixels) return gradient_energy_stripwise(grey, grid);
  return cell_means(gradient_energy(grey));
}

float percentile(const cv::Mat& values, double share) {
  std::vector<float> sorted(values.begin<float>(), values.end<float>());
  const auto nth = sorted.begin() + static_cast<std::ptrdiff_t>(share * static_cast<double>(sorted.size() - 1));
  std::nth_element(sorted.begin(), nth, sorted.end());
  return *nth;
}

cv::Mat disc(int diameter_px500) {
  const int side = std::max(1, diameter_px500 / kGrid) | 1;
  return cv::getStructuringElement(cv::MORPH_ELLIPSE, {side, side});
}

// The largest connected part and every other at least a quarter of its size, holes filled.
cv::Mat keep_large_parts(const cv::Mat& mask) {
  std::vector<std::vector<cv::Point>> contours;
  cv::findContours(mask, contours, cv::RETR_EXTERNAL, cv::CHAIN_APPROX_NONE);
  double largest = 0;
  for (const auto& c : contours) largest = std::max(largest, cv::contourArea(c));
  cv::Mat out = cv::Mat::zeros(mask.size(), CV_8U);
  for (std::size_t i = 0; i < contours.size(); ++i) {
    if (cv::contourArea(contours[i]) >= 0.25 * largest) {
      cv::drawContours(out, contours, static_cast<int>(i), cv::Scalar(255), cv::FILLED);
    }
  }
  return out;
}

}  // namespace

GridMap segment(const PixelMap& grey, const ExtractParameters& p) {
  const cv::Size grid = grid_of(grey.size());
  cv::Mat energy = gradient_energy_grid(grey, grid);
  cv::GaussianBlur(energy, energy, {0, 0}, p.segment_sigma_px500 / kGrid, 0, cv::BORDER_CONSTANT);
  const double threshold =
      std::max(2.0, p.segment_share * static_cast<double>(percentile(energy, p.segment_percentile)));
  const cv::Mat above = energy > threshold;
  cv::Mat padded;
  const int pad = p.segment_close_px500 / kGrid + p.segment_open_px500 / kGrid;
  cv::copyMakeBorder(above, padded, pad, pad, pad, pad, cv::BORDER_REPLICATE);
  cv::morphologyEx(padded, padded, cv::MORPH_CLOSE, disc(p.segment_close_px500));
  cv::morphologyEx(padded, padded, cv::MORPH_OPEN, disc(p.segment_open_px500));
  return GridMap(keep_large_parts(padded(cv::Rect(pad, pad, grid.width, grid.height))));
}

}  // namespace whorl::fingerprint
