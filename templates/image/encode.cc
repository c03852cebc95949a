#include "templates/image/encode.h"

#include <zlib.h>

#include <cmath>
#include <opencv2/imgcodecs.hpp>

namespace whorl::image {
namespace {

constexpr std::size_t kAfterIhdr = 8 + 25;  // signature, then the IHDR chunk of always 25 bytes

Bytes phys_chunk(double ppi) {
  const auto per_metre = static_cast<std::uint32_t>(std::lround(ppi / 0.0254));
  const Bytes typed = ByteWriter().bytes(as_bytes("pHYs")).u32(per_metre).u32(per_metre).u8(1).take();
  const auto crc = static_cast<std::uint32_t>(::crc32(0, typed.data(), static_cast<uInt>(typed.size())));
  return ByteWriter().u32(static_cast<std::uint32_t>(typed.size() - 4)).bytes(typed).u32(crc).take();
}

template <class Image>
Result<Bytes> png_of(const Image& image, int type) {
  const auto count = static_cast<std::size_t>(image.width) * static_cast<std::size_t>(image.height);
  const bool sound =
      image.width > 0 && image.height > 0 && image.pixels.size() == count * static_cast<std::size_t>(CV_MAT_CN(type));
  if (!sound) return internal_error("an unsound image cannot be encoded");
  Bytes file;
  try {
    // imencode takes no const input; it does not write to it.
    const cv::Mat pixels(image.height, image.width, type, const_cast<std::uint8_t*>(image.pixels.data()));
    if (!cv::imencode(".png", pixels, file)) return internal_error("the PNG encoder failed");
  } catch (const std::exception& error) {
    return internal_error(std::string("the PNG encoder failed: ") + error.what());
  }
  return file;
}

}  // namespace

Result<Bytes> encode_png(const GreyImage& image) {
  if (!(image.ppi > 1.0) || image.ppi > 1e6) return internal_error("an unsound image cannot be encoded");
  WHORL_ASSIGN(Bytes file, png_of(image, CV_8UC1));
  if (file.size() < kAfterIhdr) return internal_error("the PNG encoder failed");
  const Bytes chunk = phys_chunk(image.ppi);
  file.insert(file.begin() + kAfterIhdr, chunk.begin(), chunk.end());
  return file;
}

Result<Bytes> encode_png(const ColourImage& image) { return png_of(image, CV_8UC3); }

}  // namespace whorl::image
