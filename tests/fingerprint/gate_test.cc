// What extraction refuses: pictures that are no fingerprint, several fingers, too much to look at; and what it must
// not.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>
#include <string>
#include <vector>

#include "templates/fingerprint/extract/extract.h"
#include "templates/image/resample.h"
#include "tests/support/synthetic_print.h"
#include "tests/support/textures/texture.h"

namespace whorl::fingerprint {
namespace {

using datasets::ImpressionKind;
using image::GreyImage;
using testing::HasSubstr;
using tests::image_of;
using tests::impression;
using tests::mat_of;
using tests::scaled;

// The columns that show something.
cv::Mat trimmed(const cv::Mat& picture) {
  cv::Mat darkest;
  cv::reduce(picture, darkest, 0, cv::REDUCE_MIN);
  int left = 0;
  int right = picture.cols - 1;
  while (left < right && darkest.at<std::uint8_t>(0, left) > 150) ++left;
  while (right > left && darkest.at<std::uint8_t>(0, right) > 150) --right;
  return picture.colRange(left, right + 1);
}

GreyImage side_by_side(int count, int gap_px) {
  const cv::Mat gap(420, gap_px, CV_8U, cv::Scalar(255));
  cv::Mat out(420, 30, CV_8U, cv::Scalar(255));
  for (int i = 0; i < count; ++i) {
    if (i > 0 && gap_px > 0) cv::hconcat(out, gap, out);
    cv::hconcat(out, trimmed(mat_of(impression(40 + static_cast<std::uint64_t>(i), ImpressionKind::kClean))), out);
  }
  cv::hconcat(out, cv::Mat(420, 30, CV_8U, cv::Scalar(255)), out);
  return image_of(out);
}

class TextureKinds : public testing::TestWithParam<tests::TextureKind> {};

TEST_P(TextureKinds, AreNotTakenForAFingerprint) {
  constexpr int kPictures = 10;
  int refused = 0;
  for (std::uint64_t seed = 70'000; seed < 70'000 + kPictures; ++seed) {
    const auto picture = image::to_standard_ppi(tests::draw_texture(GetParam(), seed));
    ASSERT_TRUE(picture.ok());
    const auto got = extract(*picture);
    if (got.ok()) continue;
    ++refused;
    EXPECT_EQ(got.error().kind, ErrorKind::kInvalidInput);
  }
  EXPECT_GE(refused, kPictures - 1);
}

INSTANTIATE_TEST_SUITE_P(Textures, TextureKinds, testing::ValuesIn(tests::kTextureKinds),
                         [](const auto& kind) { return std::string(tests::name_of(kind.param)); });

TEST(Textures, CapturesOfEveryKindAreKept) {
  for (const ImpressionKind kind : datasets::kImpressionKinds) {
    for (std::uint64_t finger = 1; finger <= 4; ++finger) {
      const auto got = extract(impression(finger, kind));
      EXPECT_TRUE(got.ok()) << datasets::name_of(kind) << ": " << got.error().text();
    }
  }
}

TEST(Textures, TheFineRidgesOfChildrenAreKept) {
  for (const double factor : {0.75, 0.6}) {
    for (std::uint64_t finger = 1; finger <= 4; ++finger) {
      const auto got = extract(scaled(impression(finger, ImpressionKind::kClean), factor));
      EXPECT_TRUE(got.ok()) << factor << ": " << got.error().text();
    }
  }
}

TEST(SeveralFingers, SideBySideAreRefused) {
  for (const int fingers : {2, 3, 4}) {
    for (const int gap_px : {0, 40, 120}) {
      const auto got = extract(side_by_side(fingers, gap_px));
      ASSERT_FALSE(got.ok()) << fingers << " fingers, " << gap_px << " px apart";
      EXPECT_THAT(got.error().message, HasSubstr("more than one finger")) << fingers << ", " << gap_px;
    }
  }
}

// Two prints in one picture, the second so far to the right of the first; dark is what either shows.
GreyImage laid_over(std::uint64_t left, std::uint64_t right, int shift_px) {
  const cv::Mat a = mat_of(impression(left, ImpressionKind::kClean));
  const cv::Mat b = mat_of(impression(right, ImpressionKind::kClean));
  cv::Mat out(a.rows, a.cols + shift_px, CV_8U, cv::Scalar(255));
  for (const auto& [print, at] : {std::pair{a, 0}, std::pair{b, shift_px}}) {
    cv::Mat there = out(cv::Rect(at, 0, a.cols, a.rows));
    cv::min(there, print, there);
  }
  return image_of(out);
}

TEST(SeveralFingers, ThatOverlapAreMostlyRefused) {
  constexpr std::uint64_t kPairs = 12;
  for (const int shift_px : {150, 200}) {
    int refused = 0;
    for (std::uint64_t pair = 0; pair < kPairs; ++pair) {
      const auto got = extract(laid_over(500 + 2 * pair, 501 + 2 * pair, shift_px));
      if (got.ok()) continue;
      ++refused;
      EXPECT_THAT(got.error().message, HasSubstr("more than one finger")) << pair;
    }
    EXPECT_GE(refused, kPairs / 2) << shift_px << " px apart";
  }
}

TEST(SeveralFingers, OneFingerIsNotTakenForTwo) {
  for (std::uint64_t finger = 600; finger < 640; ++finger) {
    const auto got = extract(impression(finger));
    EXPECT_TRUE(got.ok()) << finger << ": " << got.error().text();
  }
}

TEST(SeveralFingers, OneFingerInPartsIsOneFinger) {
  const cv::Mat whole = mat_of(impression(7, ImpressionKind::kClean));
  cv::Mat folded = whole.clone();
  cv::line(folded, {0, 250}, {folded.cols, 265}, cv::Scalar(252), 22);
  EXPECT_TRUE(extract(image_of(folded)).ok()) << "a joint's fold";
  cv::Mat dry = whole.clone();
  cv::ellipse(dry, {170, 200}, {50, 60}, 0, 0, 360, cv::Scalar(252), cv::FILLED);
  EXPECT_TRUE(extract(image_of(dry)).ok()) << "a dry centre";
  cv::Mat smudged;
  cv::copyMakeBorder(whole, smudged, 0, 0, 0, 80, cv::BORDER_CONSTANT, cv::Scalar(252));
  mat_of(impression(8, ImpressionKind::kClean)).colRange(60, 130).copyTo(smudged.colRange(350, 420));
  EXPECT_TRUE(extract(image_of(smudged)).ok()) << "the edge of a second finger";
}

TEST(StatedResolution, IsBelievedWhereTheRidgesFitIt) {
  const auto got = extract_and_report(impression(3, ImpressionKind::kClean));
  ASSERT_TRUE(got.ok());
  EXPECT_EQ(got->report.spacing(), RidgeSpacing::kUsual);
  EXPECT_NEAR(got->report.resolution_factor(), 1, 0.2);
}

TEST(StatedResolution, IsDoubtedWhereTheRidgesContradictIt) {
  const auto fine = extract_and_report(scaled(impression(3, ImpressionKind::kClean), 0.5));
  ASSERT_TRUE(fine.ok()) << fine.error().text();
  EXPECT_EQ(fine->report.spacing(), RidgeSpacing::kContradicts);
  EXPECT_NEAR(fine->report.resolution_factor(), 0.5, 0.1);
  const auto coarse = extract_and_report(scaled(impression(3, ImpressionKind::kClean), 2));
  ASSERT_FALSE(coarse.ok());
  EXPECT_THAT(coarse.error().message, HasSubstr("contradicts the stated resolution"));
}

TEST(BoundedWork, APictureLargerThanAnyCaptureIsRefusedUnseen) {
  const auto got = extract(image_of(cv::Mat(2000, 2000, CV_8U, cv::Scalar(255))));
  ASSERT_FALSE(got.ok());
  EXPECT_THAT(got.error().message, HasSubstr("more than any capture"));
}

GreyImage in_frame(const GreyImage& image, int width, int height, int x, int y) {
  cv::Mat frame(height, width, CV_8U, cv::Scalar(252));
  mat_of(image).copyTo(frame(cv::Rect(x, y, image.width, image.height)));
  return image_of(frame);
}

TEST(BoundedWork, APrintInALargeFrameIsTheSamePrintThere) {
  constexpr int kX = 603;
  constexpr int kY = 350;
  const GreyImage print = impression(11, ImpressionKind::kClean);
  const auto alone = extract(in_frame(print, 500, 600, kX % 16, kY % 16));
  const auto framed = extract(in_frame(print, 1610, 1490, kX, kY));
  ASSERT_TRUE(alone.ok() && framed.ok());
  EXPECT_EQ(framed->width_px500, 1610);
  EXPECT_EQ(framed->height_px500, 1490);
  EXPECT_EQ(framed->flow.cells.size(), static_cast<std::size_t>(framed->flow.columns * framed->flow.rows));
  EXPECT_EQ(framed->ridges.columns, 1610 / kRidgeStep_px500);
  // A wider frame has more white, which the mask's threshold knows of: minutiae at the border may differ.
  std::size_t found = 0;
  for (const Minutia& m : alone->minutiae) {
    const float x = m.x_px500 + kX - kX % 16;
    const float y = m.y_px500 + kY - kY % 16;
    found += static_cast<std::size_t>(std::any_of(framed->minutiae.begin(), framed->minutiae.end(), [&](const auto& o) {
      return std::abs(o.x_px500 - x) <= 1 && std::abs(o.y_px500 - y) <= 1;
    }));
  }
  ASSERT_GE(alone->minutiae.size(), 15u);
  EXPECT_GE(found, alone->minutiae.size() * 9 / 10);
}

TEST(BoundedWork, APatternThatSpreadsFartherThanAnyFingerIsRefused) {
  const GreyImage print = impression(12, ImpressionKind::kClean);
  cv::Mat tall;
  cv::resize(mat_of(print), tall, {300, 380});
  cv::Mat band(1500, 1500, CV_8U, cv::Scalar(252));
  for (int at = 0; at + 380 <= 1500; at += 100)
    tall(cv::Rect(60, 60, 180, 260)).copyTo(band(cv::Rect(at, at, 180, 260)));
  const auto got = extract(image_of(band));
  ASSERT_FALSE(got.ok());
  EXPECT_THAT(got.error().message, HasSubstr("spreads over"));
}

TEST(BoundedWork, AStopEndsTheWorkWhereverItComes) {
  const GreyImage image = impression(5);
  int asked = 0;
  ASSERT_TRUE(extract_and_report(image, {}, nullptr, [&] { return ++asked < 0; }).ok());
  EXPECT_GE(asked, 4);
  for (int after = 1; after <= asked; after += 1 + asked / 25) {
    int calls = 0;
    const auto got = extract_and_report(image, {}, nullptr, [&] { return ++calls == after; });
    ASSERT_FALSE(got.ok());
    EXPECT_EQ(got.error().kind, ErrorKind::kUnavailable);
    EXPECT_EQ(calls, after);
  }
}

}  // namespace
}  // namespace whorl::fingerprint
