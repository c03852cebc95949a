// A picture of a finger as OpenCV has it, and back.
#pragma once

#include <opencv2/core.hpp>

#include "templates/image/image.h"

namespace whorl::tests {

// With pixels of its own.
inline cv::Mat mat_of(const image::GreyImage& image) {
  return cv::Mat(image.height, image.width, CV_8U, const_cast<std::uint8_t*>(image.pixels.data())).clone();
}

// At 500 ppi.
inline image::GreyImage image_of(const cv::Mat& picture) {
  const cv::Mat whole = picture.clone();
  return {whole.cols, whole.rows, image::kStandardPpi, {whole.datastart, whole.dataend}};
}

}  // namespace whorl::tests
