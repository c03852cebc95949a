// PNG: IHDR first, then pHYs and eXIf anywhere before the first IDAT (ISO/IEC 15948). Each chunk that is
// believed has its CRC checked; the decoder checks the rest.
#include "templates/image/png_header.h"

#include <zlib.h>

#include <algorithm>
#include <string_view>

#include "templates/image/fields.h"
#include "templates/image/tiff_header.h"

namespace whorl::image {
namespace {

constexpr std::size_t kSignatureBytes = 8;
constexpr double kMetresPerInch = 0.0254;

struct Chunk {
  std::string_view type;
  ByteView body;
  bool crc_good = false;
  std::size_t next = 0;
};

Result<Chunk> read_chunk(Fields& in, std::size_t at) {
  const std::size_t length = in.u32(at);
  const ByteView checked = in.bytes(at + 4, length + 4);  // type and body
  const std::uint32_t crc = in.u32(at + 8 + length);
  if (in.failed()) return invalid_input("the PNG file is truncated");
  Chunk chunk;
  chunk.type = as_text(checked.first(4));
  chunk.body = checked.subspan(4);
  chunk.crc_good = ::crc32(0, checked.data(), static_cast<uInt>(checked.size())) == crc;
  chunk.next = at + 12 + length;
  return chunk;
}

// Of a pixel, decoded.
int channels_of(int colour_type) {
  switch (colour_type) {
    case 0: return 1;
    case 4:  // grey and alpha are decoded as colour and alpha
    case 6: return 4;
    default: return 3;
  }
}

Status read_ihdr(const Chunk& chunk, FileHeader& header) {
  if (chunk.type != "IHDR" || chunk.body.size() != 13 || !chunk.crc_good) {
    return invalid_input("the PNG file does not begin with a sound IHDR chunk");
  }
  Fields body(chunk.body, ByteOrder::kBig);
  header.width = body.u32(0);
  header.height = body.u32(4);
  const std::int64_t bytes = std::max(1, body.u8(8) / 8);
  header.work_bytes = bounded_product(header.width, header.height, bytes * channels_of(body.u8(9)));
  return {};
}

Status read_phys(const Chunk& chunk, FileHeader& header) {
  if (chunk.body.size() != 9 || !chunk.crc_good) return invalid_input("the PNG file's pHYs chunk is damaged");
  Fields body(chunk.body, ByteOrder::kBig);
  if (body.u8(8) != 1) return {};  // the unit is unknown: an aspect ratio only
  header.resolution = stated_resolution(body.u32(0) * kMetresPerInch, body.u32(4) * kMetresPerInch);
  return {};
}

}  // namespace

Result<FileHeader> read_png_header(ByteView file) {
  FileHeader header;
  Fields in(file, ByteOrder::kBig);
  WHORL_ASSIGN(Chunk chunk, read_chunk(in, kSignatureBytes));
  WHORL_TRY(read_ihdr(chunk, header));
  while (chunk.type != "IDAT") {
    WHORL_ASSIGN(chunk, read_chunk(in, chunk.next));
    if (chunk.type == "pHYs") WHORL_TRY(read_phys(chunk, header));
    if (chunk.type == "eXIf" && chunk.crc_good) header.orientation = read_exif(chunk.body).orientation;
    if (chunk.type == "IEND") return invalid_input("the PNG file holds no image data");
  }
  header.work_bytes += static_cast<std::int64_t>(file.size());
  return header;
}

}  // namespace whorl::image
