#include "templates/image/decode.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <zlib.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>

#include "base/catalogue.h"
#include "base/image_names.h"
#include "templates/image/encode.h"
#include "templates/image/formats.h"
#include "templates/image/png_pixels.h"
#include "templates/image/resample.h"
#include "tests/image/image_files.h"
#include "tests/support/shared_data.h"

namespace whorl::image {
namespace {

using testing::HasSubstr;
using tests::BmpSpec;
using tests::sample_image;
using tests::TiffSpec;

DecodeOptions at_ppi(double ppi) {
  DecodeOptions out;
  out.ppi = ppi;
  return out;
}

// What messages name is what the table has: every format, and nothing else. A codestream is named with its file format.
TEST(ImageFormats, AreNamedByOneText) {
  std::vector<std::string> names;
  for (const ImageFormat& format : image_formats()) {
    const std::string name(format.row.name);
    if (format.row.format != Format::kJ2k) names.push_back(name);
  }
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : ", ") + name;
  EXPECT_EQ(WHORL_IMAGE_NAMES, text);
  for (const FailureCode code : {ErrorCode::kImageFormatUnknown, ErrorCode::kNoKnownFormat}) {
    EXPECT_THAT(std::string(code.sentence()), HasSubstr(text)) << code.name();
  }
}

std::string refusal(const Bytes& file, const DecodeOptions& options = {}) {
  const Result<GreyImage> got = decode_image(file, options);
  if (got.ok()) return "accepted";
  EXPECT_EQ(got.error().kind, ErrorKind::kInvalidInput);
  return got.error().message;
}

// Rows of grey pixels padded to four bytes, bottom-up.
Bytes bmp_rows(const GreyImage& image) {
  Bytes out;
  for (int y = image.height - 1; y >= 0; --y) {
    for (int x = 0; x < image.width; ++x) out.push_back(image.at(x, y));
    while (out.size() % 4 != 0) out.push_back(0);
  }
  return out;
}

TEST(DecodePng, RoundTripKeepsPixelsAndResolution) {
  const GreyImage image = sample_image(61, 47, 1000);
  const Result<GreyImage> got = decode_image(encode_png(image).value());
  ASSERT_TRUE(got.ok()) << got.error().text();
  EXPECT_EQ(got->width, 61);
  EXPECT_EQ(got->height, 47);
  EXPECT_EQ(got->pixels, image.pixels);
  EXPECT_NEAR(got->ppi, 1000, 0.05);
  EXPECT_DOUBLE_EQ(*ppi_of(encode_png(image).value()), got->ppi);
}

TEST(DecodePng, WithoutResolutionItSaysHowToGiveIt) {
  const Bytes file = tests::plain_file(sample_image(40, 40), ".png");
  EXPECT_THAT(refusal(file), HasSubstr("--ppi"));
  EXPECT_EQ(ppi_of(file).error().message, refusal(file));
  EXPECT_DOUBLE_EQ(*ppi_of(file, at_ppi(500)), 500);
  EXPECT_THAT(refusal(file), HasSubstr("\"resolution\""));
  EXPECT_DOUBLE_EQ(decode_image(file, at_ppi(500))->ppi, 500);
}

TEST(DecodePng, AnExplicitResolutionWins) {
  const Bytes file = encode_png(sample_image(40, 40, 1000)).value();
  EXPECT_DOUBLE_EQ(decode_image(file, at_ppi(500))->ppi, 500);
}

TEST(StatedPixels, OfWorkAreThoseOfTheFileOrOfTheStandardResolution) {
  GreyImage image = sample_image(40, 50, 500);
  const auto pixels = static_cast<std::uint64_t>(image.width) * static_cast<std::uint64_t>(image.height);
  image.ppi = 1000;
  const Bytes fine = encode_png(image).value();
  EXPECT_EQ(stated_work_pixels(fine), pixels) << "the file's are decoded";
  EXPECT_EQ(stated_work_pixels(fine, 250), 4 * pixels) << "what is given wins";
  image.ppi = 250;
  EXPECT_EQ(stated_work_pixels(encode_png(image).value()), 4 * pixels);
  EXPECT_EQ(stated_work_pixels(fine, 0.5), pixels) << "refused later";
  EXPECT_EQ(stated_work_pixels({}, 500), 0u);
}

// A PNG whose IHDR states these sides, under a right checksum.
Bytes png_stating(std::uint32_t width, std::uint32_t height) {
  Bytes png = encode_png(sample_image(40, 50, 500)).value();
  constexpr std::size_t kType = 12;  // of the chunk; its body follows
  const Bytes sides = ByteWriter().u32(width).u32(height).take();
  std::copy(sides.begin(), sides.end(), png.begin() + kType + 4);
  const auto crc = static_cast<std::uint32_t>(crc32(0, png.data() + kType, 4 + 13));
  const Bytes sum = ByteWriter().u32(crc).take();
  std::copy(sum.begin(), sum.end(), png.begin() + kType + 4 + 13);
  return png;
}

TEST(StatedPixels, HugeSidesAreManyPixelsAndRefused) {
  const auto tiff = [](std::uint32_t side) {
    Bytes file = tests::tiff_file({}, Bytes(40 * 36, 1));
    constexpr std::size_t kFirstEntry = 10;  // width, then height, twelve bytes each
    for (const std::size_t entry : {kFirstEntry, kFirstEntry + 12}) {
      const std::uint8_t as_long[] = {4, 0, 1, 0, 0, 0};
      std::copy(std::begin(as_long), std::end(as_long), file.begin() + static_cast<std::ptrdiff_t>(entry) + 2);
      for (std::size_t i = 0; i < 4; ++i) file[entry + 8 + i] = static_cast<std::uint8_t>(side >> (8 * i));
    }
    return file;
  };
  for (const std::uint32_t side : {100'000u, 0x7fff'ffffu, 0xffff'ffffu}) {
    for (const Bytes& file : {png_stating(side, side), tiff(side)}) {
      EXPECT_THAT(refusal(file), HasSubstr("at most")) << side;
      EXPECT_EQ(stated_pixels(file), 16'000'000U) << side << ": as many as are taken";
      EXPECT_EQ(stated_work_pixels(file, 100), 16'000'000U) << side;
    }
  }
}

TEST(DecodePng, PhysInNoUnitCountsAsAbsent) {
  const Bytes plain = tests::plain_file(sample_image(40, 40), ".png");
  const Bytes body = ByteWriter().u32(19685).u32(19685).u8(0).take();
  EXPECT_THAT(refusal(tests::with_png_chunk(plain, "pHYs", body)), HasSubstr("no resolution"));
}

TEST(DecodePng, DamagedPhysIsRefused) {
  Bytes file = encode_png(sample_image(40, 40)).value();
  file[33 + 8 + 2] ^= 0x10;
  EXPECT_THAT(refusal(file), HasSubstr("pHYs"));
}

TEST(DecodePng, UnequalAxesAreRefused) {
  const Bytes plain = tests::plain_file(sample_image(40, 40), ".png");
  const Bytes body = ByteWriter().u32(19685).u32(39370).u8(1).take();
  EXPECT_THAT(refusal(tests::with_png_chunk(plain, "pHYs", body)), HasSubstr("different resolutions"));
}

TEST(DecodePng, AScreenResolutionIsImplausible) {
  EXPECT_THAT(refusal(encode_png(sample_image(40, 40, 72)).value()), HasSubstr("is 72"));
}

TEST(DecodePng, AGivenResolutionIsBounded) {
  const Bytes file = encode_png(sample_image(40, 40)).value();
  EXPECT_THAT(refusal(file, at_ppi(99)), HasSubstr("outside 100 to 4000"));
  EXPECT_THAT(refusal(file, at_ppi(std::nan(""))), HasSubstr("outside"));
  EXPECT_THAT(refusal(file, at_ppi(5000)), HasSubstr("outside"));
}

TEST(DecodeBmp, EightBitsBottomUp) {
  const GreyImage image = sample_image(41, 36);
  const Result<GreyImage> got = decode_image(tests::bmp_file({41, 36, 8, 19685}, bmp_rows(image)));
  ASSERT_TRUE(got.ok()) << got.error().text();
  EXPECT_EQ(got->pixels, image.pixels);
  EXPECT_NEAR(got->ppi, 500, 0.01);
}

TEST(DecodeBmp, TopDownRows) {
  const GreyImage image = sample_image(40, 36);
  const Result<GreyImage> got = decode_image(tests::bmp_file({40, -36, 8, 19685}, image.pixels));
  ASSERT_TRUE(got.ok()) << got.error().text();
  EXPECT_EQ(got->pixels, image.pixels);
}

TEST(DecodeBmp, ThePaddingByteOf32BitsIsNotAlpha) {
  Bytes rows;
  for (int i = 0; i < 40 * 36; ++i) rows.insert(rows.end(), {30, 30, 30, 0});
  const Result<GreyImage> got = decode_image(tests::bmp_file({40, 36, 32, 19685}, rows));
  ASSERT_TRUE(got.ok()) << got.error().text();
  EXPECT_EQ(got->at(5, 5), 30);
}

TEST(DecodeBmp, FewerRowsThanStatedAreRefused) {
  EXPECT_THAT(refusal(tests::bmp_file({40, 37, 8, 19685}, bmp_rows(sample_image(40, 36)))), HasSubstr("truncated"));
}

TEST(DecodeTiff, BothByteOrders) {
  const GreyImage image = sample_image(40, 36);
  for (const bool big : {false, true}) {
    TiffSpec spec;
    spec.big_endian = big;
    const Result<GreyImage> got = decode_image(tests::tiff_file(spec, image.pixels));
    ASSERT_TRUE(got.ok()) << got.error().text();
    EXPECT_EQ(got->pixels, image.pixels);
    EXPECT_DOUBLE_EQ(got->ppi, 500);
  }
}

TEST(DecodeTiff, CentimetresAreConverted) {
  TiffSpec spec;
  spec.unit = 3;
  spec.resolution[0] = 19685;
  spec.resolution[1] = 100;
  EXPECT_NEAR(decode_image(tests::tiff_file(spec, sample_image(40, 36).pixels))->ppi, 500, 0.01);
}

TEST(DecodeTiff, NoUnitOrNoValueCountsAsAbsent) {
  const Bytes strip = sample_image(40, 36).pixels;
  TiffSpec no_unit;
  no_unit.unit = 1;
  TiffSpec no_tags;
  no_tags.resolution[1] = 0;
  TiffSpec zero;
  zero.resolution[0] = 0;
  TiffSpec one;
  one.resolution[0] = 1;
  for (const TiffSpec& spec : {no_unit, no_tags, zero, one}) {
    EXPECT_THAT(refusal(tests::tiff_file(spec, strip)), HasSubstr("no resolution"));
  }
}

// The file with `more` further directories, copies of its first.
Bytes with_pages(Bytes file, int more, bool smaller_copies) {
  constexpr std::size_t kDirectory = 8;
  constexpr std::size_t kBytes = 2 + 14 * 12;  // of 14 entries
  std::size_t link = kDirectory + kBytes;
  for (int i = 0; i < more; ++i) {
    const auto at = static_cast<std::uint32_t>(file.size());
    Bytes page(file.begin() + kDirectory, file.begin() + kDirectory + kBytes);
    if (smaller_copies) {  // in the place of an entry that nobody reads: 284, which is the last but one
      const Bytes reduced{254, 0, 4, 0, 1, 0, 0, 0, 1, 0, 0, 0};
      std::copy(reduced.begin(), reduced.end(), page.begin() + 2 + 12 * 12);
    }
    for (int byte = 0; byte < 4; ++byte) {
      file[link + static_cast<std::size_t>(byte)] = static_cast<std::uint8_t>(at >> (8 * byte));
    }
    file.insert(file.end(), page.begin(), page.end());
    link = file.size();
    file.resize(file.size() + 4);
  }
  return file;
}

TEST(DecodeTiff, PagesAreCountedAndTheFirstIsRead) {
  const GreyImage image = sample_image(40, 36);
  const Bytes one = tests::tiff_file({}, image.pixels);
  EXPECT_EQ(stated_of(one).pages, 1);
  EXPECT_EQ(stated_of(with_pages(one, 2, false)).pages, 3);
  EXPECT_EQ(decode_image(with_pages(one, 2, false))->pixels, image.pixels);
  EXPECT_EQ(stated_of(with_pages(one, 2, true)).pages, 1) << "smaller copies are none";
  EXPECT_EQ(stated_of(with_pages(one, 3000, false)).pages, 1000);
  Bytes circle = one;
  circle[8 + 2 + 14 * 12] = 8;  // the next directory is the first
  EXPECT_EQ(stated_of(circle).pages, 1);
  Bytes nowhere = one;
  nowhere[8 + 2 + 14 * 12 + 3] = 0x7f;
  EXPECT_EQ(stated_of(nowhere).pages, 1);
  EXPECT_TRUE(decode_image(nowhere).ok());
}

TEST(DecodeTiff, UnequalAxesAreRefused) {
  TiffSpec spec;
  spec.y_numerator = 1000;
  EXPECT_THAT(refusal(tests::tiff_file(spec, sample_image(40, 36).pixels)), HasSubstr("different resolutions"));
}

TEST(DecodeTiff, SixteenBitsAreReduced) {
  const GreyImage image = sample_image(40, 36);
  Bytes strip;
  for (const std::uint8_t v : image.pixels) strip.insert(strip.end(), {v, v});
  TiffSpec spec;
  spec.bits = 16;
  const Result<GreyImage> got = decode_image(tests::tiff_file(spec, strip));
  ASSERT_TRUE(got.ok()) << got.error().text();
  EXPECT_EQ(got->pixels, image.pixels);
}

TEST(DecodeTiff, WhiteIsZeroIsTurnedOver) {
  TiffSpec spec;
  spec.photometric = 0;
  const GreyImage image = sample_image(40, 36);
  const Result<GreyImage> got = decode_image(tests::tiff_file(spec, image.pixels));
  ASSERT_TRUE(got.ok()) << got.error().text();
  EXPECT_EQ(got->at(3, 4), 255 - image.at(3, 4));
}

TEST(DecodeTiff, OneBit) {
  TiffSpec spec;
  spec.bits = 1;
  Bytes strip(5 * 36, 0x0f);
  const Result<GreyImage> got = decode_image(tests::tiff_file(spec, strip));
  ASSERT_TRUE(got.ok()) << got.error().text();
  EXPECT_EQ(got->at(0, 0), 0);
  EXPECT_EQ(got->at(4, 0), 255);
}

TEST(DecodeTiff, ColourBecomesLuma) {
  TiffSpec spec;
  spec.samples = 3;
  spec.photometric = 2;
  Bytes strip;
  for (int i = 0; i < 40 * 36; ++i) strip.insert(strip.end(), {255, 0, 0});
  const Result<GreyImage> got = decode_image(tests::tiff_file(spec, strip));
  ASSERT_TRUE(got.ok()) << got.error().text();
  EXPECT_EQ(got->at(9, 9), 76);
}

TEST(DecodeTiff, EveryOrientationIsTurnedUpright) {
  const GreyImage image = sample_image(40, 36);
  // Where the stored pixel (x, y) = (2, 1) lies in the upright image, for orientations 1..8.
  const int expected[8][2] = {{2, 1}, {37, 1}, {37, 34}, {2, 34}, {1, 2}, {34, 2}, {34, 37}, {1, 37}};
  for (int orientation = 1; orientation <= 8; ++orientation) {
    TiffSpec spec;
    spec.orientation = orientation;
    const Result<GreyImage> got = decode_image(tests::tiff_file(spec, image.pixels));
    ASSERT_TRUE(got.ok()) << got.error().text();
    EXPECT_EQ(got->width, orientation <= 4 ? 40 : 36);
    const auto& at = expected[orientation - 1];
    EXPECT_EQ(got->at(at[0], at[1]), image.at(2, 1)) << "orientation " << orientation;
  }
}

TEST(DecodeTiff, DamagedCompressionIsRefusedNotPaintedOver) {
  TiffSpec spec;
  spec.compression = 5;  // LZW
  EXPECT_THAT(refusal(tests::tiff_file(spec, Bytes(200, 0x55))), HasSubstr("cannot be decoded"));
}

TEST(DecodeJpeg, JfifDensity) {
  const GreyImage image = sample_image(64, 48);
  const Bytes plain = tests::plain_file(image, ".jpg");
  EXPECT_THAT(refusal(plain), HasSubstr("no resolution"));
  const Result<GreyImage> inches = decode_image(tests::with_jfif_density(plain, 1, 500, 500));
  ASSERT_TRUE(inches.ok()) << inches.error().text();
  EXPECT_DOUBLE_EQ(inches->ppi, 500);
  EXPECT_EQ(inches->width, 64);
  EXPECT_NEAR(inches->at(10, 10), image.at(10, 10), 12);
  EXPECT_NEAR(decode_image(tests::with_jfif_density(plain, 2, 394, 394))->ppi, 1000.8, 0.1);
}

TEST(DecodeJpeg, ExifResolutionAndOrientation) {
  TiffSpec exif;
  exif.resolution[0] = 1000;
  exif.orientation = 6;
  const Bytes plain = tests::plain_file(sample_image(64, 48), ".jpg");
  const Result<GreyImage> got = decode_image(tests::with_exif(plain, tests::tiff_file(exif, {})));
  ASSERT_TRUE(got.ok()) << got.error().text();
  EXPECT_DOUBLE_EQ(got->ppi, 1000);
  EXPECT_EQ(got->width, 48);
  EXPECT_EQ(got->height, 64);
}

TEST(DecodeJpeg, DamagedDataIsRefusedNotPaintedOver) {
  Bytes file = tests::with_jfif_density(tests::plain_file(sample_image(200, 200), ".jpg"), 1, 500, 500);
  ASSERT_TRUE(decode_image(file).ok());
  file.erase(file.begin() + static_cast<std::ptrdiff_t>(file.size() * 2 / 3), file.end() - 2);  // EOI stays
  EXPECT_THAT(refusal(file), HasSubstr("cannot be decoded"));
}

TEST(DecodeLimits, BytesAndUnknownFormats) {
  DecodeOptions options;
  options.limits.max_bytes = 100;
  EXPECT_THAT(refusal(Bytes(101, 0), options), HasSubstr("101 bytes"));
  EXPECT_THAT(refusal({}), HasSubstr("empty"));
  EXPECT_THAT(refusal(Bytes{'G', 'I', 'F', '8'}), HasSubstr("unknown image format"));
}

TEST(DecodeLimits, HugeDimensionsAreRefusedFromTheHeaderAlone) {
  TiffSpec tiff;
  tiff.width = 1'000'000'000;
  tiff.height = 1'000'000'000;
  EXPECT_THAT(refusal(tests::tiff_file(tiff, Bytes(64))), HasSubstr("1000000000 x 1000000000"));
  const Bytes png = encode_png(sample_image(40, 40)).value();
  const Bytes ihdr = ByteWriter().u32(60000).u32(60000).u8(8).u8(0).u8(0).u8(0).u8(0).take();
  Bytes bomb = tests::with_png_chunk(png, "IHDR", ihdr);  // after the true IHDR,
  bomb.erase(bomb.begin() + 8, bomb.begin() + 33);        // which then goes
  EXPECT_THAT(refusal(bomb), HasSubstr("60000 x 60000"));
}

TEST(DecodeLimits, SmallSidesAreRefused) {
  EXPECT_THAT(refusal(encode_png(sample_image(31, 40)).value()), HasSubstr("at least 32"));
}

// Every truncation of a valid file is refused: half a fingerprint is not a fingerprint.
TEST(DecodeProperty, EveryTruncationIsRefused) {
  const GreyImage image = sample_image(40, 36);
  const Bytes png = encode_png(image).value();
  const Bytes bmp = tests::bmp_file({40, 36, 8, 19685}, bmp_rows(image));
  const Bytes tiff = tests::tiff_file({}, image.pixels);
  const Bytes jpeg = tests::with_jfif_density(tests::plain_file(image, ".jpg"), 1, 500, 500);
  for (const Bytes& file : {png, bmp, tiff, jpeg}) {
    ASSERT_TRUE(decode_image(file).ok());
    for (std::size_t n = 0; n < file.size(); ++n) {
      EXPECT_FALSE(decode_image(ByteView(file).first(n)).ok()) << "the first " << n << " of " << file.size();
    }
  }
}

// Changed bytes are refused or decode to an image of sound size; nothing crashes.
TEST(DecodeProperty, ChangedBytesNeverCrash) {
  const GreyImage image = sample_image(40, 36);
  const Bytes jpeg = tests::with_jfif_density(tests::plain_file(image, ".jpg"), 1, 500, 500);
  for (const Bytes& file : {encode_png(image).value(), tests::tiff_file({}, image.pixels), jpeg}) {
    for (std::size_t i = 0; i < std::min<std::size_t>(file.size(), 600); ++i) {
      for (const std::uint8_t flip : {std::uint8_t{0x01}, std::uint8_t{0x80}, std::uint8_t{0xff}}) {
        Bytes changed = file;
        changed[i] ^= flip;
        const Result<GreyImage> got = decode_image(changed);
        if (got.ok()) {
          EXPECT_EQ(got->pixels.size(), static_cast<std::size_t>(got->width) * static_cast<std::size_t>(got->height));
        }
      }
    }
  }
}

TEST(StandardPpi, ShrinksGrowsAndLeavesAlone) {
  EXPECT_EQ(to_standard_ppi(sample_image(200, 100, 1000))->width, 100);
  EXPECT_EQ(to_standard_ppi(sample_image(200, 100, 250))->height, 200);
  const GreyImage near = sample_image(200, 100, 499);
  const Result<GreyImage> same = to_standard_ppi(near);
  ASSERT_TRUE(same.ok());
  EXPECT_EQ(same->pixels, near.pixels);
  EXPECT_DOUBLE_EQ(same->ppi, kStandardPpi);
}

TEST(StandardPpi, RefusesResultsOutOfBounds) {
  EXPECT_FALSE(to_standard_ppi(sample_image(200, 100, 2000)).ok());
  EXPECT_FALSE(to_standard_ppi(sample_image(2000, 100, 100)).ok());
  GreyImage lying = sample_image(40, 40);
  lying.pixels.pop_back();
  EXPECT_FALSE(to_standard_ppi(lying).ok());
  EXPECT_FALSE(encode_png(lying).ok());
}

// Five million pixels of grey may be a fingerprint's; as many in deep colour, or scan over scan, are too much work.
TEST(BoundedWork, WhatTakesMuchDecodingIsRefusedUnseen) {
  const cv::Mat grey(2200, 2200, CV_8U, cv::Scalar(200));
  cv::Mat deep;
  cv::Mat wide;
  grey.convertTo(deep, CV_16U, 257);
  cv::cvtColor(deep, wide, cv::COLOR_GRAY2BGRA);
  Bytes file;
  ASSERT_TRUE(cv::imencode(".png", grey, file));
  EXPECT_TRUE(decode_to_standard(file, at_ppi(1000)).ok());
  ASSERT_TRUE(cv::imencode(".png", wide, file));
  const auto colour = decode_to_standard(file, at_ppi(1000));
  ASSERT_FALSE(colour.ok());
  EXPECT_THAT(colour.error().message, HasSubstr("more than a fingerprint needs"));
  EXPECT_TRUE(decode_image(file, at_ppi(1000)).ok());
  ASSERT_TRUE(cv::imencode(".jpg", grey, file));
  EXPECT_TRUE(decode_to_standard(file, at_ppi(1000)).ok());
  cv::cvtColor(grey, wide, cv::COLOR_GRAY2BGR);
  ASSERT_TRUE(cv::imencode(".jpg", wide, file, {cv::IMWRITE_JPEG_PROGRESSIVE, 1}));
  EXPECT_FALSE(decode_to_standard(file, at_ppi(1000)).ok());
}

TEST(BoundedWork, TextsOfAPngAreNotUnpacked) {
  const GreyImage image = sample_image(60, 50);
  const Bytes plain = tests::plain_file(image, ".png");
  Bytes texts = plain;
  for (const char* type : {"zTXt", "iTXt", "iCCP"}) texts = tests::with_png_chunk(texts, type, Bytes(5000, 120));
  EXPECT_EQ(png_for_pixels(texts), plain);
  const auto got = decode_image(texts, at_ppi(500));
  ASSERT_TRUE(got.ok()) << got.error().text();
  EXPECT_EQ(got->pixels, image.pixels);
  const Bytes torn(texts.begin(), texts.end() - 9);
  EXPECT_FALSE(decode_image(torn, at_ppi(500)).ok());
}

TEST(SharedFingerprints, TiffWithoutResolutionNeedsOneGiven) {
  const auto folder = tests::shared_fingerprints();
  if (!folder) GTEST_SKIP() << "the shared fingerprints are absent";
  std::ifstream in(*folder / "FVC2002_DB1_B/101_1.tif", std::ios::binary);
  const Bytes file{std::istreambuf_iterator<char>(in), {}};
  EXPECT_THAT(refusal(file), HasSubstr("no resolution"));
  const Result<GreyImage> got = decode_to_standard(file, at_ppi(500));
  ASSERT_TRUE(got.ok()) << got.error().text();
  EXPECT_EQ(got->width, 388);
  EXPECT_EQ(got->height, 374);
}

}  // namespace
}  // namespace whorl::image
