// Pixels of a JPEG 2000 file. Private to this room.
#pragma once

#include <opencv2/core/mat.hpp>

#include "base/bytes.h"
#include "base/result.h"
#include "templates/image/pixels.h"

namespace whorl::image {

// As decode_pixels, through OpenJPEG itself in its strict mode: OpenCV's reader goes on past damage, this one stops.
// The library sees the codestream alone, after its headers were bounded.
Result<cv::Mat> decode_jpeg_2000_pixels(ByteView file, const FileHeader& header, Channels wanted);

}  // namespace whorl::image
