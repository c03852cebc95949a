// JPEG: the segments up to the first scan give size (SOF), resolution (JFIF, else EXIF) and orientation
// (EXIF); the scans are walked up to EOI, because the decoder would paint over a missing end in silence.
#include "templates/image/jpeg_header.h"

#include <string_view>

#include "templates/image/fields.h"
#include "templates/image/tiff_header.h"

namespace whorl::image {
namespace {

constexpr int kMaxScans = 64;  // progressive files have about ten; each costs a pass over the image
constexpr std::uint8_t kSos = 0xda;
constexpr std::uint8_t kEoi = 0xd9;

bool is_frame(std::uint8_t marker) {
  return marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc;
}
bool is_restart(std::uint8_t marker) { return marker >= 0xd0 && marker <= 0xd7; }

struct Walk {
  explicit Walk(ByteView file) : in(file, ByteOrder::kBig) {}
  Fields in;
  std::size_t at = 2;
  int scans = 0;
  bool framed = false;
  bool progressive = false;
  std::optional<Resolution> jfif;
  ExifFields exif;
  FileHeader header;
};

Status read_frame(Walk& walk, std::uint8_t marker, ByteView body) {
  if (walk.framed) return invalid_input("the JPEG file has two frames");
  if (marker > 0xc2) return invalid_input("only baseline and progressive Huffman JPEG is accepted");
  Fields in(body, ByteOrder::kBig);
  const int bits = in.u8(0);
  walk.header.height = in.u16(1);
  walk.header.width = in.u16(3);
  const int components = in.u8(5);
  if (in.failed()) return invalid_input("the JPEG file's frame header is truncated");
  if (bits != 8 || (components != 1 && components != 3)) {
    return invalid_input("only 8-bit grey or three-colour JPEG is accepted");
  }
  walk.framed = true;
  walk.progressive = marker == 0xc2;
  return {};
}

void read_jfif(Walk& walk, ByteView body) {
  if (!as_text(body).starts_with(std::string_view("JFIF\0", 5))) return;
  Fields in(body, ByteOrder::kBig);
  const int unit = in.u8(7);  // 0: aspect ratio only, 1: inches, 2: centimetres
  const double per_inch = unit == 2 ? 2.54 : 1.0;
  const double x = in.u16(8) * per_inch;
  const double y = in.u16(10) * per_inch;
  if (!in.failed() && (unit == 1 || unit == 2)) walk.jfif = stated_resolution(x, y);
}

void read_app1(Walk& walk, ByteView body) {
  constexpr std::string_view kExif("Exif\0\0", 6);
  if (as_text(body).starts_with(kExif)) walk.exif = read_exif(body.subspan(kExif.size()));
}

// Leaves walk.at at the 0xff of the marker that ends the scan's data, or past the end.
void skip_scan_data(Walk& walk) {
  while (walk.at + 1 < walk.in.size()) {
    if (walk.in.u8(walk.at) == 0xff) {
      const std::uint8_t next = walk.in.u8(walk.at + 1);
      if (next != 0 && next != 0xff && !is_restart(next)) return;
    }
    ++walk.at;
  }
  walk.at = walk.in.size();
}

// One segment. False at the end of the image.
Result<bool> step(Walk& walk) {
  while (walk.in.u8(walk.at + 1) == 0xff && !walk.in.failed()) ++walk.at;  // fill bytes
  const std::uint8_t prefix = walk.in.u8(walk.at);
  const std::uint8_t marker = walk.in.u8(walk.at + 1);
  if (walk.in.failed()) return invalid_input("the JPEG file is truncated");
  if (prefix != 0xff) return invalid_input("the JPEG file is malformed: no marker where one is due");
  if (marker == kEoi) return false;
  const std::size_t length = walk.in.u16(walk.at + 2);
  if (walk.in.failed()) return invalid_input("the JPEG file is truncated");
  if (length < 2) return invalid_input("the JPEG file is malformed: a segment of impossible length");
  const ByteView body = walk.in.bytes(walk.at + 4, length - 2);
  if (walk.in.failed()) return invalid_input("the JPEG file is truncated");
  walk.at += 2 + length;
  if (is_frame(marker)) WHORL_TRY(read_frame(walk, marker, body));
  if (marker == 0xe0) read_jfif(walk, body);
  if (marker == 0xe1) read_app1(walk, body);
  if (marker == kSos) {
    if (++walk.scans > kMaxScans) return invalid_input("the JPEG file has too many scans");
    skip_scan_data(walk);
  }
  return true;
}

}  // namespace

Result<FileHeader> read_jpeg_header(ByteView file) {
  Walk walk(file);
  for (bool more = true; more;) {
    WHORL_ASSIGN(more, step(walk));
  }
  if (!walk.framed || walk.scans == 0) return invalid_input("the JPEG file holds no image data");
  // Each scan of a progressive file passes over all coefficients; three cost about as much as the rest.
  const std::int64_t pixels = walk.header.width * walk.header.height;
  walk.header.work_bytes =
      pixels + (walk.progressive ? pixels * walk.scans / 3 : 0) + static_cast<std::int64_t>(file.size());
  walk.header.resolution = walk.jfif ? walk.jfif : walk.exif.resolution;
  walk.header.orientation = walk.exif.orientation;
  return walk.header;
}

}  // namespace whorl::image
