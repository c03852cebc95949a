// Means over the cells of the grid, of pictures at 500 ppi (CV_32F). Private to this room.
//
// A side of n pixels has as many cells as maps.h says, all equally wide: where n is no whole number of cells they are a
// little narrower, and a pixel across a border counts by its share in both. That is what cv::resize() gives with
// INTER_AREA, to the last bit from sides of 10 pixels on (sums row by row, from left to right), in a fraction of the
// time. A width that is no whole number of cells has 5 pixels at least. Thread-safe.
#pragma once

#include "templates/fingerprint/extract/maps.h"

namespace whorl::fingerprint {

cv::Mat cell_means(const cv::Mat& values);

// Of what two pictures of one size give at each pixel.
struct CellProducts {
  cv::Mat ab;
  cv::Mat aa;
  cv::Mat bb;
};
CellProducts cell_products(const cv::Mat& a, const cv::Mat& b);

// The structure tensor of a gradient.
struct CellTensor {
  cv::Mat difference;  // dx^2 - dy^2
  cv::Mat product;     // 2 dx dy
  cv::Mat energy;      // dx^2 + dy^2
};
CellTensor cell_tensor(const cv::Mat& dx, const cv::Mat& dy);

}  // namespace whorl::fingerprint
