// The formats of images: a row each. A further one is a file that reads it, its number (templates/format.h) and a row.
#pragma once

#include <span>

#include "base/bytes.h"
#include "base/result.h"
#include "templates/format.h"

namespace cv {
class Mat;
}

namespace whorl::image {

struct FileHeader;          // header.h
enum class Channels : int;  // pixels.h

struct ImageFormat {
  FormatRow row;
  // Of a file that begins so. Errors: kInvalidInput with the reason.
  Result<FileHeader> (*header)(ByteView file) = nullptr;
  // decode_pixels (pixels.h), of this format.
  Result<cv::Mat> (*pixels)(ByteView file, const FileHeader& header, Channels wanted) = nullptr;
};

// Every format, in order of number.
std::span<const ImageFormat> image_formats();

// By the first bytes; null for any other file.
const ImageFormat* image_format_of(ByteView file);

}  // namespace whorl::image
