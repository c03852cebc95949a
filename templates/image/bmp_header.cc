// BMP: the uncompressed forms (OS/2 and Windows headers). The pixel array must lie inside the file.
#include "templates/image/bmp_header.h"

#include <algorithm>
#include <cstdlib>

#include "templates/image/fields.h"

namespace whorl::image {
namespace {

constexpr double kMetresPerInch = 0.0254;
constexpr std::size_t kInfo = 14;  // where the information header begins
constexpr std::size_t kOs2Bytes = 12;
constexpr std::size_t kWindowsBytes = 40;
constexpr std::size_t kMasks = kInfo + kWindowsBytes;  // in the header or behind it
constexpr std::size_t kMaskBytes = 12;

constexpr std::uint32_t kUncompressed = 0;
constexpr std::uint32_t kBitFields = 3;

void read_os2(Fields& in, BmpLayout& layout) {
  layout.width = in.u16(kInfo + 4);
  layout.height = in.u16(kInfo + 6);
  layout.bits = in.u16(kInfo + 10);
  layout.colour_bytes = 3;
}

void read_windows(Fields& in, BmpLayout& layout) {
  layout.width = in.s32(kInfo + 4);
  const std::int64_t height = in.s32(kInfo + 8);  // negative: rows from the top down
  layout.height = std::llabs(height);
  layout.top_down = height < 0;
  layout.bits = in.u16(kInfo + 14);
  layout.resolution = stated_resolution(in.s32(kInfo + 24) * kMetresPerInch, in.s32(kInfo + 28) * kMetresPerInch);
  layout.colours = in.u32(kInfo + 32);
  layout.colour_bytes = 4;
}

bool known_depth(int bits, std::uint32_t compression) {
  if (compression == kBitFields) return bits == 16 || bits == 32;
  return compression == kUncompressed &&
         (bits == 1 || bits == 4 || bits == 8 || bits == 16 || bits == 24 || bits == 32);
}

bool is_run_of_ones(std::uint32_t mask) {
  if (mask == 0) return false;
  const std::uint32_t from_first = mask / (mask & (~mask + 1));
  return (from_first & (from_first + 1)) == 0;
}

// Which bits of 16 or 32 are blue, green and red.
Status read_masks(Fields& in, std::uint32_t compression, BmpLayout& layout) {
  if (layout.bits == 16) layout.masks = {0x1f, 0x3e0, 0x7c00};
  if (layout.bits == 32) layout.masks = {0xff, 0xff00, 0xff0000};
  if (compression != kBitFields) return {};
  layout.masks = {in.u32(kMasks + 8), in.u32(kMasks + 4), in.u32(kMasks)};
  for (const std::uint32_t mask : layout.masks) {
    if (!is_run_of_ones(mask)) return invalid_input("the BMP file's bit fields are malformed");
  }
  return {};
}

// As many colours as are stated, which is all that a pixel can name where none is; of those that lie before the pixels.
void find_palette(std::size_t info_bytes, BmpLayout& layout) {
  if (layout.bits > 8) {
    layout.colours = 0;
    return;
  }
  const std::size_t nameable = std::size_t{1} << layout.bits;
  layout.palette = kInfo + info_bytes;
  if (layout.colours == 0 || layout.colours > nameable) layout.colours = nameable;
  layout.colours = std::min(layout.colours, (layout.pixels - layout.palette) / layout.colour_bytes);
}

}  // namespace

Result<BmpLayout> read_bmp_layout(ByteView file) {
  BmpLayout layout;
  Fields in(file, ByteOrder::kLittle);
  layout.pixels = in.u32(10);
  const std::size_t info_bytes = in.u32(kInfo);
  std::uint32_t compression = kUncompressed;
  if (info_bytes == kOs2Bytes) {
    read_os2(in, layout);
  } else if (info_bytes >= kWindowsBytes && info_bytes <= 256) {
    read_windows(in, layout);
    compression = in.u32(kInfo + 16);
  } else {
    return invalid_input("the BMP file is truncated or its header has an unknown size");
  }
  if (!in.failed() && !known_depth(layout.bits, compression)) {
    return invalid_input("only uncompressed BMP of 1 to 32 bits a pixel is accepted");
  }
  WHORL_TRY(read_masks(in, compression, layout));
  if (in.failed()) return invalid_input("the BMP file is truncated");
  if (layout.width <= 0 || layout.height <= 0) return invalid_input("the BMP file has an empty side");
  layout.stride = static_cast<std::size_t>((layout.width * layout.bits + 31) / 32 * 4);
  std::size_t head_bytes = kInfo + info_bytes;
  if (compression == kBitFields) head_bytes = std::max(head_bytes, kMasks + kMaskBytes);
  if (layout.pixels < head_bytes || layout.pixels > file.size() ||
      (file.size() - layout.pixels) / layout.stride < static_cast<std::size_t>(layout.height)) {
    return invalid_input("the BMP file is truncated: fewer pixels than its header says");
  }
  find_palette(info_bytes, layout);
  return layout;
}

Result<FileHeader> read_bmp_header(ByteView file) {
  WHORL_ASSIGN(const BmpLayout layout, read_bmp_layout(file));
  FileHeader header;
  header.width = layout.width;
  header.height = layout.height;
  header.resolution = layout.resolution;
  header.work_bytes = bounded_product(layout.width, layout.height, 3);  // decoded as colour
  return header;
}

}  // namespace whorl::image
