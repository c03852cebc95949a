#include "templates/image/jpeg_2000_header.h"

#include <algorithm>
#include <cmath>
#include <string_view>

#include "templates/image/fields.h"

namespace whorl::image {
namespace {

constexpr std::uint32_t kFirst = 0x6a502020;  // "jP  "
constexpr std::uint32_t kFileType = 0x66747970;
constexpr std::uint32_t kHeaderBox = 0x6a703268;
constexpr std::uint32_t kImageHeader = 0x69686472;
constexpr std::uint32_t kColour = 0x636f6c72;
constexpr std::uint32_t kPalette = 0x70636c72;
constexpr std::uint32_t kResolution = 0x72657320;
constexpr std::uint32_t kCapture = 0x72657363;
constexpr std::uint32_t kDisplay = 0x72657364;
constexpr std::uint32_t kCodestream = 0x6a703263;

constexpr std::uint16_t kSiz = 0xff51;
constexpr std::uint16_t kCod = 0xff52;
constexpr std::uint16_t kCoc = 0xff53;
constexpr std::uint16_t kSot = 0xff90;
constexpr std::uint16_t kSod = 0xff93;
constexpr std::uint16_t kEoc = 0xffd9;

// What a decoder may be made to allocate.
constexpr std::uint64_t kMostTiles = 1024;
constexpr std::uint64_t kMostPrecincts = 100'000;
constexpr std::uint64_t kMostPixels = 100'000'000;
constexpr std::uint64_t kMostTileParts = 10'000;

class Scanner {
 public:
  explicit Scanner(ByteView file) : file_(file), in_(file, ByteOrder::kBig) {}

  Jpeg2000 run() {
    if (begins_j2k(file_)) {
      scan_codestream(0, file_.size());
      return std::move(out_);
    }
    out_.boxed = true;
    scan_boxes(0, file_.size(), 0);
    if (!has_codestream_) error(1, 0, "the file has no codestream");
    if (!ihdr_) error(1, 0, "the file has no image header");
    if (ihdr_ && has_codestream_ && (ihdr_->width != grid_width() || ihdr_->height != grid_height())) {
      error(2, ihdr_->at,
            "the image header says " + std::to_string(ihdr_->width) + " x " + std::to_string(ihdr_->height) +
                ", the codestream is " + std::to_string(grid_width()) + " x " + std::to_string(grid_height()));
    }
    if (!out_.resolution) out_.faults.push_back({5, true, 0, "the file does not state its resolution"});
    return std::move(out_);
  }

 private:
  void error(int rule, std::size_t at, std::string text) { out_.faults.push_back({rule, false, at, std::move(text)}); }

  [[nodiscard]] std::int64_t grid_width() const { return static_cast<std::int64_t>(grid_.x1 - grid_.x0); }
  [[nodiscard]] std::int64_t grid_height() const { return static_cast<std::int64_t>(grid_.y1 - grid_.y0); }

  // Boxes between two places of the file.
  void scan_boxes(std::size_t at, std::size_t end, int depth) {
    constexpr std::size_t kHeader = 8;
    constexpr int kMostBoxes = 1000;
    while (at < end) {
      if (end - at < kHeader || ++boxes_ > kMostBoxes) return error(1, at, "there is no whole box");
      std::uint64_t size = in_.u32(at);
      const std::uint32_t type = in_.u32(at + 4);
      std::size_t header = kHeader;
      if (size == 1) {
        header = 16;
        size = end - at < header ? 0 : static_cast<std::uint64_t>(in_.u32(at + 8)) << 32 | in_.u32(at + 12);
      } else if (size == 0) {
        size = end - at;
      }
      if (size < header || size > end - at) return error(1, at, "a box does not fit into the file");
      read_box(type, at + header, at + size, depth);
      at += size;
    }
  }

  void read_box(std::uint32_t type, std::size_t at, std::size_t end, int depth) {
    const std::size_t size = end - at;
    if (depth == 0 && boxes_ == 1 && type != kFirst) error(1, at, "the file does not begin with its signature");
    if (depth == 0 && boxes_ == 2 && type != kFileType) error(1, at, "no file type follows the signature");
    if (type == kHeaderBox && depth == 0) scan_boxes(at, end, 1);
    if (type == kResolution && depth == 1) scan_boxes(at, end, 2);
    if (type == kImageHeader && depth == 1 && size >= 14 && !ihdr_) ihdr_ = Size{at, in_.u32(at + 4), in_.u32(at)};
    if (type == kColour && depth == 1 && size >= 7 && in_.u8(at) == 1) out_.luma_chroma = in_.u32(at + 3) == 18;
    if (type == kPalette && depth == 1) error(3, at, "the picture has a palette");
    if ((type == kCapture || type == kDisplay) && depth == 2 && size >= 10) read_resolution(at, type == kCapture);
    if (type == kCodestream && depth == 0 && !has_codestream_) scan_codestream(at, end);
  }

