// Pixels of a JPEG file. Private to this room.
#pragma once

#include <opencv2/core/mat.hpp>

#include "base/bytes.h"
#include "base/result.h"
#include "templates/image/pixels.h"

namespace whorl::image {

// As decode_pixels, through libjpeg-turbo itself: OpenCV's reader goes on past damage, this one stops.
Result<cv::Mat> decode_jpeg_pixels(ByteView file, const FileHeader& header, Channels wanted);

}  // namespace whorl::image
