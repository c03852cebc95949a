// Images to PNG files, for pages, overlays and tests.
#pragma once

#include "base/bytes.h"
#include "base/result.h"
#include "templates/image/image.h"

namespace whorl::image {

// A PNG of the image, its resolution in a pHYs chunk. Errors: kInternal when the encoder fails, or
// the size and the pixels disagree.
Result<Bytes> encode_png(const GreyImage& image);
// A PNG of a colour image. Errors: as above.
Result<Bytes> encode_png(const ColourImage& image);

}  // namespace whorl::image