  void read_resolution(std::size_t at, bool capture) {
    constexpr double kInch = 0.0254;  // metres
    const auto along = [&](std::size_t number, std::size_t exponent) {
      const double denominator = in_.u16(number + 2);
      const auto power = static_cast<std::int8_t>(in_.u8(exponent));
      return denominator == 0 ? 0.0 : in_.u16(number) / denominator * std::pow(10.0, power) * kInch;
    };
    const auto stated = stated_resolution(along(at + 4, at + 9), along(at, at + 8));
    if (stated && (capture || !out_.resolution)) out_.resolution = stated;
  }

  void scan_codestream(std::size_t at, std::size_t end) {
    has_codestream_ = true;
    out_.codestream_at = at;
    out_.codestream = file_.subspan(at, end - at);
    if (end - at < 4 || in_.u16(at) != 0xff4f || in_.u16(at + 2) != kSiz) {
      return error(1, at, "the codestream does not begin with its size");
    }
    const std::size_t after = scan_header(at + 2, end, kSot);
    if (after != 0) scan_tile_parts(after, end);
  }

  // Markers with segments up to `stop`, whose place is given back; 0 where there is no way on.
  std::size_t scan_header(std::size_t at, std::size_t end, std::uint16_t stop) {
    for (;;) {
      if (at > end || end - at < 4) return error(1, at, "the codestream ends inside a header"), 0;
      const std::uint16_t marker = in_.u16(at);
      if (marker == stop) return at;
      const std::size_t length = in_.u16(at + 2);
      if (marker < 0xff30 || length < 2 || length > end - at - 2)
        return error(1, at, "a header of the codestream is malformed"), 0;
      if (marker == kSiz && !read_size(at + 4, length - 2)) return 0;
      if (marker == kCod) read_coding_style(at + 4, length - 2, 0, 5);
      if (marker == kCoc) read_component_style(at + 4, length - 2);
      if (failed_) return 0;
      at += 2 + length;
    }
  }

  bool read_size(std::size_t at, std::size_t size) {
    constexpr std::size_t kFixed = 36;
    if (size < kFixed || tile_width_ != 0) return error(1, at, "the size marker is malformed"), false;
    const std::uint64_t x1 = in_.u32(at + 2);
    const std::uint64_t y1 = in_.u32(at + 6);
    const std::uint64_t x0 = in_.u32(at + 10);
    const std::uint64_t y0 = in_.u32(at + 14);
    tile_width_ = in_.u32(at + 18);
    tile_height_ = in_.u32(at + 22);
    const std::uint64_t tile_x0 = in_.u32(at + 26);
    const std::uint64_t tile_y0 = in_.u32(at + 30);
    out_.components = in_.u16(at + 34);
    if (x1 <= x0 || y1 <= y0 || tile_width_ == 0 || tile_height_ == 0 || tile_x0 > x0 || tile_y0 > y0 ||
        tile_x0 + tile_width_ <= x0 || tile_y0 + tile_height_ <= y0) {
      return error(1, at, "the picture or its tiles have no size"), false;
    }
    grid_ = {x0, y0, x1, y1};
    tiles_ = ((x1 - tile_x0 + tile_width_ - 1) / tile_width_) * ((y1 - tile_y0 + tile_height_ - 1) / tile_height_);
    if (tiles_ > kMostTiles || (x1 - x0) * (y1 - y0) > kMostPixels) {
      return error(4, at, "the picture has more than 1024 tiles or 100 million pixels"), false;
    }
    return read_components(at + kFixed, size - kFixed);
  }

  bool read_components(std::size_t at, std::size_t size) {
    constexpr std::size_t kComponent = 3;
    constexpr int kEightBits = 7;
    const auto count = static_cast<std::size_t>(out_.components);
    if (size != kComponent * count) return error(1, at, "the size marker does not fit its components"), false;
    bool sound = count == 1 || count == 3;
    for (std::size_t i = 0; i < count; ++i) sound = sound && in_.u8(at + kComponent * i) == kEightBits;
    if (!sound) return error(3, at, "the picture has not one or three components of 8 bits"), false;
    const std::uint64_t across = in_.u8(at + 1);
    const std::uint64_t down = in_.u8(at + 2);
    for (std::size_t i = 0; i < count; ++i) {
      sound = sound && in_.u8(at + kComponent * i + 1) == across && in_.u8(at + kComponent * i + 2) == down;
    }
    if (across == 0 || down == 0) return error(1, at, "a component has no sampling"), false;
    if (!sound) return error(3, at, "the components of the picture are sampled differently"), false;
    const auto sampled = [](std::uint64_t from, std::uint64_t to, std::uint64_t step) {
      return static_cast<std::int64_t>((to + step - 1) / step - (from + step - 1) / step);
    };
    out_.width = sampled(grid_.x0, grid_.x1, across);
    out_.height = sampled(grid_.y0, grid_.y1, down);
    if (out_.width <= 0 || out_.height <= 0) return error(1, at, "the picture has no samples"), false;
    return true;
  }

