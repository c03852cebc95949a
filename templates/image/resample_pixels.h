// Resampling of decoded pixels, before they become an image. Private to this room.
#pragma once

#include <opencv2/core/mat.hpp>

#include "base/result.h"
#include "templates/image/image.h"

namespace whorl::image {

// CV_8UC1 of `ppi` as to_standard_ppi (resample.h) makes it; the same pixels, shared, where nothing is to be done.
Result<cv::Mat> to_standard_ppi(const cv::Mat& grey, double ppi, const ImageLimits& limits);

}  // namespace whorl::image
