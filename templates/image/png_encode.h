// PNG files of stored pixels, by libspng. Private to this room.
#pragma once

#include <optional>

#include "base/bytes.h"
#include "base/result.h"

namespace whorl::image {

// What a PNG is to be of. Rows of pixels follow one another; with fewer than 8 bits a row begins with a byte of its
// own, the first pixel in the highest bits.
struct PngToWrite {
  int width = 0;
  int height = 0;
  int channels = 1;  // 1: grey, of 1, 2, 4 or 8 bits; 3: blue, green, red, of 8 bits
  int bits = 8;
  ByteView pixels;
  bool smallest = false;      // else quickly: three times as fast, a tenth larger
  std::optional<double> ppi;  // empty: not stated
};

// Errors: kInternal when the size and the pixels disagree, or there is no memory.
Result<Bytes> write_png(const PngToWrite& picture);

}  // namespace whorl::image