  void read_component_style(std::size_t at, std::size_t size) {
    if (size < 2) return fail(at, "a coding style is malformed");
    read_coding_style(at, size, 1, 2);
  }

  void fail(std::size_t at, const char* text) {
    failed_ = true;
    error(1, at, text);
  }

  // `style_at`: where the byte of style lies; `levels_at`: the number of decompositions, from `at`.
  void read_coding_style(std::size_t at, std::size_t size, std::size_t style_at, std::size_t levels_at) {
    constexpr std::size_t kMostLevels = 32;
    if (size < levels_at + 5) return fail(at, "a coding style is malformed");
    const bool precincts = (in_.u8(at + style_at) & 1) != 0;
    const std::size_t levels = in_.u8(at + levels_at);
    if (levels > kMostLevels) return fail(at, "a coding style has more than 32 levels");
    if (style_at == 0) out_.reversible = in_.u8(at + levels_at + 4) == 1;
    if (!precincts) return;
    if (size < levels_at + 5 + levels + 1) return fail(at, "a coding style lacks precincts");
    std::uint64_t count = 0;
    for (std::size_t r = 0; r <= levels; ++r) {
      const int both = in_.u8(at + levels_at + 5 + r);
      const std::size_t below = levels - r;
      const auto across = [&](std::uint64_t side, int power) { return ((side >> below) >> power) + 2; };
      count += across(std::min<std::uint64_t>(tile_width_, static_cast<std::uint64_t>(grid_width())), both & 0xf) *
               across(std::min<std::uint64_t>(tile_height_, static_cast<std::uint64_t>(grid_height())), both >> 4);
    }
    if (count * tiles_ * static_cast<std::uint64_t>(out_.components) <= kMostPrecincts) return;
    failed_ = true;
    error(4, at, "the picture has more than 100000 precincts");
  }

  void scan_tile_parts(std::size_t at, std::size_t end) {
    std::uint64_t parts = 0;
    while (end - at >= 2 && in_.u16(at) != kEoc) {
      constexpr std::size_t kHeader = 12;
      if (++parts > kMostTileParts) return error(4, at, "the codestream has more than 10000 tile parts");
      if (end - at < kHeader || in_.u16(at) != kSot || in_.u16(at + 2) != 10)
        return error(1, at, "there is no tile part");
      const std::uint64_t tile = in_.u16(at + 4);
      std::uint64_t size = in_.u32(at + 6);
      if (size == 0) size = end - at;
      if (tile >= tiles_ || size < kHeader + 2 || size > end - at) return error(1, at, "a tile part does not fit");
      if (scan_header(at + kHeader, at + size, kSod) == 0) return;
      at += size;
    }
    if (end - at < 2 && !ends_with_eoc(end)) error(1, at, "the codestream ends without its end marker");
  }

  // A last tile part without a length holds the end marker.
  bool ends_with_eoc(std::size_t end) { return end >= 2 && in_.u16(end - 2) == kEoc; }

  // Of reference, which components may sample sparsely.
  struct Grid {
    std::uint64_t x0 = 0;
    std::uint64_t y0 = 0;
    std::uint64_t x1 = 0;
    std::uint64_t y1 = 0;
  };
  struct Size {
    std::size_t at = 0;
    std::int64_t width = 0;
    std::int64_t height = 0;
  };

  ByteView file_;
  Fields in_;
  Jpeg2000 out_;
  Grid grid_;
  std::optional<Size> ihdr_;
  bool has_codestream_ = false;
  bool failed_ = false;
  int boxes_ = 0;
  std::uint64_t tile_width_ = 0;
  std::uint64_t tile_height_ = 0;
  std::uint64_t tiles_ = 0;
};

bool begins(ByteView file, std::string_view first) {
  return as_text(file.first(std::min(file.size(), first.size()))) == first;
}

}  // namespace

bool begins_jp2(ByteView file) { return begins(file, std::string_view("\0\0\0\x0cjP  \r\n\x87\n", 12)); }
bool begins_j2k(ByteView file) { return begins(file, "\xff\x4f\xff\x51"); }

Jpeg2000 scan_jpeg_2000(ByteView file) { return Scanner(file).run(); }

Result<FileHeader> read_jpeg_2000_header(ByteView file) {
  const Jpeg2000 scanned = scan_jpeg_2000(file);
  const auto fault = std::find_if(scanned.faults.begin(), scanned.faults.end(),
                                  [](const Jpeg2000Fault& each) { return !each.warning && each.rule != 2; });
  if (fault != scanned.faults.end()) return invalid_input("the JPEG 2000 file is malformed: " + fault->text);
  FileHeader out;
  out.width = scanned.width;
  out.height = scanned.height;
  out.resolution = scanned.resolution;
  out.work_bytes = bounded_product(out.width, out.height, std::int64_t{4} * scanned.components);
  return out;
}

}  // namespace whorl::image
