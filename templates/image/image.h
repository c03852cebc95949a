// The two kinds of image that everything else works on, as plain values: grey for a fingerprint, colour for a face.
// Copyable, not synchronised, free of OpenCV.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace whorl::image {

// The resolution that everything after decoding works at. Lengths in names ending in _px500 are pixels of it.
inline constexpr double kStandardPpi = 500.0;

// 8-bit grey, row-major, no padding: pixels.size() == width * height; 0 is black (ridge), 255 white.
// `ppi` is pixels per inch, the same along both axes. Owns its pixels.
struct GreyImage {
  int width = 0;
  int height = 0;
  double ppi = kStandardPpi;
  std::vector<std::uint8_t> pixels;

  // Precondition: 0 <= x < width, 0 <= y < height.
  [[nodiscard]] std::uint8_t at(int x, int y) const {
    return pixels[static_cast<std::size_t>(y) * static_cast<std::size_t>(width) + static_cast<std::size_t>(x)];
  }
};

// 8-bit colour, row-major, three bytes a pixel in the order blue, green, red, no padding:
// pixels.size() == 3 * width * height. Upright: the file's orientation has been applied. It has no resolution: a face
// is measured in pixels between the eyes. Owns its pixels.
struct ColourImage {
  int width = 0;
  int height = 0;
  std::vector<std::uint8_t> pixels;
};

// What is accepted from outside; checked before any pixel is decoded.
struct ImageLimits {
  std::size_t max_bytes = 16u << 20;     // of the file
  std::int64_t max_pixels = 16'000'000;  // decoded; also bounds memory, which is a few bytes a pixel
  int min_side_px = 32;
  int max_side_px = 8192;
  double min_ppi = 100.0;  // 72 and 96 are what editors write when they know nothing
  double max_ppi = 4000.0;
  // At kStandardPpi, of a fingerprint; a capture of four fingers has 2'400'000. More is no capture of a finger.
  std::int64_t max_standard_pixels = 2'600'000;
  // Of a fingerprint's file, decoded and as it is: the largest capture in colour, or one of twice the resolution in
  // grey.
  std::int64_t max_work_bytes = 11'000'000;
};

}  // namespace whorl::image
