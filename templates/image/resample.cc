#include "templates/image/resample.h"

#include <cmath>
#include <opencv2/imgproc.hpp>

#include "templates/image/resample_pixels.h"

namespace whorl::image {

Result<cv::Mat> to_standard_ppi(const cv::Mat& grey, double ppi, const ImageLimits& limits) {
  if (!std::isfinite(ppi) || ppi < limits.min_ppi || ppi > limits.max_ppi) {
    return invalid_input("the image's resolution is out of bounds");
  }
  const double factor = kStandardPpi / ppi;
  if (std::abs(factor - 1.0) <= 0.01) return grey;
  const double width = std::round(grey.cols * factor);
  const double height = std::round(grey.rows * factor);
  if (std::min(width, height) < limits.min_side_px || std::max(width, height) > limits.max_side_px ||
      width * height > static_cast<double>(limits.max_pixels)) {
    return invalid_input("the image would be " + std::to_string(static_cast<std::int64_t>(width)) + " x " +
                         std::to_string(static_cast<std::int64_t>(height)) +
                         " pixels at 500 ppi, which is out of bounds; check its resolution");
  }
  cv::Mat out(static_cast<int>(height), static_cast<int>(width), CV_8UC1);
  cv::resize(grey, out, out.size(), 0, 0, factor < 1.0 ? cv::INTER_AREA : cv::INTER_CUBIC);
  return out;
}

Result<GreyImage> to_standard_ppi(const GreyImage& image, const ImageLimits& limits) {
  const auto count = static_cast<std::size_t>(image.width) * static_cast<std::size_t>(image.height);
  if (image.width <= 0 || image.height <= 0 || image.pixels.size() != count) {
    return invalid_input("the image's pixels are not as many as its sides say");
  }
  const cv::Mat grey(image.height, image.width, CV_8UC1, const_cast<std::uint8_t*>(image.pixels.data()));
  WHORL_ASSIGN(const cv::Mat standard, to_standard_ppi(grey, image.ppi, limits));
  GreyImage out{standard.cols, standard.rows, kStandardPpi, {}};
  out.pixels.assign(standard.datastart, standard.dataend);
  return out;
}

}  // namespace whorl::image
