// OpenCV's view of our images. Private to this room.
#pragma once

#include <opencv2/core/mat.hpp>

#include "templates/image/image.h"

namespace whorl::face {

// Shares the pixels; must not be written to, and must not outlive the image.
inline cv::Mat mat_of(const image::ColourImage& image) {
  return {image.height, image.width, CV_8UC3, const_cast<std::uint8_t*>(image.pixels.data())};
}

}  // namespace whorl::face
