// Turning a face upright into the crop that a network was trained on.
#pragma once

#include "base/result.h"
#include "templates/face/types.h"
#include "templates/image/image.h"

namespace whorl::face {

// x' = a x - b y + tx, y' = b x + a y + ty: turning, scaling and shifting, no mirror.
struct Similarity {
  double a = 1;
  double b = 0;
  double tx = 0;
  double ty = 0;

  [[nodiscard]] Point at(Point p) const;
  [[nodiscard]] double scale() const;
  [[nodiscard]] Similarity inverse() const;  // scale() must not be 0
};

// The similarity that brings `from` nearest to `to` in the sense of least squares; in closed form, since in complex
// numbers it is a straight line (S. Umeyama, PAMI 1991, without the mirror). Errors: kInvalidInput when the points of
// `from` fall together.
Result<Similarity> fit_similarity(const Landmarks& from, const Landmarks& to);

// `image` seen through `to_crop`, width x height pixels; what lies outside the image is black. A face that is shrunk to
// less than half is averaged first, so that nothing aliases. Errors: kInternal. Cost: about 0.2 ms for a 112 px crop.
Result<image::ColourImage> warp(const image::ColourImage& image, const Similarity& to_crop, int width, int height);

}  // namespace whorl::face
