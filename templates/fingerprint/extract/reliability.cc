#include "templates/fingerprint/extract/reliability.h"

#include <algorithm>
#include <opencv2/imgproc.hpp>

namespace whorl::fingerprint {

namespace {

constexpr int kStripRows = 24;  // of the grid: a strip stays in the processor's cache

// The mean of a x b over each cell of the grid.
cv::Mat mean_product(const PixelMap& a, const PixelMap& b, const cv::Size& grid) {
  cv::Mat product;
  cv::Mat out(grid, CV_32F);
  if (a.rows % kGrid != 0) {
    cv::multiply(a, b, product);
    cv::resize(product, out, grid, 0, 0, cv::INTER_AREA);
    return out;
  }
  for (int row = 0; row < grid.height; row += kStripRows) {
    const cv::Range cells(row, std::min(row + kStripRows, grid.height));
    const cv::Range rows(cells.start * kGrid, cells.end * kGrid);
    cv::multiply(a.rowRange(rows), b.rowRange(rows), product);
    cv::Mat strip = out.rowRange(cells);
    cv::resize(product, strip, strip.size(), 0, 0, cv::INTER_AREA);
  }
  return out;
}

}  // namespace

GridMap reliability(const PixelMap& normalised, const PixelMap& enhanced, const GridMap& mask,
                    const ExtractParameters& p) {
  const auto local_mean = [&](const PixelMap& a, const PixelMap& b) {
    cv::Mat grid = mean_product(a, b, mask.size());
    cv::GaussianBlur(grid, grid, {0, 0}, p.reliability_sigma_px500 / kGrid, 0, cv::BORDER_REPLICATE);
    return grid;
  };
  const cv::Mat cross = local_mean(normalised, enhanced);
  const cv::Mat raw = local_mean(normalised, normalised);
  const cv::Mat clean = local_mean(enhanced, enhanced);
  cv::Mat norm;
  cv::sqrt(raw.mul(clean) + 1e-6, norm);
  return GridMap(cv::min(cv::max(cross / norm, 0.0), 1.0));
}

}  // namespace whorl::fingerprint
