#include "templates/image/bmp_pixels.h"

#include <algorithm>
#include <bit>
#include <cstddef>

#include "templates/image/bmp_header.h"

namespace whorl::image {
namespace {

using Bgr = cv::Vec3b;

// `bits` a pixel, the first in the highest. False where one lies beyond the palette.
bool row_of_palette(const std::uint8_t* from, int bits, ByteView palette, const BmpLayout& layout, cv::Mat& out,
                    int y) {
  const auto of_byte = static_cast<std::size_t>(8 / bits);
  const unsigned most = (1U << bits) - 1;
  auto* to = out.ptr<Bgr>(y);
  for (std::size_t x = 0; x < static_cast<std::size_t>(out.cols); ++x) {
    const auto shift = static_cast<int>(of_byte - 1 - x % of_byte) * bits;
    const std::size_t place = static_cast<unsigned>(from[x / of_byte]) >> shift & most;
    if (place >= layout.colours) return false;
    const std::uint8_t* colour = palette.data() + place * layout.colour_bytes;
    to[x] = {colour[0], colour[1], colour[2]};
  }
  return true;
}

// Bits of a mask as 0 to 255.
class Field {
 public:
  explicit Field(std::uint32_t mask) : mask_(mask), shift_(std::countr_zero(mask)), most_(mask >> shift_) {}
  [[nodiscard]] std::uint8_t of(std::uint32_t pixel) const {
    const std::uint64_t value = (pixel & mask_) >> shift_;
    return static_cast<std::uint8_t>((value * 255 + most_ / 2) / most_);
  }

 private:
  std::uint32_t mask_;
  int shift_;
  std::uint32_t most_;
};

void row_of_fields(const std::uint8_t* from, const BmpLayout& layout, cv::Mat& out, int y) {
  const Field blue(layout.masks[0]);
  const Field green(layout.masks[1]);
  const Field red(layout.masks[2]);
  const int bytes = layout.bits / 8;
  auto* to = out.ptr<Bgr>(y);
  for (int x = 0; x < out.cols; ++x, from += bytes) {
    std::uint32_t pixel = 0;
    for (int i = bytes; i-- > 0;) pixel = pixel << 8 | from[i];
    to[x] = {blue.of(pixel), green.of(pixel), red.of(pixel)};
  }
}

}  // namespace

Result<cv::Mat> decode_bmp_pixels(ByteView file, const FileHeader& header, Channels wanted) {
  WHORL_ASSIGN(const BmpLayout layout, read_bmp_layout(file));
  const auto height = static_cast<int>(header.height);
  cv::Mat out(height, static_cast<int>(header.width), CV_8UC3);
  const ByteView palette = file.subspan(layout.palette, layout.colours * layout.colour_bytes);
  for (int y = 0; y < height; ++y) {
    const int row = layout.top_down ? y : height - 1 - y;
    const std::uint8_t* from = file.data() + layout.pixels + static_cast<std::size_t>(row) * layout.stride;
    if (layout.bits <= 8) {
      if (!row_of_palette(from, layout.bits, palette, layout, out, y)) {
        return invalid_input("the BMP file is malformed: a pixel has a colour that its palette lacks");
      }
    } else if (layout.bits == 24) {
      std::copy_n(from, 3 * static_cast<std::size_t>(out.cols), out.ptr<std::uint8_t>(y));
    } else {
      row_of_fields(from, layout, out, y);
    }
  }
  return to_channels(out, wanted);
}

}  // namespace whorl::image
