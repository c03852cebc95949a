// BMP: the uncompressed forms (OS/2 and Windows headers). The pixel array must lie inside the file.
#include "templates/image/bmp_header.h"

#include <cstdlib>

#include "templates/image/fields.h"

namespace whorl::image {
namespace {

constexpr double kMetresPerInch = 0.0254;
constexpr std::size_t kInfo = 14;  // where the information header begins

struct BmpLayout {
  std::uint32_t offset = 0;
  int bits = 0;
  std::uint32_t compression = 0;
};

void read_os2(Fields& in, FileHeader& header, BmpLayout& layout) {
  header.width = in.u16(kInfo + 4);
  header.height = in.u16(kInfo + 6);
  layout.bits = in.u16(kInfo + 10);
}

void read_windows(Fields& in, FileHeader& header, BmpLayout& layout) {
  header.width = in.s32(kInfo + 4);
  header.height = std::llabs(in.s32(kInfo + 8));  // negative: rows from the top down
  layout.bits = in.u16(kInfo + 14);
  layout.compression = in.u32(kInfo + 16);
  header.resolution = stated_resolution(in.s32(kInfo + 24) * kMetresPerInch, in.s32(kInfo + 28) * kMetresPerInch);
}

bool known_depth(const BmpLayout& layout) {
  constexpr std::uint32_t kNone = 0;
  constexpr std::uint32_t kBitFields = 3;
  if (layout.compression == kBitFields) return layout.bits == 16 || layout.bits == 32;
  return layout.compression == kNone && (layout.bits == 1 || layout.bits == 4 || layout.bits == 8 ||
                                         layout.bits == 16 || layout.bits == 24 || layout.bits == 32);
}

}  // namespace

Result<FileHeader> read_bmp_header(ByteView file) {
  FileHeader header;
  Fields in(file, ByteOrder::kLittle);
  BmpLayout layout;
  layout.offset = in.u32(10);
  const std::uint32_t info_bytes = in.u32(kInfo);
  if (info_bytes == 12) {
    read_os2(in, header, layout);
  } else if (info_bytes >= 40 && info_bytes <= 256) {
    read_windows(in, header, layout);
  } else {
    return invalid_input("the BMP file is truncated or its header has an unknown size");
  }
  if (in.failed()) return invalid_input("the BMP file is truncated");
  if (!known_depth(layout)) return invalid_input("only uncompressed BMP of 1 to 32 bits a pixel is accepted");
  if (header.width <= 0 || header.height <= 0) return invalid_input("the BMP file has an empty side");
  const std::int64_t stride = (header.width * layout.bits + 31) / 32 * 4;
  const auto size = static_cast<std::int64_t>(file.size());
  if (layout.offset < kInfo + info_bytes || layout.offset > size || (size - layout.offset) / stride < header.height) {
    return invalid_input("the BMP file is truncated: fewer pixels than its header says");
  }
  header.work_bytes = bounded_product(header.width, header.height, 3);  // decoded as colour
  return header;
}

}  // namespace whorl::image
