// Colour decoding: what decode_test.cc shows for grey, where colour differs.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>

#include "templates/image/decode.h"
#include "templates/image/encode.h"
#include "tests/image/image_files.h"

namespace whorl::image {
namespace {

using testing::HasSubstr;
using tests::sample_image;

cv::Mat picture(int width, int height) {
  cv::Mat out(height, width, CV_8UC3);
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      out.at<cv::Vec3b>(y, x) = cv::Vec3b(static_cast<std::uint8_t>(4 * x), static_cast<std::uint8_t>(4 * y),
                                          static_cast<std::uint8_t>(200 - 2 * x));
    }
  }
  return out;
}

Bytes file_of(const cv::Mat& image, const char* extension) {
  Bytes out;
  cv::imencode(extension, image, out);
  return out;
}

cv::Mat mat_of(const ColourImage& image) {
  return cv::Mat(image.height, image.width, CV_8UC3, const_cast<std::uint8_t*>(image.pixels.data())).clone();
}

double difference(const cv::Mat& a, const cv::Mat& b) {
  return a.size() == b.size() ? cv::norm(a, b, cv::NORM_INF) : 1e9;
}

TEST(DecodeColour, KeepsEveryPixelOfLosslessFiles) {
  const cv::Mat original = picture(50, 40);
  for (const char* extension : {".png", ".bmp", ".tif"}) {
    const auto got = decode_colour(file_of(original, extension));
    ASSERT_TRUE(got.ok()) << extension << got.error().text();
    EXPECT_EQ(difference(mat_of(*got), original), 0) << extension;
  }
  const auto jpeg = decode_colour(file_of(original, ".jpg"));
  ASSERT_TRUE(jpeg.ok());
  EXPECT_LT(difference(mat_of(*jpeg), original), 40);
}

TEST(DecodeColour, ThroughOurOwnPng) {
  const ColourImage image{33, 35, Bytes(3 * 33 * 35, 77)};
  EXPECT_EQ(decode_colour(encode_png(image).value())->pixels, image.pixels);
  EXPECT_FALSE(encode_png(ColourImage{33, 35, Bytes(5)}).ok());
}

TEST(DecodeColour, NeedsNoResolution) {
  EXPECT_TRUE(decode_colour(tests::plain_file(sample_image(40, 40), ".png")).ok());
}

TEST(DecodeColour, GreyBecomesThreeEqualChannels) {
  const GreyImage grey = sample_image(40, 36);
  for (const char* extension : {".png", ".jpg", ".bmp", ".tif"}) {
    const auto got = decode_colour(tests::plain_file(grey, extension));
    ASSERT_TRUE(got.ok()) << extension << got.error().text();
    for (std::size_t i = 0; i < got->pixels.size(); i += 3) {
      ASSERT_EQ(got->pixels[i], got->pixels[i + 1]) << extension;
      ASSERT_EQ(got->pixels[i], got->pixels[i + 2]) << extension;
    }
  }
}

TEST(DecodeColour, AlphaShowsWhite) {
  cv::Mat with_alpha;
  cv::cvtColor(picture(40, 40), with_alpha, cv::COLOR_BGR2BGRA);
  with_alpha.at<cv::Vec4b>(0, 0) = {10, 20, 30, 0};
  with_alpha.at<cv::Vec4b>(0, 1) = {0, 100, 200, 128};
  const auto got = decode_colour(file_of(with_alpha, ".png"));
  ASSERT_TRUE(got.ok()) << got.error().text();
  EXPECT_EQ(got->pixels[0], 255);
  EXPECT_EQ(got->pixels[2], 255);
  EXPECT_NEAR(got->pixels[3], 127, 1);
  EXPECT_NEAR(got->pixels[4], 177, 1);
  EXPECT_NEAR(got->pixels[5], 227, 1);
  // TIFF's alpha as OpenCV writes it belongs to colours that are multiplied already.
  const auto tiff = decode_colour(file_of(with_alpha, ".tif"));
  ASSERT_TRUE(tiff.ok()) << tiff.error().text();
  EXPECT_EQ(tiff->pixels[0], 255);
  EXPECT_EQ(tiff->pixels[3], 127);
}

TEST(DecodeColour, SixteenBitsAreReduced) {
  cv::Mat deep;
  picture(40, 40).convertTo(deep, CV_16U, 257);
  EXPECT_EQ(difference(mat_of(decode_colour(file_of(deep, ".png")).value()), picture(40, 40)), 0);
}

TEST(DecodeColour, ExifTurnsThePictureUpright) {
  const cv::Mat original = picture(60, 40);
  const Bytes jpeg = file_of(original, ".jpg");
  tests::TiffSpec exif;
  const cv::Mat plain = mat_of(decode_colour(jpeg).value());
  for (const auto& [orientation, turn] :
       {std::pair{3, static_cast<int>(cv::ROTATE_180)}, std::pair{6, static_cast<int>(cv::ROTATE_90_CLOCKWISE)},
        std::pair{8, static_cast<int>(cv::ROTATE_90_COUNTERCLOCKWISE)}}) {
    exif.orientation = orientation;
    const auto got = decode_colour(tests::with_exif(jpeg, tests::tiff_file(exif, Bytes(40 * 36, 0))));
    ASSERT_TRUE(got.ok()) << got.error().text();
    cv::Mat expected;
    cv::rotate(plain, expected, turn);
    EXPECT_EQ(difference(mat_of(*got), expected), 0) << orientation;
  }
}

TEST(DecodeColour, BoundsAreCheckedBeforeDecoding) {
  const Bytes file = file_of(picture(60, 50), ".png");
  ImageLimits limits;
  limits.max_pixels = 60 * 50 - 1;
  EXPECT_THAT(decode_colour(file, limits).error().message, HasSubstr("60 x 50"));
  limits = {};
  limits.max_bytes = file.size() - 1;
  EXPECT_THAT(decode_colour(file, limits).error().message, HasSubstr("bytes"));
  limits = {};
  limits.min_side_px = 51;
  EXPECT_THAT(decode_colour(file, limits).error().message, HasSubstr("at least 51"));
  EXPECT_THAT(decode_colour({}).error().message, HasSubstr("empty"));
  EXPECT_THAT(decode_colour(as_bytes("GIF89a...")).error().message, HasSubstr("unknown image format"));
}

TEST(DecodeColour, EveryTruncationIsRefused) {
  for (const char* extension : {".png", ".jpg", ".bmp", ".tif"}) {
    const Bytes whole = file_of(picture(40, 40), extension);
    for (std::size_t n = 0; n + 16 < whole.size(); n += 7) {
      EXPECT_FALSE(decode_colour(ByteView(whole).first(n)).ok()) << extension << " " << n;
    }
  }
}

}  // namespace
}  // namespace whorl::image
