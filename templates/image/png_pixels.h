// Pixels of PNG, by libspng. Private to this room.
#pragma once

#include "base/bytes.h"
#include "templates/image/pixels.h"

namespace whorl::image {

// The file without its texts, profiles and whatever else a decoder would unpack beside the pixels: a few KB of these
// may stand for megabytes each. The pixels are the same. Empty where the file ends within a chunk or before its last;
// what follows the last is left out. Cost: one copy.
Bytes png_for_pixels(ByteView file);

// As decode_pixels. Cost: about 10 ms a megapixel.
Result<cv::Mat> decode_png_pixels(ByteView file, const FileHeader& header, Channels wanted);

}  // namespace whorl::image
