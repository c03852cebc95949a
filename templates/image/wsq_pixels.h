// Pixels of a WSQ file. Private to this room.
#pragma once

#include <opencv2/core/mat.hpp>

#include "base/bytes.h"
#include "base/result.h"
#include "templates/image/pixels.h"

namespace whorl::image {

// As decode_pixels: within one grey level of the reference decoder everywhere. Cost: about 40 ms a megapixel.
Result<cv::Mat> decode_wsq_pixels(ByteView file, const FileHeader& header, Channels wanted);

}  // namespace whorl::image
