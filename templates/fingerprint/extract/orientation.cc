#include "templates/fingerprint/extract/orientation.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <opencv2/imgproc.hpp>

#include "templates/fingerprint/extract/cell_means.h"

namespace whorl::fingerprint {
namespace {

constexpr std::size_t kStripwisePixels = 250'000;  // from here on strips, which stay in the processor's cache
constexpr int kStripRows = 24;                     // of the grid

// Of these rows of the picture. The filters see the rows beside them.
CellTensor tensor_of_rows(const PixelMap& image, const cv::Range& rows) {
  const cv::Range wider(std::max(0, rows.start - 1), std::min(image.rows, rows.end + 1));
  cv::Mat smooth;
  cv::GaussianBlur(image.rowRange(wider), smooth, {5, 5}, 1.0);
  const cv::Mat seen = smooth.rowRange(rows.start - wider.start, rows.end - wider.start);
  cv::Mat dx;
  cv::Mat dy;
  cv::Scharr(seen, dx, CV_32F, 1, 0, 1.0 / 32, 0, cv::BORDER_REPLICATE);
  cv::Scharr(seen, dy, CV_32F, 0, 1, 1.0 / 32, 0, cv::BORDER_REPLICATE);
  return cell_tensor(dx, dy);
}

CellTensor gradient_tensor(const PixelMap& image) {
  if (image.total() <= kStripwisePixels || image.rows % kGrid != 0) {
    return tensor_of_rows(image, cv::Range(0, image.rows));
  }
  const cv::Size grid = grid_of(image.size());
  CellTensor out{cv::Mat(grid, CV_32F), cv::Mat(grid, CV_32F), cv::Mat(grid, CV_32F)};
  for (int row = 0; row < grid.height; row += kStripRows) {
    const cv::Range cells(row, std::min(row + kStripRows, grid.height));
    const CellTensor strip = tensor_of_rows(image, cv::Range(cells.start * kGrid, cells.end * kGrid));
    strip.difference.copyTo(out.difference.rowRange(cells));
    strip.product.copyTo(out.product.rowRange(cells));
    strip.energy.copyTo(out.energy.rowRange(cells));
  }
  return out;
}

// Ridge orientation is across the gradient, and y points up: hence the signs.
Orientation smoothed(const CellTensor& tensor, double sigma_cells) {
  cv::Mat difference;
  cv::Mat product;
  cv::Mat energy;
  cv::GaussianBlur(tensor.difference, difference, {0, 0}, sigma_cells, 0, cv::BORDER_REPLICATE);
  cv::GaussianBlur(tensor.product, product, {0, 0}, sigma_cells, 0, cv::BORDER_REPLICATE);
  cv::GaussianBlur(tensor.energy, energy, {0, 0}, sigma_cells, 0, cv::BORDER_REPLICATE);
  energy += 1e-6F;
  return {GridMap(-difference / energy), GridMap(product / energy)};
}

}  // namespace

float Orientation::angle_rad(int column, int row) const {
  const float angle = 0.5F * std::atan2(sin2.at<float>(row, column), cos2.at<float>(row, column));
  return angle < 0 ? angle + std::numbers::pi_v<float> : angle;
}

float Orientation::coherence(int column, int row) const {
  return std::hypot(sin2.at<float>(row, column), cos2.at<float>(row, column));
}

Orientation orientation_field(const PixelMap& normalised, const GridMap& mask, const ExtractParameters& p) {
  CellTensor tensor = gradient_tensor(normalised);
  cv::Mat weight;
  mask.convertTo(weight, CV_32F, 0.98 / 255, 0.02);
  tensor.difference = tensor.difference.mul(weight);
  tensor.product = tensor.product.mul(weight);
  tensor.energy = tensor.energy.mul(weight);
  Orientation fine = smoothed(tensor, p.orientation_fine_sigma_px500 / kGrid);
  const Orientation coarse = smoothed(tensor, p.orientation_coarse_sigma_px500 / kGrid);
  // The coarse scale decides where the fine one is incoherent: weights c^2 against a constant.
  const cv::Mat c2 = fine.cos2.mul(fine.cos2) + fine.sin2.mul(fine.sin2);
  const cv::Mat share = c2 / (c2 + 0.10F);
  const cv::Mat rest = 1.0F - share;
  fine.cos2 = GridMap(fine.cos2.mul(share) + coarse.cos2.mul(rest));
  fine.sin2 = GridMap(fine.sin2.mul(share) + coarse.sin2.mul(rest));
  return fine;
}

}  // namespace whorl::fingerprint
