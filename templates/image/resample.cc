#include "templates/image/resample.h"

#include <cmath>
#include <opencv2/imgproc.hpp>

namespace whorl::image {

Result<GreyImage> to_standard_ppi(const GreyImage& image, const ImageLimits& limits) {
  const auto count = static_cast<std::size_t>(image.width) * static_cast<std::size_t>(image.height);
  if (image.width <= 0 || image.height <= 0 || image.pixels.size() != count) {
    return invalid_input("the image's pixels are not as many as its sides say");
  }
  if (!std::isfinite(image.ppi) || image.ppi < limits.min_ppi || image.ppi > limits.max_ppi) {
    return invalid_input("the image's resolution is out of bounds");
  }
  GreyImage out;
  out.ppi = kStandardPpi;
  const double factor = kStandardPpi / image.ppi;
  if (std::abs(factor - 1.0) <= 0.01) {
    out = image;
    out.ppi = kStandardPpi;
    return out;
  }
  const double width = std::round(image.width * factor);
  const double height = std::round(image.height * factor);
  if (std::min(width, height) < limits.min_side_px || std::max(width, height) > limits.max_side_px ||
      width * height > static_cast<double>(limits.max_pixels)) {
    return invalid_input("the image would be " + std::to_string(static_cast<std::int64_t>(width)) + " x " +
                         std::to_string(static_cast<std::int64_t>(height)) +
                         " pixels at 500 ppi, which is out of bounds; check its resolution");
  }
  out.width = static_cast<int>(width);
  out.height = static_cast<int>(height);
  out.pixels.resize(static_cast<std::size_t>(out.width) * static_cast<std::size_t>(out.height));
  const cv::Mat from(image.height, image.width, CV_8UC1, const_cast<std::uint8_t*>(image.pixels.data()));
  cv::Mat to(out.height, out.width, CV_8UC1, out.pixels.data());
  cv::resize(from, to, to.size(), 0, 0, factor < 1.0 ? cv::INTER_AREA : cv::INTER_CUBIC);
  return out;
}

}  // namespace whorl::image
