#include "templates/image/resample.h"

#include <cmath>
#include <opencv2/imgproc.hpp>

#include "base/catalogue.h"
#include "templates/image/area_resample.h"
#include "templates/image/resample_pixels.h"

namespace whorl::image {

Result<cv::Mat> to_standard_ppi(const cv::Mat& grey, double ppi, const ImageLimits& limits) {
  if (!std::isfinite(ppi) || ppi < limits.min_ppi || ppi > limits.max_ppi) {
    return failure(ErrorCode::kResolutionGivenRange, with<"ppi">(ppi), with<"least_ppi">(limits.min_ppi),
                   with<"most_ppi">(limits.max_ppi));
  }
  const double factor = kStandardPpi / ppi;
  if (std::abs(factor - 1.0) <= 0.01) return grey;
  const double width = std::round(grey.cols * factor);
  const double height = std::round(grey.rows * factor);
  if (std::min(width, height) < limits.min_side_px || std::max(width, height) > limits.max_side_px ||
      width * height > static_cast<double>(limits.max_pixels)) {
    return failure(ErrorCode::kStandardSizeRange, with<"width">(static_cast<std::int64_t>(width)),
                   with<"height">(static_cast<std::int64_t>(height)));
  }
  const cv::Size size(static_cast<int>(width), static_cast<int>(height));
  if (factor < 1.0) return area_resampled(grey, size);
  cv::Mat out;
  cv::resize(grey, out, size, 0, 0, cv::INTER_CUBIC);
  return out;
}

Result<GreyImage> to_standard_ppi(const GreyImage& image, const ImageLimits& limits) {
  const auto count = static_cast<std::size_t>(image.width) * static_cast<std::size_t>(image.height);
  if (image.width <= 0 || image.height <= 0 || image.pixels.size() != count) {
    return failure(ErrorCode::kPixelCount);
  }
  const cv::Mat grey(image.height, image.width, CV_8UC1, const_cast<std::uint8_t*>(image.pixels.data()));
  WHORL_ASSIGN(const cv::Mat standard, to_standard_ppi(grey, image.ppi, limits));
  GreyImage out{standard.cols, standard.rows, kStandardPpi, {}};
  out.pixels.assign(standard.datastart, standard.dataend);
  return out;
}

}  // namespace whorl::image
