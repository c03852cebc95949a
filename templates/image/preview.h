// Small pictures for a page to show: light enough for a slow line, good enough to see what was captured.
//
// Thread-safe. Cost: a few ms.
#pragma once

#include "base/bytes.h"
#include "base/result.h"
#include "templates/image/image.h"

namespace whorl::image {

// A PNG file and its size in pixels.
struct Picture {
  int width = 0;
  int height = 0;
  Bytes png = {};

  [[nodiscard]] bool empty() const { return png.empty(); }
};

// The image with no side longer than `most_side_px` (at least 1), in 16 shades of grey: some three bits a pixel. Never
// larger than the image. Errors: kInternal when the encoder fails, or the size and the pixels disagree.
Result<Picture> preview_png(const GreyImage& image, int most_side_px);
// The same of a colour image, in grey.
Result<Picture> preview_png(const ColourImage& image, int most_side_px);

// The image in black and white, a bit a pixel: what is below half is black. Errors: as above.
Result<Picture> line_drawing_png(const GreyImage& image);

}  // namespace whorl::image
