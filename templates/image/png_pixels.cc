#include "templates/image/png_pixels.h"

#include <algorithm>
#include <iterator>
#include <opencv2/imgproc.hpp>
#include <string_view>

#include "templates/image/fields.h"
#include "templates/image/png_library.h"

namespace whorl::image {
namespace {

constexpr std::size_t kSignatureBytes = 8;
constexpr std::size_t kAroundBody = 12;  // length, type and CRC of a chunk
constexpr std::string_view kLast = "IEND";
constexpr std::string_view kNeeded[] = {"IHDR", "PLTE", "tRNS", "IDAT", kLast};

bool needed(std::string_view type) {
  return std::find(std::begin(kNeeded), std::end(kNeeded), type) != std::end(kNeeded);
}

// How libspng gives the pixels, and what they are then. Of 16 bits it gives grey alone, or colour with alpha.
struct Layout {
  int format = 0;
  int type = 0;
};
Layout layout_of(const spng_ihdr& head, bool has_trns) {
  const bool grey = head.color_type == SPNG_COLOR_TYPE_GRAYSCALE && !has_trns;
  if (head.bit_depth == 16) return grey ? Layout{SPNG_FMT_PNG, CV_16UC1} : Layout{SPNG_FMT_RGBA16, CV_16UC4};
  if (grey) return {SPNG_FMT_G8, CV_8UC1};
  const bool has_alpha = has_trns || head.color_type == SPNG_COLOR_TYPE_GRAYSCALE_ALPHA ||
                         head.color_type == SPNG_COLOR_TYPE_TRUECOLOR_ALPHA;
  return has_alpha ? Layout{SPNG_FMT_RGBA8, CV_8UC4} : Layout{SPNG_FMT_RGB8, CV_8UC3};
}

// Red and blue change places.
void to_bgr(cv::Mat& pixels) {
  if (pixels.channels() == 3) cv::cvtColor(pixels, pixels, cv::COLOR_RGB2BGR);
  if (pixels.channels() == 4) cv::cvtColor(pixels, pixels, cv::COLOR_RGBA2BGRA);
}

}  // namespace

Result<cv::Mat> decode_png_pixels(ByteView file, const FileHeader& header, Channels wanted) {
  const Error damaged = invalid_input("the PNG file is truncated or malformed: its pixels cannot be decoded");
  const Bytes needed = png_for_pixels(file);
  if (needed.empty()) return damaged;
  const PngContext png(spng_ctx_new(0));
  if (!png) return internal_error("the PNG decoder cannot be made");
  spng_ihdr head{};
  spng_trns transparent{};
  if (spng_set_png_buffer(png.get(), needed.data(), needed.size()) != 0 || spng_get_ihdr(png.get(), &head) != 0 ||
      head.width != header.width || head.height != header.height) {
    return damaged;
  }
  const auto [format, type] = layout_of(head, spng_get_trns(png.get(), &transparent) == 0);
  cv::Mat out(static_cast<int>(header.height), static_cast<int>(header.width), type);
  const std::size_t size = out.total() * out.elemSize();
  // What follows the pixels is read, too: a file that ends before its end was cut.
  if (spng_decode_image(png.get(), out.data, size, format, SPNG_DECODE_TRNS) != 0 ||
      spng_decode_chunks(png.get()) != 0) {
    return damaged;
  }
  to_bgr(out);
  return to_channels(out, wanted);
}

Bytes png_for_pixels(ByteView file) {
  Fields in(file, ByteOrder::kBig);
  Bytes out;
  out.reserve(file.size());
  const auto keep = [&](ByteView bytes) { out.insert(out.end(), bytes.begin(), bytes.end()); };
  keep(in.bytes(0, kSignatureBytes));
  for (std::size_t at = kSignatureBytes; at < file.size();) {
    const std::size_t length = in.u32(at);
    const auto type = as_text(in.bytes(at + 4, 4));
    const ByteView chunk = in.bytes(at, length + kAroundBody);
    if (in.failed()) return {};
    if (needed(type)) keep(chunk);
    if (type == kLast) return out;
    at += length + kAroundBody;
  }
  return {};
}

}  // namespace whorl::image
