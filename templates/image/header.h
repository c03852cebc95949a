// What an image file says about itself before a pixel is decoded. Private to this room.
#pragma once

#include <cstdint>
#include <optional>

#include "base/bytes.h"
#include "base/result.h"

namespace whorl::image {

// Pixels per inch along each axis, as the file states them.
struct Resolution {
  double x_ppi = 0;
  double y_ppi = 0;
};

// `width` and `height` are of the stored pixels, before `orientation` is applied.
struct FileHeader {
  std::int64_t width = 0;
  std::int64_t height = 0;
  std::optional<Resolution> resolution;  // empty when absent, in no unit, or at most 1 ppi
  int orientation = 1;                   // 1..8 as in TIFF and EXIF; 1: as stored
  int pages = 1;  // pictures that the file holds, of which the first is read; smaller copies of one are not counted
  // What decoding reads and writes, at least; time grows with it, about as fast in every format.
  std::int64_t work_bytes = 0;
};

// width x height x times, all at least 0; 2^62, which is more than any limit, where the product is more.
std::int64_t bounded_product(std::int64_t width, std::int64_t height, std::int64_t times);

// Reads the header of a file of any known format (formats.h). Errors: kInvalidInput with the reason. Reads headers only
// (for JPEG also the markers up to the end of the image), in O(bytes).
Result<FileHeader> read_header(ByteView file);

// Empty when either axis is not above 1 ppi.
std::optional<Resolution> stated_resolution(double x_ppi, double y_ppi);

}  // namespace whorl::image
