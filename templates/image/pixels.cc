#include "templates/image/pixels.h"

#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>

namespace whorl::image {
namespace {

cv::Mat over_white(const cv::Mat& bgra) {
  cv::Mat colour;
  cv::cvtColor(bgra, colour, cv::COLOR_BGRA2GRAY);
  cv::Mat out(bgra.size(), CV_8UC1);
  for (int y = 0; y < bgra.rows; ++y) {
    const auto* alpha = bgra.ptr<cv::Vec4b>(y);
    const auto* grey = colour.ptr<std::uint8_t>(y);
    auto* to = out.ptr<std::uint8_t>(y);
    for (int x = 0; x < bgra.cols; ++x) {
      const int a = alpha[x][3];
      to[x] = static_cast<std::uint8_t>((grey[x] * a + 255 * (255 - a) + 127) / 255);
    }
  }
  return out;
}

Result<cv::Mat> decode_with_opencv(ByteView file, Format format) {
  // A BMP's fourth byte is padding in most files, so BMP is read without it.
  const int flags =
      format == Format::kBmp ? cv::IMREAD_COLOR | cv::IMREAD_IGNORE_ORIENTATION : cv::IMREAD_UNCHANGED;
  try {
    // imdecode takes no const input; it does not write to it.
    const cv::Mat input(1, static_cast<int>(file.size()), CV_8UC1, const_cast<std::uint8_t*>(file.data()));
    cv::Mat decoded = cv::imdecode(input, flags);
    if (decoded.empty())
      return invalid_input("the image file is truncated or malformed: its pixels cannot be decoded");
    return decoded;
  } catch (const std::exception&) {
    return invalid_input("the image file is malformed: its pixels cannot be decoded");
  }
}

}  // namespace

cv::Mat to_grey(const cv::Mat& decoded) {
  cv::Mat eight = decoded;
  if (decoded.depth() == CV_16U) decoded.convertTo(eight, CV_8U, 1.0 / 257.0);
  cv::Mat grey = eight;
  if (eight.channels() == 3) cv::cvtColor(eight, grey, cv::COLOR_BGR2GRAY);
  if (eight.channels() == 4) grey = over_white(eight);
  return grey;
}

Result<cv::Mat> decode_pixels(ByteView file, const FileHeader& header) {
  if (header.format == Format::kTiff) return decode_tiff_pixels(file, header);
  if (header.format == Format::kJpeg) return decode_jpeg_pixels(file, header);
  WHORL_ASSIGN(const cv::Mat decoded, decode_with_opencv(file, header.format));
  const bool known_depth = decoded.depth() == CV_8U || decoded.depth() == CV_16U;
  const bool known_channels = decoded.channels() == 1 || decoded.channels() == 3 || decoded.channels() == 4;
  if (!known_depth || !known_channels || decoded.cols != header.width || decoded.rows != header.height) {
    return invalid_input("the image file is malformed: its pixels are not what its header says");
  }
  return to_grey(decoded);
}

cv::Mat upright(const cv::Mat& stored, int orientation) {
  constexpr int kBoth = -1;
  constexpr int kLeftRight = 1;
  constexpr int kUpDown = 0;
  if (orientation == 1) return stored;
  cv::Mat out = stored.clone();
  if (orientation >= 5) cv::transpose(stored, out);  // 5..8 swap rows and columns, then flip as 1, 2, 3, 4
  switch (orientation) {
    case 2:
    case 6: cv::flip(out, out, kLeftRight); break;
    case 3:
    case 7: cv::flip(out, out, kBoth); break;
    case 4:
    case 8: cv::flip(out, out, kUpDown); break;
    default: break;
  }
  return out;
}

}  // namespace whorl::image
