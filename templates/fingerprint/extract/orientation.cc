#include "templates/fingerprint/extract/orientation.h"

#include <cmath>
#include <numbers>
#include <opencv2/imgproc.hpp>

namespace whorl::fingerprint {
namespace {

struct Tensor {
  cv::Mat difference;  // gx^2 - gy^2
  cv::Mat product;     // 2 gx gy
  cv::Mat energy;      // gx^2 + gy^2
};

Tensor gradient_tensor(const PixelMap& image, const cv::Size& grid) {
  cv::Mat smooth;
  cv::GaussianBlur(image, smooth, {5, 5}, 1.0);
  cv::Mat dx;
  cv::Mat dy;
  cv::Scharr(smooth, dx, CV_32F, 1, 0, 1.0 / 32, 0, cv::BORDER_REPLICATE);
  cv::Scharr(smooth, dy, CV_32F, 0, 1, 1.0 / 32, 0, cv::BORDER_REPLICATE);
  const cv::Mat xx = dx.mul(dx);
  const cv::Mat yy = dy.mul(dy);
  Tensor out;
  cv::resize(xx - yy, out.difference, grid, 0, 0, cv::INTER_AREA);
  cv::resize(dx.mul(dy, 2.0), out.product, grid, 0, 0, cv::INTER_AREA);
  cv::resize(xx + yy, out.energy, grid, 0, 0, cv::INTER_AREA);
  return out;
}

// Ridge orientation is across the gradient, and y points up: hence the signs.
Orientation smoothed(const Tensor& tensor, double sigma_cells) {
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
  Tensor tensor = gradient_tensor(normalised, mask.size());
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
