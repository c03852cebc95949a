// Pictures of the generator's fingers, whole and of another size.
#pragma once

#include <opencv2/imgproc.hpp>

#include "datasets/synthetic.h"
#include "tests/support/grey_mat.h"

namespace whorl::tests {

inline image::GreyImage impression(std::uint64_t finger,
                                   datasets::ImpressionKind kind = datasets::ImpressionKind::kTypical,
                                   std::uint64_t capture = 1) {
  return datasets::make_impression(datasets::make_master(finger), capture, datasets::preset(kind));
}

inline image::GreyImage clean_impression(std::uint64_t finger, std::uint64_t capture) {
  return impression(finger, datasets::ImpressionKind::kClean, capture);
}

// So many times as large, at 500 ppi still.
inline image::GreyImage scaled(const image::GreyImage& image, double factor) {
  cv::Mat out;
  cv::resize(mat_of(image), out, {}, factor, factor, factor < 1 ? cv::INTER_AREA : cv::INTER_CUBIC);
  return image_of(out);
}

}  // namespace whorl::tests
