#include "templates/interchange/picture.h"

#include <algorithm>

#include "templates/image/decode.h"
#include "templates/interchange/cursor.h"
#include "templates/interchange/pixel_scale.h"

namespace whorl::interchange {
namespace {

constexpr std::string_view kPngBegins("\x89PNG\r\n\x1a\n", 8);
constexpr std::string_view kJp2Begins("\0\0\0\x0cjP  \r\n\x87\n", 12);
constexpr std::string_view kJ2kBegins("\xff\x4f\xff\x51", 4);
constexpr std::string_view kWsqBegins("\xff\xa0", 2);
constexpr std::string_view kJpegBegins("\xff\xd8\xff", 3);

Picture look_at_png(ByteView bytes) {
  Picture out{PictureKind::kPng};
  out.width = static_cast<std::int64_t>(number_at(bytes, 16, 4));
  out.height = static_cast<std::int64_t>(number_at(bytes, 20, 4));
  return out;
}

// The first frame header among the markers of JPEG or WSQ, whose segments have the same shape.
std::size_t find_segment(ByteView bytes, bool (*wanted)(int marker), int& found) {
  std::size_t at = 2;
  while (at + 4 <= bytes.size()) {
    if (bytes[at] != 0xff) return 0;
    const int marker = bytes[at + 1];
    if (marker == 0xff) {
      ++at;
      continue;
    }
    if (wanted(marker)) {
      found = marker;
      return at;
    }
    at += 2 + number_at(bytes, at + 2, 2);
  }
  return 0;
}

bool is_jpeg_frame(int marker) {
  return marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc;
}

Picture look_at_jpeg(ByteView bytes) {
  Picture out{PictureKind::kJpeg};
  int marker = 0;
  const std::size_t at = find_segment(bytes, is_jpeg_frame, marker);
  if (at == 0) return out;
  const bool lossless = marker == 0xc3 || marker == 0xc7 || marker == 0xcb || marker == 0xcf;
  if (lossless) out.kind = PictureKind::kJpegLossless;
  out.height = static_cast<std::int64_t>(number_at(bytes, at + 5, 2));
  out.width = static_cast<std::int64_t>(number_at(bytes, at + 7, 2));
  out.channels = static_cast<int>(number_at(bytes, at + 9, 1));
  return out;
}

Picture look_at_wsq(ByteView bytes) {
  Picture out{PictureKind::kWsq};
  int marker = 0;
  const std::size_t at = find_segment(
      bytes, [](int each) { return each == 0xa2; }, marker);
  if (at == 0) return out;
  out.height = static_cast<std::int64_t>(number_at(bytes, at + 6, 2));
  out.width = static_cast<std::int64_t>(number_at(bytes, at + 8, 2));
  return out;
}

// Main header of a codestream: SIZ comes first, COD before the first tile part.
void look_at_codestream(ByteView bytes, std::size_t at, Picture& out) {
  constexpr std::uint64_t kCod = 0xff52;
  constexpr std::uint64_t kTilePart = 0xff90;
  out.width =
      static_cast<std::int64_t>(number_at(bytes, at + 8, 4)) - static_cast<std::int64_t>(number_at(bytes, at + 16, 4));
  out.height =
      static_cast<std::int64_t>(number_at(bytes, at + 12, 4)) - static_cast<std::int64_t>(number_at(bytes, at + 20, 4));
  out.channels = static_cast<int>(number_at(bytes, at + 40, 2));
  at += 2;
  while (at + 4 <= bytes.size()) {
    const std::uint64_t marker = number_at(bytes, at, 2);
    if (marker == kCod) out.reversible = number_at(bytes, at + 13, 1) == 1;
    if (marker == kCod || marker == kTilePart || marker < 0xff00) return;
    at += 2 + number_at(bytes, at + 2, 2);
  }
}

Picture look_at_jp2(ByteView bytes) {
  Picture out{PictureKind::kJp2};
  const auto found = std::search(bytes.begin(), bytes.end(), kJ2kBegins.begin(), kJ2kBegins.end(),
                                 [](std::uint8_t a, char b) { return a == static_cast<std::uint8_t>(b); });
  if (found != bytes.end()) look_at_codestream(bytes, static_cast<std::size_t>(found - bytes.begin()), out);
  return out;
}

}  // namespace

std::string_view name_of(PictureKind kind) {
  switch (kind) {
    case PictureKind::kUnknown: return "no known picture";
    case PictureKind::kWsq: return "WSQ";
    case PictureKind::kJpeg: return "JPEG";
    case PictureKind::kJpegLossless: return "lossless JPEG";
    case PictureKind::kJp2: return "JPEG 2000";
    case PictureKind::kJ2k: return "a bare JPEG 2000 codestream";
    case PictureKind::kPng: return "PNG";
  }
  return "";
}

Picture look_at_picture(ByteView bytes) {
  if (begins_with(bytes, kJpegBegins)) return look_at_jpeg(bytes);
  if (begins_with(bytes, kJp2Begins)) return look_at_jp2(bytes);
  if (begins_with(bytes, kWsqBegins)) return look_at_wsq(bytes);
  if (begins_with(bytes, kPngBegins)) return look_at_png(bytes);
  if (begins_with(bytes, kJ2kBegins)) {
    Picture out{PictureKind::kJ2k};
    look_at_codestream(bytes, 0, out);
    return out;
  }
  return {};
}

std::string other_resolution(ByteView bytes, double x_ppi, double y_ppi) {
  constexpr image::ImageLimits kLimits;
  const image::StatedOfFile stated = image::stated_of(bytes);
  if (!stated.x_ppi || !stated.y_ppi || x_ppi <= 0 || y_ppi <= 0) return {};
  // Programs write 72 or 96 where nobody told them.
  if (std::min(*stated.x_ppi, *stated.y_ppi) < kLimits.min_ppi) return {};
  if (are_square(*stated.x_ppi, x_ppi) && are_square(*stated.y_ppi, y_ppi)) return {};
  const auto text = [](double x, double y) {
    return std::to_string(std::lround(x)) + " x " + std::to_string(std::lround(y)) + " pixels an inch";
  };
  return "the record says " + text(x_ppi, y_ppi) + ", its picture " + text(*stated.x_ppi, *stated.y_ppi);
}

}  // namespace whorl::interchange
