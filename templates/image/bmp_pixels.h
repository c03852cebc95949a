// Pixels of a BMP file. Private to this room.
#pragma once

#include "base/bytes.h"
#include "templates/image/pixels.h"

namespace whorl::image {

// As decode_pixels. A fourth byte of a pixel is padding in most files, so no pixel is transparent. Errors:
// kInvalidInput where a pixel names a colour that the file has not.
Result<cv::Mat> decode_bmp_pixels(ByteView file, const FileHeader& header, Channels wanted);

}  // namespace whorl::image
