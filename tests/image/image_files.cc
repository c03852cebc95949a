#include "tests/image/image_files.h"

#include <zlib.h>

#include <algorithm>
#include <opencv2/imgcodecs.hpp>

namespace whorl::tests {
namespace {

// Numbers of either byte order, appended.
class Numbers {
 public:
  explicit Numbers(bool big) : big_(big) {}
  Numbers& u16(std::uint32_t v) { return put(v, 2); }
  Numbers& u32(std::uint32_t v) { return put(v, 4); }
  Numbers& entry_short(std::uint32_t tag, std::uint32_t v) { return u16(tag).u16(3).u32(1).u16(v).u16(0); }
  Numbers& entry_long(std::uint32_t tag, std::uint32_t v) { return u16(tag).u16(4).u32(1).u32(v); }
  Numbers& entry_rational(std::uint32_t tag, std::uint32_t offset) { return u16(tag).u16(5).u32(1).u32(offset); }
  Bytes out;

 private:
  Numbers& put(std::uint32_t v, int n) {
    for (int i = 0; i < n; ++i) out.push_back(static_cast<std::uint8_t>(v >> (8 * (big_ ? n - 1 - i : i))));
    return *this;
  }
  bool big_;
};

}  // namespace

image::GreyImage sample_image(int width, int height, double ppi) {
  image::GreyImage out{width, height, ppi, {}};
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) out.pixels.push_back(static_cast<std::uint8_t>((x * 3 + y * 2) % 250));
  }
  return out;
}

Bytes tiff_file(const TiffSpec& spec, const Bytes& strip) {
  const bool resolved = spec.resolution[1] != 0;
  const std::uint32_t entries = resolved ? 14 : 11;
  const std::uint32_t rationals = 8 + 2 + 12 * entries + 4;
  const std::uint32_t depths = rationals + 16;
  const std::uint32_t data = depths + 8;
  Numbers n(spec.big_endian);
  n.out = spec.big_endian ? Bytes{'M', 'M', 0, 42} : Bytes{'I', 'I', 42, 0};
  n.u32(8).u16(entries);
  n.entry_long(256, static_cast<std::uint32_t>(spec.width));
  n.entry_long(257, static_cast<std::uint32_t>(spec.height));
  if (spec.samples <= 2) {
    const auto bits = static_cast<std::uint32_t>(spec.bits);
    n.u16(258).u16(3).u32(static_cast<std::uint32_t>(spec.samples)).u16(bits).u16(spec.samples == 2 ? bits : 0);
  } else {
    n.u16(258).u16(3).u32(static_cast<std::uint32_t>(spec.samples)).u32(depths);
  }
  n.entry_short(259, static_cast<std::uint32_t>(spec.compression));
  n.entry_short(262, static_cast<std::uint32_t>(spec.photometric));
  n.entry_long(273, data);
  n.entry_short(274, static_cast<std::uint32_t>(spec.orientation));
  n.entry_short(277, static_cast<std::uint32_t>(spec.samples));
  n.entry_long(278, static_cast<std::uint32_t>(spec.height));
  n.entry_long(279, static_cast<std::uint32_t>(strip.size()));
  if (resolved) n.entry_rational(282, rationals).entry_rational(283, rationals + 8);
  n.entry_short(284, 1);
  if (resolved) n.entry_short(296, static_cast<std::uint32_t>(spec.unit));
  n.u32(0);
  n.u32(spec.resolution[0]).u32(spec.resolution[1]);
  n.u32(spec.y_numerator != 0 ? spec.y_numerator : spec.resolution[0]).u32(spec.resolution[1]);
  for (int i = 0; i < 4; ++i) n.u16(static_cast<std::uint32_t>(spec.bits));
  n.out.insert(n.out.end(), strip.begin(), strip.end());
  return n.out;
}

Bytes bmp_file(const BmpSpec& spec, const Bytes& rows) {
  const std::uint32_t colours = spec.bits <= 8 ? 1u << spec.bits : 0;
  const std::uint32_t offset = 14 + 40 + 4 * colours;
  Numbers n(false);
  n.out = {'B', 'M'};
  n.u32(offset + static_cast<std::uint32_t>(rows.size())).u32(0).u32(offset);
  n.u32(40).u32(static_cast<std::uint32_t>(spec.width)).u32(static_cast<std::uint32_t>(spec.height));
  n.u16(1).u16(static_cast<std::uint32_t>(spec.bits)).u32(0).u32(static_cast<std::uint32_t>(rows.size()));
  n.u32(static_cast<std::uint32_t>(spec.pels_per_metre)).u32(static_cast<std::uint32_t>(spec.pels_per_metre));
  n.u32(colours).u32(0);
  for (std::uint32_t i = 0; i < colours; ++i) n.u32(0x010101 * (i * 255 / (colours - 1)));
  n.out.insert(n.out.end(), rows.begin(), rows.end());
  return n.out;
}

Bytes plain_file(const image::GreyImage& image, const char* extension) {
  const cv::Mat pixels(image.height, image.width, CV_8UC1, const_cast<std::uint8_t*>(image.pixels.data()));
  Bytes file;
  cv::imencode(extension, pixels, file);
  return file;
}

Bytes png_chunk(std::string_view type, const Bytes& body) {
  const Bytes typed = ByteWriter().bytes(as_bytes(type)).bytes(body).take();
  const auto crc = static_cast<std::uint32_t>(::crc32(0, typed.data(), static_cast<uInt>(typed.size())));
  return ByteWriter().u32(static_cast<std::uint32_t>(body.size())).bytes(typed).u32(crc).take();
}

Bytes with_png_chunk(const Bytes& png, std::string_view type, const Bytes& body) {
  const Bytes chunk = png_chunk(type, body);
  Bytes out = png;
  out.insert(out.begin() + 33, chunk.begin(), chunk.end());
  return out;
}

Bytes with_jfif_density(Bytes jpeg, int unit, int x, int y) {
  constexpr std::size_t kUnit = 2 + 4 + 7;  // SOI, marker and length, "JFIF\0", version
  jpeg[kUnit] = static_cast<std::uint8_t>(unit);
  const Bytes density = ByteWriter().u16(static_cast<std::uint16_t>(x)).u16(static_cast<std::uint16_t>(y)).take();
  std::copy(density.begin(), density.end(), jpeg.begin() + kUnit + 1);
  return jpeg;
}

Bytes with_exif(const Bytes& jpeg, const Bytes& tiff) {
  const Bytes segment = ByteWriter()
                            .u16(0xffe1)
                            .u16(static_cast<std::uint16_t>(2 + 6 + tiff.size()))
                            .bytes(as_bytes(std::string_view("Exif\0\0", 6)))
                            .bytes(tiff)
                            .take();
  Bytes out = jpeg;
  out.insert(out.begin() + 2, segment.begin(), segment.end());
  return out;
}

}  // namespace whorl::tests
