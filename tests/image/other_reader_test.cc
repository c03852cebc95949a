// Every kind of PNG and of BMP, of random pixels, beside OpenCV's own readers.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <zlib.h>

#include <algorithm>
#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>
#include <random>

#include "templates/image/decode.h"
#include "templates/image/encode.h"
#include "templates/image/preview.h"
#include "tests/image/image_files.h"

namespace whorl::image {
namespace {

constexpr int kWidth = 45;
constexpr int kHeight = 38;

Bytes random_bytes(std::size_t n, std::mt19937& random) {
  Bytes out(n);
  for (std::uint8_t& each : out) each = static_cast<std::uint8_t>(random());
  return out;
}

void add_chunk(Bytes& png, std::string_view type, const Bytes& body) {
  const Bytes chunk = tests::png_chunk(type, body);
  png.insert(png.end(), chunk.begin(), chunk.end());
}

struct PngKind {
  int colour_type = 0;
  int channels = 1;
  int bits = 8;
  bool interlaced = false;
  bool transparent = false;  // by a tRNS chunk
};

// Rows of one pass, each after filter 0.
void add_pass(Bytes& rows, const PngKind& kind, int width, int height, std::mt19937& random) {
  if (width == 0) return;
  for (int y = 0; y < height; ++y) {
    rows.push_back(0);
    const Bytes row = random_bytes(static_cast<std::size_t>((width * kind.channels * kind.bits + 7) / 8), random);
    rows.insert(rows.end(), row.begin(), row.end());
  }
}

Bytes random_rows(const PngKind& kind, std::mt19937& random) {
  Bytes rows;
  if (!kind.interlaced) add_pass(rows, kind, kWidth, kHeight, random);
  struct Pass {
    int x, y, dx, dy;
  };
  constexpr Pass kAdam7[] = {{0, 0, 8, 8}, {4, 0, 8, 8}, {0, 4, 4, 8}, {2, 0, 4, 4},
                             {0, 2, 2, 4}, {1, 0, 2, 2}, {0, 1, 1, 2}};
  for (const Pass& pass : kAdam7) {
    if (!kind.interlaced) break;
    add_pass(rows, kind, (kWidth - pass.x + pass.dx - 1) / pass.dx, (kHeight - pass.y + pass.dy - 1) / pass.dy, random);
  }
  return rows;
}

Bytes random_png(const PngKind& kind, std::mt19937& random) {
  Bytes out{0x89, 'P', 'N', 'G', 0x0d, 0x0a, 0x1a, 0x0a};
  add_chunk(out, "IHDR",
            ByteWriter()
                .u32(kWidth)
                .u32(kHeight)
                .u8(static_cast<std::uint8_t>(kind.bits))
                .u8(static_cast<std::uint8_t>(kind.colour_type))
                .u8(0)
                .u8(0)
                .u8(kind.interlaced ? 1 : 0)
                .take());
  if (kind.colour_type == 3) add_chunk(out, "PLTE", random_bytes(std::size_t{3} << kind.bits, random));
  if (kind.transparent) {
    const Bytes clear = kind.colour_type == 3   ? random_bytes(std::size_t{1} << kind.bits, random)
                        : kind.colour_type == 0 ? Bytes{0, 1}
                                                : Bytes{0, 1, 0, 2, 0, 3};
    add_chunk(out, "tRNS", clear);
  }
  const Bytes rows = random_rows(kind, random);
  Bytes packed(compressBound(static_cast<uLong>(rows.size())));
  auto size = static_cast<uLongf>(packed.size());
  EXPECT_EQ(compress(packed.data(), &size, rows.data(), static_cast<uLong>(rows.size())), Z_OK);
  packed.resize(size);
  add_chunk(out, "IDAT", packed);
  add_chunk(out, "IEND", {});
  return out;
}

// What OpenCV reads, as eight bits of blue, green and red over white.
cv::Mat by_opencv(const Bytes& file, int flags) {
  cv::Mat read = cv::imdecode(file, flags);
  if (read.depth() == CV_16U) read.convertTo(read, CV_8U, 1.0 / 257);
  if (read.channels() == 1) cv::cvtColor(read, read, cv::COLOR_GRAY2BGR);
  if (read.channels() == 3) return read;
  cv::Mat out(read.size(), CV_8UC3);
  for (int y = 0; y < read.rows; ++y) {
    for (int x = 0; x < read.cols; ++x) {
      const auto& pixel = read.at<cv::Vec4b>(y, x);
      for (int c = 0; c < 3; ++c) {
        const double a = pixel[3] / 255.0;
        out.at<cv::Vec3b>(y, x)[c] = cv::saturate_cast<std::uint8_t>(pixel[c] * a + 255 * (1 - a));
      }
    }
  }
  return out;
}

// OpenCV takes no notice of a shade of grey that is transparent: 1 of random_png.
void clear_shade(cv::Mat& bgr, int bits) {
  const int shade = 255 / ((1 << bits) - 1);
  cv::Mat is_clear;
  cv::inRange(bgr, cv::Scalar::all(shade), cv::Scalar::all(shade), is_clear);
  bgr.setTo(cv::Scalar::all(255), is_clear);
}

// The greatest difference of a channel; 256 where the sizes differ.
int difference(const ColourImage& own, const cv::Mat& other) {
  if (own.width != other.cols || own.height != other.rows) return 256;
  int most = 0;
  for (int y = 0; y < other.rows; ++y) {
    for (int i = 0; i < 3 * other.cols; ++i) {
      const int of_own = own.pixels[static_cast<std::size_t>(3 * other.cols * y + i)];
      most = std::max(most, std::abs(of_own - int{other.ptr<std::uint8_t>(y)[i]}));
    }
  }
  return most;
}

TEST(OtherReader, EveryKindOfPngIsReadAlike) {
  std::mt19937 random(11);
  std::vector<PngKind> kinds;
  for (const bool interlaced : {false, true}) {
    for (const bool transparent : {false, true}) {
      for (const int bits : {1, 2, 4, 8, 16}) kinds.push_back({0, 1, bits, interlaced, transparent});
      for (const int bits : {1, 2, 4, 8}) kinds.push_back({3, 1, bits, interlaced, transparent});
      for (const int bits : {8, 16}) kinds.push_back({2, 3, bits, interlaced, transparent});
    }
    for (const int bits : {8, 16}) kinds.push_back({4, 2, bits, interlaced, false});
    for (const int bits : {8, 16}) kinds.push_back({6, 4, bits, interlaced, false});
  }
  for (const PngKind& kind : kinds) {
    const Bytes file = random_png(kind, random);
    const auto own = decode_colour(file);
    const std::string name = "colour type " + std::to_string(kind.colour_type) + ", bits " + std::to_string(kind.bits) +
                             (kind.interlaced ? ", interlaced" : "") + (kind.transparent ? ", transparent" : "");
    ASSERT_TRUE(own.ok()) << name << ": " << own.error().text();
    cv::Mat other = by_opencv(file, cv::IMREAD_UNCHANGED);
    if (kind.colour_type == 0 && kind.transparent && kind.bits <= 8) clear_shade(other, kind.bits);
    EXPECT_LE(difference(*own, other), 1) << name;
  }
}

TEST(OtherReader, EveryKindOfBmpIsReadAlike) {
  std::mt19937 random(12);
  for (const int bits : {1, 4, 8, 16, 24, 32}) {
    for (const int height : {kHeight, -kHeight}) {
      const auto stride = static_cast<std::size_t>((kWidth * bits + 31) / 32 * 4);
      const Bytes file = tests::bmp_file({kWidth, height, bits, 19685}, random_bytes(stride * kHeight, random));
      const auto own = decode_colour(file);
      ASSERT_TRUE(own.ok()) << bits << ": " << own.error().text();
      // Five bits of white are 248 to OpenCV.
      const int most = bits == 16 ? 7 : 0;
      EXPECT_LE(difference(*own, by_opencv(file, cv::IMREAD_COLOR | cv::IMREAD_IGNORE_ORIENTATION)), most) << bits;
    }
  }
}

// With the masks of red, green and blue behind a header of 40 bytes.
Bytes with_masks(int bits, const std::array<std::uint32_t, 3>& masks, const Bytes& rows) {
  Bytes file = tests::bmp_file({kWidth, kHeight, bits, 19685}, rows);
  Bytes fields;
  for (const std::uint32_t mask : masks) {
    for (int i = 0; i < 4; ++i) fields.push_back(static_cast<std::uint8_t>(mask >> (8 * i)));
  }
  file.insert(file.begin() + 54, fields.begin(), fields.end());
  file[10] = 54 + 12;
  file[30] = 3;  // bit fields
  return file;
}

TEST(DecodeBmp, BitFieldsSayWhereAColourLies) {
  Bytes rows;
  for (int i = 0; i < kWidth * kHeight; ++i) rows.insert(rows.end(), {0, 10, 20, 30});
  const auto own = decode_colour(with_masks(32, {0xff00, 0xff0000, 0xff000000}, rows));
  ASSERT_TRUE(own.ok()) << own.error().text();
  EXPECT_EQ(own->pixels[0], 30);
  EXPECT_EQ(own->pixels[1], 20);
  EXPECT_EQ(own->pixels[2], 10);
  const Bytes white(std::size_t{92} * kHeight, 0xff);
  const auto of_565 = decode_colour(with_masks(16, {0xf800, 0x7e0, 0x1f}, white));
  ASSERT_TRUE(of_565.ok());
  EXPECT_EQ(of_565->pixels[0], 255);
  EXPECT_FALSE(decode_colour(with_masks(16, {0xf800, 0, 0x1f}, white)).ok());
  EXPECT_FALSE(decode_colour(with_masks(32, {0xf0f00, 0xff, 0xff000000}, rows)).ok());
}

TEST(DecodeBmp, AColourThatThePaletteLacksIsRefused) {
  Bytes file = tests::bmp_file({kWidth, kHeight, 8, 19685}, Bytes(std::size_t{48} * kHeight, 9));
  EXPECT_TRUE(decode_colour(file).ok());
  file[46] = 9;  // colours 0 to 8
  file[47] = 0;
  EXPECT_FALSE(decode_colour(file).ok());
}

TEST(OtherReader, ReadsWhatIsWritten) {
  const GreyImage grey = tests::sample_image(61, 47);
  ColourImage colour{kWidth, kHeight, Bytes(std::size_t{3} * kWidth * kHeight)};
  std::mt19937 random(13);
  colour.pixels = random_bytes(colour.pixels.size(), random);
  EXPECT_EQ(difference(colour, cv::imdecode(encode_png(colour).value(), cv::IMREAD_UNCHANGED)), 0);
  const cv::Mat read = cv::imdecode(encode_png(grey).value(), cv::IMREAD_UNCHANGED);
  ASSERT_EQ(read.type(), CV_8UC1);
  EXPECT_TRUE(std::equal(grey.pixels.begin(), grey.pixels.end(), read.begin<std::uint8_t>()));
  const cv::Mat preview = cv::imdecode(preview_png(grey, 100)->png, cv::IMREAD_GRAYSCALE);
  ASSERT_EQ(preview.size(), cv::Size(61, 47));
  for (int y = 0; y < 47; ++y) {
    for (int x = 0; x < 61; ++x) EXPECT_NEAR(preview.at<std::uint8_t>(y, x), grey.at(x, y), 8.5);
  }
  const cv::Mat lines = cv::imdecode(line_drawing_png(grey)->png, cv::IMREAD_GRAYSCALE);
  for (int y = 0; y < 47; ++y) {
    for (int x = 0; x < 61; ++x) EXPECT_EQ(lines.at<std::uint8_t>(y, x), grey.at(x, y) < 128 ? 0 : 255);
  }
  const ColourImage smooth{kWidth, kHeight, Bytes(std::size_t{3} * kWidth * kHeight, 77)};
  EXPECT_LE(difference(smooth, cv::imdecode(encode_jpeg(smooth, 90).value(), cv::IMREAD_COLOR)), 2);
  EXPECT_FALSE(encode_jpeg({4, 4, Bytes(5)}, 90).ok());
}

}  // namespace
}  // namespace whorl::image
