// Small image files made in memory, field by field, for tests of the decoders.
#pragma once

#include <cstdint>
#include <vector>

#include "base/bytes.h"
#include "templates/image/image.h"

namespace whorl::tests {

// A smooth, asymmetric grey picture (so that a wrong turn shows).
image::GreyImage sample_image(int width, int height, double ppi = image::kStandardPpi);

struct TiffSpec {
  int width = 40;
  int height = 36;
  bool big_endian = false;
  int bits = 8;
  int samples = 1;
  int compression = 1;
  int photometric = 1;  // 0: white is zero, 1: black is zero, 2: RGB
  int orientation = 1;
  int unit = 2;
  std::uint32_t resolution[2] = {500, 1};  // numerator, denominator; denominator 0: no resolution tags
  std::uint32_t y_numerator = 0;           // 0: as x
};
Bytes tiff_file(const TiffSpec& spec, const Bytes& strip);

struct BmpSpec {
  int width = 40;
  int height = 36;  // negative: top-down
  int bits = 8;
  std::int32_t pels_per_metre = 19685;
};
// `rows` are the stored rows, padded to four bytes each.
Bytes bmp_file(const BmpSpec& spec, const Bytes& rows);

// PNG or JPEG of a picture, through OpenCV, without resolution. `extension`: ".png", ".jpg".
Bytes plain_file(const image::GreyImage& image, const char* extension);
// A chunk of a PNG: length, type, body and checksum.
Bytes png_chunk(std::string_view type, const Bytes& body);
// `png` with a chunk put in after IHDR.
Bytes with_png_chunk(const Bytes& png, std::string_view type, const Bytes& body);
// `jpeg` (as written by OpenCV: SOI, then the JFIF segment) with another density in its JFIF segment.
Bytes with_jfif_density(Bytes jpeg, int unit, int x, int y);
// `jpeg` with an EXIF segment holding the given directory (a TIFF file).
Bytes with_exif(const Bytes& jpeg, const Bytes& tiff);

}  // namespace whorl::tests
