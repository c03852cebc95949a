#include "templates/image/formats.h"

#include <algorithm>
#include <array>

#include "templates/image/bmp_header.h"
#include "templates/image/bmp_pixels.h"
#include "templates/image/jpeg_2000_header.h"
#include "templates/image/jpeg_2000_pixels.h"
#include "templates/image/jpeg_header.h"
#include "templates/image/jpeg_pixels.h"
#include "templates/image/pixels.h"
#include "templates/image/png_header.h"
#include "templates/image/png_pixels.h"
#include "templates/image/tiff_header.h"
#include "templates/image/tiff_pixels.h"
#include "templates/image/wsq_header.h"
#include "templates/image/wsq_pixels.h"

namespace whorl::image {
namespace {

template <std::size_t n>
bool with(ByteView file, const std::array<std::uint8_t, n>& first) {
  return file.size() >= n && std::equal(first.begin(), first.end(), file.begin());
}

bool begins_png(ByteView file) { return with<8>(file, {0x89, 'P', 'N', 'G', 0x0d, 0x0a, 0x1a, 0x0a}); }
bool begins_bmp(ByteView file) { return with<2>(file, {'B', 'M'}); }
bool begins_tiff(ByteView file) { return with<4>(file, {'I', 'I', 42, 0}) || with<4>(file, {'M', 'M', 0, 42}); }
bool begins_jpeg(ByteView file) { return with<3>(file, {0xff, 0xd8, 0xff}); }
bool begins_wsq(ByteView file) { return with<2>(file, {0xff, 0xa0}); }

constexpr ImageFormat kFormats[] = {
    {{Format::kPng, "PNG", ".png", "image/png", begins_png}, read_png_header, decode_png_pixels},
    {{Format::kBmp, "BMP", ".bmp", "image/bmp", begins_bmp}, read_bmp_header, decode_bmp_pixels},
    {{Format::kTiff, "TIFF", ".tif", "image/tiff", begins_tiff}, read_tiff_header, decode_tiff_pixels},
    {{Format::kJpeg, "JPEG", ".jpg", "image/jpeg", begins_jpeg}, read_jpeg_header, decode_jpeg_pixels},
    {{Format::kWsq, "WSQ", ".wsq", "image/x-wsq", begins_wsq}, read_wsq_header, decode_wsq_pixels},
    {{Format::kJp2, "JPEG 2000", ".jp2", "image/jp2", begins_jp2}, read_jpeg_2000_header, decode_jpeg_2000_pixels},
    {{Format::kJ2k, "JPEG 2000 codestream", ".j2k", "image/j2c", begins_j2k},
     read_jpeg_2000_header,
     decode_jpeg_2000_pixels},
};

}  // namespace

std::span<const ImageFormat> image_formats() { return kFormats; }

const ImageFormat* image_format_of(ByteView file) {
  const auto* const found = std::find_if(std::begin(kFormats), std::end(kFormats),
                                         [=](const ImageFormat& format) { return format.row.begins(file); });
  return found == std::end(kFormats) ? nullptr : found;
}

}  // namespace whorl::image
