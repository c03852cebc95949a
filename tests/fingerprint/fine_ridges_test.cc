// Prints whose ridges are as fine as a child's.
#include "templates/fingerprint/extract/fine_ridges.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <opencv2/imgproc.hpp>

#include "templates/fingerprint/compare/compare.h"
#include "templates/fingerprint/extract/extract.h"
#include "tests/support/synthetic_print.h"

namespace whorl::fingerprint {
namespace {

using image::GreyImage;
using tests::clean_impression;
using tests::scaled;

// The share of the minutiae of the whole print, so many times as large, that the shrunk one has at the same places.
double share_kept(const FingerprintTemplate& whole, const FingerprintTemplate& small, double factor) {
  const auto kept = std::ranges::count_if(whole.minutiae, [&](const Minutia& m) {
    return std::ranges::any_of(small.minutiae, [&](const Minutia& other) {
      const double far = std::hypot(double{other.x_px500} - factor * double{m.x_px500},
                                    double{other.y_px500} - factor * double{m.y_px500});
      const double turned = std::remainder(double{other.direction_rad} - double{m.direction_rad}, 2 * std::numbers::pi);
      return far <= 4 && std::abs(turned) < 0.4;
    });
  });
  return static_cast<double>(kept) / static_cast<double>(whole.minutiae.size());
}

TEST(FineRidges, AreEnlargedToAnAdults) {
  const cv::Size usual(300, 400);
  EXPECT_EQ(enlargement(9, usual, {}), 1);
  EXPECT_EQ(enlargement(7, usual, {}), 1);
  EXPECT_DOUBLE_EQ(enlargement(6, usual, {}), 1.5);
  EXPECT_DOUBLE_EQ(enlargement(3, usual, {}), 2) << "no more than that";
  EXPECT_EQ(enlargement(0, usual, {}), 1) << "nothing was measured";
  EXPECT_NEAR(enlargement(5, {800, 800}, {}), std::sqrt(800'000.0 / 640'000), 1e-9) << "bounded work";
  EXPECT_EQ(enlargement(5, {1000, 1000}, {}), 1);
}

TEST(FineRidges, HaveTheMinutiaeOfTheSamePrintInLarge) {
  for (const double factor : {0.7, 0.6}) {
    double enlarged = 0;
    double as_it_is = 0;
    for (std::uint64_t finger = 1; finger <= 4; ++finger) {
      const GreyImage print = clean_impression(finger, 1);
      const auto whole = extract(print);
      const auto small = extract(scaled(print, factor));
      const auto blurred = extract(scaled(print, factor), {.enlarge_below_period_px500 = 0});
      ASSERT_TRUE(whole.ok() && small.ok() && blurred.ok()) << finger;
      enlarged += share_kept(*whole, *small, factor) / 4;
      as_it_is += share_kept(*whole, *blurred, factor) / 4;
    }
    EXPECT_GT(enlarged, 0.85) << factor;
    EXPECT_GT(enlarged, as_it_is) << factor;
  }
}

TEST(FineRidges, AreBroughtBackToThePicturesOwnPlaces) {
  const GreyImage print = scaled(clean_impression(5, 1), 0.6);
  const auto got = extract_and_report(print);
  ASSERT_TRUE(got.ok());
  const FingerprintTemplate& t = got->fingerprint;
  EXPECT_EQ(t.width_px500, print.width);
  EXPECT_EQ(t.height_px500, print.height);
  EXPECT_EQ(t.ridges.columns, print.width / kRidgeStep_px500);
  EXPECT_EQ(t.ridges.rows, print.height / kRidgeStep_px500);
  EXPECT_EQ(quantised(t), t) << "as it is kept";
  for (const Minutia& m : t.minutiae) {
    EXPECT_GE(std::min(m.x_px500, m.y_px500), 0);
    EXPECT_LT(m.x_px500, static_cast<float>(print.width));
    EXPECT_LT(m.y_px500, static_cast<float>(print.height));
  }
  double sum = 0;
  int cells = 0;
  for (const FlowCell& cell : t.flow.cells) {
    if (cell.period == 0) continue;
    sum += cell.period / 10.0;
    ++cells;
  }
  ASSERT_GT(cells, 20);
  EXPECT_NEAR(sum / cells, got->report.ridge_period_px500, 0.7) << "the distance of the picture's own ridges";
}

// However large the picture is in which they lie: what counts is the print.
TEST(FineRidges, AreEnlargedInALargeFrameToo) {
  const GreyImage print = scaled(clean_impression(5, 1), 0.55);
  const cv::Mat small = tests::mat_of(print);
  const auto alone = extract(print);
  ASSERT_TRUE(alone.ok());
  for (const cv::Size size : {cv::Size(640, 480), cv::Size(800, 750), cv::Size(816, 800)}) {
    const cv::Point at(size.width / 2 / 16 * 16, size.height / 2 / 16 * 16);
    cv::Mat frame(size, CV_8U, cv::Scalar(small.at<std::uint8_t>(0, 0)));
    small.copyTo(frame(cv::Rect(at, small.size()) & cv::Rect({0, 0}, size)));
    const auto framed = extract(tests::image_of(frame));
    ASSERT_TRUE(framed.ok()) << size;
    FingerprintTemplate moved = *framed;
    for (Minutia& m : moved.minutiae) {
      m.x_px500 -= static_cast<float>(at.x);
      m.y_px500 -= static_cast<float>(at.y);
    }
    EXPECT_GT(share_kept(*alone, moved, 1), 0.8) << size;
    EXPECT_EQ(framed->ridges.columns, size.width / kRidgeStep_px500);
    EXPECT_EQ(framed->flow.columns, (size.width + kFlowBlock_px500 - 1) / kFlowBlock_px500);
    // Flow and ridges lie where the print does.
    const int column = (at.x + small.cols / 2) / kFlowBlock_px500;
    const int row = (at.y + small.rows / 2) / kFlowBlock_px500;
    EXPECT_NE(framed->flow.cells[static_cast<std::size_t>(row * framed->flow.columns + column)].period, 0) << size;
    EXPECT_EQ(framed->flow.cells.front().period, 0) << size;
  }
}

// Read enlarged or, as extractors before did, not.
TEST(FineRidges, FindTheirFingerAndNoOther) {
  const ExtractParameters before{.enlarge_below_period_px500 = 0};
  std::vector<PreparedTemplate> first;
  std::vector<PreparedTemplate> second;
  std::vector<PreparedTemplate> second_before;
  for (std::uint64_t finger = 11; finger <= 16; ++finger) {
    const GreyImage other = scaled(clean_impression(finger, 2), 0.65);
    const auto a = extract(scaled(clean_impression(finger, 1), 0.65));
    const auto b = extract(other);
    const auto c = extract(other, before);
    ASSERT_TRUE(a.ok() && b.ok() && c.ok()) << finger;
    first.emplace_back(*a);
    second.emplace_back(*b);
    second_before.emplace_back(*c);
  }
  for (const auto* others : {&second, &second_before}) {
    for (std::size_t i = 0; i < first.size(); ++i) {
      const double mate = compare(first[i], (*others)[i]).score;
      for (std::size_t j = 0; j < others->size(); ++j) {
        if (i == j) continue;
        EXPECT_GT(mate, compare(first[i], (*others)[j]).score + 5) << i << " " << j;
      }
    }
  }
}

}  // namespace
}  // namespace whorl::fingerprint
