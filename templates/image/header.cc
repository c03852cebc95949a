#include "templates/image/header.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "base/catalogue.h"
#include "templates/image/bmp_header.h"
#include "templates/image/jpeg_header.h"
#include "templates/image/png_header.h"
#include "templates/image/tiff_header.h"

namespace whorl::image {
namespace {

template <std::size_t n>
bool begins(ByteView file, const std::array<std::uint8_t, n>& with) {
  return file.size() >= n && std::equal(with.begin(), with.end(), file.begin());
}

}  // namespace

std::optional<Format> sniff(ByteView file) {
  if (begins<8>(file, {0x89, 'P', 'N', 'G', 0x0d, 0x0a, 0x1a, 0x0a})) return Format::kPng;
  if (begins<2>(file, {'B', 'M'})) return Format::kBmp;
  if (begins<4>(file, {'I', 'I', 42, 0}) || begins<4>(file, {'M', 'M', 0, 42})) return Format::kTiff;
  if (begins<3>(file, {0xff, 0xd8, 0xff})) return Format::kJpeg;
  return std::nullopt;
}

Result<FileHeader> read_header(ByteView file) {
  const std::optional<Format> format = sniff(file);
  if (!format) return failure(ErrorCode::kImageFormatUnknown);
  switch (*format) {
    case Format::kPng: return read_png_header(file);
    case Format::kBmp: return read_bmp_header(file);
    case Format::kTiff: return read_tiff_header(file);
    case Format::kJpeg: return read_jpeg_header(file);
  }
  return internal_error("unhandled image format");
}

std::optional<Resolution> stated_resolution(double x_ppi, double y_ppi) {
  if (!std::isfinite(x_ppi) || !std::isfinite(y_ppi) || x_ppi <= 1.0 || y_ppi <= 1.0) return std::nullopt;
  return Resolution{x_ppi, y_ppi};
}

}  // namespace whorl::image
