#include "templates/image/preview.h"

#include <algorithm>
#include <opencv2/imgproc.hpp>
#include <string>

#include "templates/image/area_resample.h"
#include "templates/image/png_encode.h"

namespace whorl::image {
namespace {

constexpr int kHalf = 128;

template <class Image>
bool is_sound(const Image& image, std::size_t channels) {
  const auto count = static_cast<std::size_t>(image.width) * static_cast<std::size_t>(image.height);
  return image.width > 0 && image.height > 0 && image.pixels.size() == count * channels;
}

// A view of the pixels. OpenCV takes none that it may not write to; nothing here writes.
template <class Image>
cv::Mat view_of(const Image& image, int type) {
  return {image.height, image.width, type, const_cast<std::uint8_t*>(image.pixels.data())};
}

cv::Size fitting(const cv::Size& size, int most_side_px) {
  const int side = std::max(size.width, size.height);
  if (side <= most_side_px) return size;
  const auto shrunk = [&](int length) { return std::max(1, length * most_side_px / side); };
  return {shrunk(size.width), shrunk(size.height)};
}

// Each pixel at the nearest of 2 or 16 shades from black to white, as a PNG of as many bits.
Result<Picture> in_shades(const cv::Mat& grey, int bits) {
  const auto most = static_cast<unsigned>((1 << bits) - 1);
  const auto in_byte = static_cast<std::size_t>(8 / bits);
  const std::size_t row_bytes = (static_cast<std::size_t>(grey.cols) + in_byte - 1) / in_byte;
  Bytes packed(row_bytes * static_cast<std::size_t>(grey.rows), 0);
  for (int y = 0; y < grey.rows; ++y) {
    const auto* from = grey.ptr<std::uint8_t>(y);
    std::uint8_t* to = packed.data() + static_cast<std::size_t>(y) * row_bytes;
    for (std::size_t x = 0; x < static_cast<std::size_t>(grey.cols); ++x) {
      const unsigned shade = (from[x] * most + kHalf - 1) / 255;
      const auto shift = static_cast<int>(in_byte - 1 - x % in_byte) * bits;
      to[x / in_byte] = static_cast<std::uint8_t>(to[x / in_byte] | shade << shift);
    }
  }
  WHORL_ASSIGN(Bytes png, write_png({grey.cols, grey.rows, 1, bits, packed, true, {}}));
  return Picture{grey.cols, grey.rows, std::move(png)};
}

// What OpenCV throws as a value.
template <class Make>
Result<Picture> guarded(const Make& make) {
  try {
    return make();
  } catch (const std::exception& error) {
    return internal_error(std::string("a preview could not be made: ") + error.what());
  }
}

Result<Picture> preview_of(const cv::Mat& grey, int most_side_px) {
  const cv::Size size = fitting(grey.size(), std::max(1, most_side_px));
  const cv::Mat small = size == grey.size() ? grey : area_resampled(grey, size);
  return in_shades(small, 4);
}

}  // namespace

Result<Picture> preview_png(const GreyImage& image, int most_side_px) {
  if (!is_sound(image, 1)) return internal_error("an unsound image has no preview");
  return guarded([&] { return preview_of(view_of(image, CV_8UC1), most_side_px); });
}

Result<Picture> preview_png(const ColourImage& image, int most_side_px) {
  if (!is_sound(image, 3)) return internal_error("an unsound image has no preview");
  return guarded([&] {
    cv::Mat grey;
    cv::cvtColor(view_of(image, CV_8UC3), grey, cv::COLOR_BGR2GRAY);
    return preview_of(grey, most_side_px);
  });
}

Result<Picture> line_drawing_png(const GreyImage& image) {
  if (!is_sound(image, 1)) return internal_error("an unsound image has no drawing");
  return in_shades(view_of(image, CV_8UC1), 1);
}

}  // namespace whorl::image
