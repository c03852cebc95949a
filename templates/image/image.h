// A grey fingerprint image or a colour image of a face, and how one is read from the outside world.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"

namespace whorl {

// The resolution that everything after decoding works at. Lengths in names ending in _px500 are pixels of it.
inline constexpr double kStandardPpi = 500.0;

// 8-bit grey, row-major, no padding: pixels.size() == width * height; 0 is black (ridge), 255 white.
// `ppi` is pixels per inch, the same along both axes. Owns its pixels.
struct GreyImage {
  int width = 0;
  int height = 0;
  double ppi = kStandardPpi;
  std::vector<std::uint8_t> pixels;

  [[nodiscard]] std::uint8_t at(int x, int y) const {
    return pixels[static_cast<std::size_t>(y) * static_cast<std::size_t>(width) + static_cast<std::size_t>(x)];
  }
};

// Bounds checked before any pixel is decoded.
struct ImageLimits {
  std::size_t max_bytes = 16u << 20;
  std::int64_t max_pixels = 16'000'000;
  int min_side_px = 32;
  int max_side_px = 8192;
  double min_ppi = 100.0;
  double max_ppi = 4000.0;
};

struct DecodeOptions {
  // The resolution to use whatever the file says; empty means the file's own.
  std::optional<double> ppi;
  ImageLimits limits;
};

// Decodes PNG, BMP, TIFF or JPEG bytes to grey at their own resolution. Colour is converted to luma; alpha is
// composed over white; 16 bits are reduced to 8. Resolution: `options.ppi` wins, else the file's (PNG pHYs,
// BMP pels per metre, TIFF X/YResolution, JFIF density or EXIF), else an error that says how to give it.
// Errors (all kInvalidInput, nothing is kept): too many bytes or pixels, unknown format, truncated or
// malformed file, resolution absent, implausible, or different along the two axes.
// Thread-safe. Cost: a few ms a megapixel.
Result<GreyImage> decode_image(ByteView file, const DecodeOptions& options = {});

// `image` resampled to kStandardPpi (area averaging when shrinking, cubic when growing); unchanged when it
// is within 1 % of it already. Errors: kInvalidInput when the result would break `limits`. Thread-safe.
Result<GreyImage> to_standard_ppi(const GreyImage& image, const ImageLimits& limits = {});

// decode_image, then to_standard_ppi.
Result<GreyImage> decode_to_standard(ByteView file, const DecodeOptions& options = {});

// 8-bit colour, row-major, three bytes a pixel in the order blue, green, red, no padding:
// pixels.size() == 3 * width * height. Upright: the file's orientation has been applied. It has no resolution: a face
// is measured in pixels between the eyes. Owns its pixels.
struct ColourImage {
  int width = 0;
  int height = 0;
  std::vector<std::uint8_t> pixels;
};

// Decodes PNG, BMP, TIFF or JPEG bytes to colour; a grey file gives three equal channels. Alpha is composed over white;
// 16 bits are reduced to 8; of `limits` the resolution is not looked at. Errors and cost as decode_image's.
// Thread-safe.
Result<ColourImage> decode_colour(ByteView file, const ImageLimits& limits = {});

// A PNG of the image, its resolution in a pHYs chunk. Errors: kInternal when the encoder fails.
Result<Bytes> encode_png(const GreyImage& image);
// A PNG of a colour image. Errors: kInternal when the encoder fails.
Result<Bytes> encode_png(const ColourImage& image);

}  // namespace whorl
