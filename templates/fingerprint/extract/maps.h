// The two kinds of picture that the stages of extraction pass on, as types of their own, so that the compiler tells
// them apart. Private to this room.
//
// Both are OpenCV matrices with one channel and are given to OpenCV as they are; copies share their values, as OpenCV's
// do. Stages read what they are given and write only what they return.
#pragma once

#include <opencv2/core.hpp>

#include "templates/image/image.h"

namespace whorl::fingerprint {

// Side of a grid cell in pixels at 500 ppi.
inline constexpr int kGrid = 4;
// Side of a pixel.
inline constexpr double kMmPerPx500 = 25.4 / image::kStandardPpi;

// A value for each pixel at 500 ppi; CV_8U or CV_32F.
struct PixelMap : cv::Mat {
  PixelMap() = default;
  explicit PixelMap(const cv::Mat& values) : cv::Mat(values) {}
};

// A value for each kGrid-square of pixels: cell (i, j) is centred on pixel ((i + 0.5) kGrid, (j + 0.5) kGrid), and a
// side of n pixels has n / kGrid cells, rounded up. CV_8U or CV_32F.
struct GridMap : cv::Mat {
  GridMap() = default;
  explicit GridMap(const cv::Mat& values) : cv::Mat(values) {}
};

// The cells of a picture of so many pixels.
inline cv::Size grid_of(const cv::Size& pixels) {
  return {(pixels.width + kGrid - 1) / kGrid, (pixels.height + kGrid - 1) / kGrid};
}

}  // namespace whorl::fingerprint
