// Pixels of a file whose header has been read and accepted. Private to this room.
#pragma once

#include <opencv2/core/mat.hpp>

#include "base/bytes.h"
#include "base/result.h"
#include "templates/image/header.h"

namespace whorl::image {

enum class Channels : int { kGrey, kBgr };

// 8-bit grey (CV_8UC1) or blue, green, red (CV_8UC3), alpha composed over white, in stored orientation; its size is the
// header's. Errors: kInvalidInput when the decoder refuses the file.
Result<cv::Mat> decode_pixels(ByteView file, const FileHeader& header, Channels wanted);

// Turns stored pixels upright: `orientation` 1..8 as in TIFF and EXIF.
cv::Mat upright(const cv::Mat& stored, int orientation);

// The way to grey or colour after decoding: 16 to 8 bits, colour to luma or grey to three channels, alpha composed over
// white.
cv::Mat to_channels(const cv::Mat& decoded, Channels wanted);

}  // namespace whorl::image
