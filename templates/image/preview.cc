#include "templates/image/preview.h"

#include <algorithm>
#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>
#include <string>

#include "templates/image/area_resample.h"

namespace whorl::image {
namespace {

constexpr int kHalf = 128;
constexpr int kBestCompression = 9;

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

// 16 shades from black to white, each value at the nearest.
cv::Mat in_16_shades(const cv::Mat& grey) {
  cv::Mat table(1, 256, CV_8U);
  for (int value = 0; value < 256; ++value) {
    table.at<std::uint8_t>(value) = static_cast<std::uint8_t>((value * 15 + 127) / 255 * 17);
  }
  cv::Mat out;
  cv::LUT(grey, table, out);
  return out;
}

Result<Picture> encoded(const cv::Mat& pixels, const std::vector<int>& options) {
  Picture out{pixels.cols, pixels.rows, {}};
  if (!cv::imencode(".png", pixels, out.png, options)) return internal_error("the PNG encoder failed");
  return out;
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
  return encoded(in_16_shades(small), {cv::IMWRITE_PNG_COMPRESSION, kBestCompression});
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
  return guarded([&] {
    const cv::Mat white = view_of(image, CV_8UC1) >= kHalf;
    return encoded(white, {cv::IMWRITE_PNG_BILEVEL, 1, cv::IMWRITE_PNG_COMPRESSION, kBestCompression});
  });
}

}  // namespace whorl::image
