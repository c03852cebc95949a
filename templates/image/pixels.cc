#include "templates/image/pixels.h"

#include <opencv2/imgproc.hpp>

#include "templates/image/formats.h"

namespace whorl::image {
namespace {

cv::Mat over_white(const cv::Mat& bgra, Channels wanted) {
  cv::Mat out;
  cv::cvtColor(bgra, out, wanted == Channels::kGrey ? cv::COLOR_BGRA2GRAY : cv::COLOR_BGRA2BGR);
  const int channels = out.channels();
  for (int y = 0; y < bgra.rows; ++y) {
    const auto* alpha = bgra.ptr<cv::Vec4b>(y);
    auto* to = out.ptr<std::uint8_t>(y);
    for (int i = 0; i < bgra.cols * channels; ++i) {
      const int a = alpha[i / channels][3];
      to[i] = static_cast<std::uint8_t>((to[i] * a + 255 * (255 - a) + 127) / 255);
    }
  }
  return out;
}

}  // namespace

cv::Mat to_channels(const cv::Mat& decoded, Channels wanted) {
  cv::Mat eight = decoded;
  if (decoded.depth() == CV_16U) decoded.convertTo(eight, CV_8U, 1.0 / 257.0);
  if (eight.channels() == 4) return over_white(eight, wanted);
  cv::Mat out = eight;
  if (eight.channels() == 3 && wanted == Channels::kGrey) cv::cvtColor(eight, out, cv::COLOR_BGR2GRAY);
  if (eight.channels() == 1 && wanted == Channels::kBgr) cv::cvtColor(eight, out, cv::COLOR_GRAY2BGR);
  return out;
}

Result<cv::Mat> decode_pixels(ByteView file, const FileHeader& header, Channels wanted) {
  const ImageFormat* format = image_format_of(file);
  if (format == nullptr) return internal_error("a header was read of a file that is no image");
  return format->pixels(file, header, wanted);
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
