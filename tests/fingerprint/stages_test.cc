// Fast paths against their slow twins, and what single stages promise.
#include "templates/fingerprint/extract/stages.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <opencv2/imgproc.hpp>
#include <random>

#include "base/simd.h"
#include "templates/fingerprint/extract/cell_means.h"
#include "templates/fingerprint/extract/skeleton.h"
#include "templates/fingerprint/extract/windows.h"
#include "tests/fingerprint/drawn_print.h"
#include "tests/support/grey_mat.h"

namespace whorl::fingerprint {
namespace {

PixelMap random_blobs(std::uint64_t seed, cv::Size size) {
  std::mt19937_64 generator(seed);
  cv::Mat noise(size, CV_32F);
  for (float& v : cv::Mat_<float>(noise)) v = static_cast<float>(generator() >> 40) / 16777216.0F - 0.5F;
  cv::GaussianBlur(noise, noise, {0, 0}, 1.0 + static_cast<double>(seed % 4));
  return PixelMap(noise > 0);
}

PixelMap drawn_grey(std::uint64_t seed, double noise = 15) {
  const image::GreyImage image = tests::draw(tests::make_drawn_print(seed), {.noise = noise, .seed = seed});
  return PixelMap(tests::mat_of(image));
}

// The weave of a picture without an edge: all of it counts.
Weave weave_of(const cv::Mat& grey) {
  const PixelMap normalised = normalise(PixelMap(grey), {});
  const GridMap all(cv::Mat(grey.rows / kGrid, grey.cols / kGrid, CV_8U, cv::Scalar(255)));
  return look_for_weave(normalised, all);
}

// Waves of these periods, px500, that cross at an angle, their directions changing slowly over the picture.
cv::Mat crossing_waves(double first, double second, double between_rad, double share, std::uint64_t seed) {
  cv::Mat out(360, 340, CV_8U);
  const double turned = static_cast<double>(seed);
  for (int y = 0; y < out.rows; ++y) {
    for (int x = 0; x < out.cols; ++x) {
      const auto wave = [&](double period, double angle) {
        const double along = x * std::cos(angle) + y * std::sin(angle) + 6 * std::sin(y / 90.0);
        return std::cos(2 * std::numbers::pi * along / period);
      };
      const double v = wave(first, turned) + share * wave(second, turned + between_rad);
      out.at<std::uint8_t>(y, x) = cv::saturate_cast<std::uint8_t>(128 + 50 * v);
    }
  }
  return out;
}

TEST(Weave, TwoWavesThatCrossAreWoven) {
  for (std::uint64_t seed = 0; seed < 8; ++seed) {
    for (const double between : {0.8, 1.2, std::numbers::pi / 2}) {
      const Weave weave = weave_of(crossing_waves(9, 7.5, between, 0.8, seed));
      EXPECT_TRUE(is_woven(weave)) << between << ", " << seed << ": " << weave.shared << " of " << weave.pairs;
    }
  }
}

TEST(Weave, OneWaveIsNotNorAreRidgesNorNoise) {
  for (std::uint64_t seed = 0; seed < 8; ++seed) {
    EXPECT_FALSE(is_woven(weave_of(crossing_waves(9, 7.5, 1.2, 0.05, seed)))) << seed;
    for (const double noise : {5.0, 40.0, 90.0}) {
      const Weave weave = weave_of(drawn_grey(seed, noise));
      EXPECT_GE(weave.pairs, 30);
      EXPECT_FALSE(is_woven(weave)) << seed << ", " << noise << ": " << weave.shared;
    }
  }
}

TEST(Weave, APictureOfFewWindowsIsNotJudged) {
  const Weave weave = weave_of(crossing_waves(9, 7.5, 1.2, 0.8, 1)(cv::Rect(0, 0, 120, 120)));
  EXPECT_LT(weave.pairs, 20);
  EXPECT_FALSE(is_woven(weave));
}

TEST(Thin, AgreesWithItsSlowTwin) {
  for (std::uint64_t seed = 0; seed < 12; ++seed) {
    const PixelMap blobs = random_blobs(seed, {90 + static_cast<int>(seed), 70});
    EXPECT_EQ(cv::norm(thin(blobs), thin_reference(blobs), cv::NORM_INF), 0) << "seed " << seed;
  }
}

TEST(Thin, LeavesLinesOnePixelWideAndKeepsTheirNumber) {
  const PixelMap blobs = random_blobs(3, {120, 120});
  const PixelMap skeleton = thin(blobs);
  cv::Mat labels;
  EXPECT_EQ(cv::connectedComponents(blobs, labels, 8), cv::connectedComponents(skeleton, labels, 8));
  cv::Mat eroded;
  cv::erode(skeleton, eroded, cv::Mat::ones(2, 2, CV_8U));
  EXPECT_LE(cv::countNonZero(eroded), cv::countNonZero(skeleton) / 100);
}

// Flow by the zero-pole model (B. G. Sherlock, D. M. Monro, "A model for interpreting fingerprint topology", 1993),
// turned as a whole by an angle.
Orientation flow_by_points(cv::Size grid, const std::vector<cv::Point>& cores, const std::vector<cv::Point>& deltas,
                           double turned_rad = 0) {
  Orientation out{GridMap(cv::Mat(grid, CV_32F)), GridMap(cv::Mat(grid, CV_32F))};
  const double c = std::cos(turned_rad);
  const double s = std::sin(turned_rad);
  for (int y = 0; y < grid.height; ++y) {
    for (int x = 0; x < grid.width; ++x) {
      // Of the picture before it was turned about its centre, y up.
      const double dx = x - grid.width / 2.0;
      const double dy = grid.height / 2.0 - y;
      const double ux = c * dx + s * dy;
      const double uy = c * dy - s * dx;
      double doubled = 2 * turned_rad;
      const auto angle_at = [&](const cv::Point& at) {
        return std::atan2(uy - (grid.height / 2.0 - at.y), ux - (at.x - grid.width / 2.0));
      };
      for (const cv::Point& core : cores) doubled += angle_at(core);
      for (const cv::Point& delta : deltas) doubled -= angle_at(delta);
      out.cos2.at<float>(y, x) = static_cast<float>(std::cos(doubled));
      out.sin2.at<float>(y, x) = static_cast<float>(std::sin(doubled));
    }
  }
  return out;
}

TEST(Cores, OfALoopAreFoundWhereTheyAre) {
  const cv::Size grid(100, 120);
  const GridMap everywhere(cv::Mat(grid, CV_8U, cv::Scalar(255)));
  const auto found = find_cores(flow_by_points(grid, {{40, 50}}, {{70, 100}}), everywhere);
  ASSERT_FALSE(found.empty());
  EXPECT_NEAR(found[0].at_px500.x, 40 * kGrid, 12);
  EXPECT_NEAR(found[0].at_px500.y, 50 * kGrid, 12);
  EXPECT_GT(found[0].strength, 0.8);
  GridMap elsewhere = everywhere;
  elsewhere(cv::Rect(20, 30, 40, 40)).setTo(0);
  const auto outside = find_cores(flow_by_points(grid, {{40, 50}}, {{70, 100}}), elsewhere);
  EXPECT_TRUE(outside.empty() || outside[0].strength < 0.7) << "a core beyond the print is none";
}

TEST(Cores, TwoOfOneFingerPointApartAndTwoFingersTheSameWay) {
  const cv::Size grid(160, 160);
  const GridMap everywhere(cv::Mat(grid, CV_8U, cv::Scalar(255)));
  for (const double turned : {0.0, 0.7, 1.6, 3.0}) {
    const auto whorl =
        find_cores(flow_by_points(grid, {{80, 62}, {80, 92}}, {{45, 130}, {115, 130}}, turned), everywhere);
    ASSERT_GE(whorl.size(), 2u);
    EXPECT_GT(whorl[1].strength, 0.7);
    EXPECT_FALSE(shows_cores_of_several_fingers(whorl)) << turned;
    const auto two = find_cores(flow_by_points(grid, {{45, 80}, {115, 80}}, {{80, 105}}, turned), everywhere);
    ASSERT_GE(two.size(), 2u);
    EXPECT_TRUE(shows_cores_of_several_fingers(two)) << turned;
  }
}

// A loop above a whorl is one finger's (an accidental); two whorls side by side are two fingers'.
TEST(Cores, ALoopAboveAWhorlIsOneFinger) {
  const cv::Size grid(200, 200);
  const GridMap everywhere(cv::Mat(grid, CV_8U, cv::Scalar(255)));
  for (const double turned : {0.0, 0.7, 1.6, 3.0}) {
    const auto accidental =
        find_cores(flow_by_points(grid, {{100, 60}, {100, 84}, {100, 104}}, {{100, 72}, {60, 150}, {140, 150}}, turned),
                   everywhere);
    EXPECT_FALSE(shows_cores_of_several_fingers(accidental)) << turned;
    const auto whorls =
        find_cores(flow_by_points(grid, {{60, 90}, {60, 110}, {140, 90}, {140, 110}}, {{100, 130}, {100, 60}}, turned),
                   everywhere);
    EXPECT_TRUE(shows_cores_of_several_fingers(whorls)) << turned;
  }
}

TEST(Enhance, AgreesWithItsSlowTwin) {
  const ExtractParameters p;
  for (std::uint64_t seed = 1; seed <= 2; ++seed) {
    // An odd size, so that the last blocks stick out.
    const PixelMap grey(drawn_grey(seed)(cv::Rect(40, 50, 203, 149)).clone());
    const GridMap mask = segment(grey, p);
    const PixelMap normalised = normalise(grey, p);
    const Orientation flow = orientation_field(normalised, mask, p);
    const GridMap period = ridge_period(normalised, flow, mask, p);
    const PixelMap fast = enhance(normalised, flow, period, mask, p);
    const PixelMap slow = enhance_reference(normalised, flow, period, mask, p);
    // The last block row and column see padding beyond the image's own replicated edge; both replicate alike.
    EXPECT_LT(cv::norm(fast, slow, cv::NORM_INF), 1e-4);
  }
}

// Mean difference of two flows in degrees, over the cells of the mask.
double degrees_between(const Orientation& a, const Orientation& b, const GridMap& mask) {
  double sum = 0;
  for (int row = 0; row < mask.rows; ++row) {
    for (int column = 0; column < mask.cols; ++column) {
      if (mask.at<std::uint8_t>(row, column) == 0) continue;
      const double turn = std::abs(static_cast<double>(a.angle_rad(column, row) - b.angle_rad(column, row)));
      sum += std::min(turn, std::numbers::pi - turn) * 180 / std::numbers::pi;
    }
  }
  return sum / cv::countNonZero(mask);
}

PixelMap random_values(std::uint64_t seed, cv::Size size) {
  std::mt19937_64 generator(seed);
  std::normal_distribution<float> normal;
  cv::Mat out(size, CV_32F);
  for (float& v : cv::Mat_<float>(out)) v = normal(generator);
  return PixelMap(out);
}

// The mean of `value` over a part of a picture: pixels across its border by their share.
template <typename Value>
double mean_over(const cv::Rect2d& part, const cv::Size& size, const Value& value) {
  double sum = 0;
  for (int y = 0; y < size.height; ++y) {
    for (int x = 0; x < size.width; ++x) {
      sum += value(y, x) * (part & cv::Rect2d(x, y, 1, 1)).area();
    }
  }
  return sum / part.area();
}

// Sides of whole cells, and of cells that are a little narrower.
TEST(CellMeans, AgreeWithTheirSlowTwin) {
  for (const cv::Size size : {cv::Size(64, 48), cv::Size(66, 48), cv::Size(64, 49), cv::Size(67, 51), cv::Size(5, 9),
                              cv::Size(64, 4), cv::Size(4, 4), cv::Size(7, 3)}) {
    const PixelMap a = random_values(1, size);
    const PixelMap b = random_values(2, size);
    const cv::Size grid = grid_of(size);
    const cv::Mat means = cell_means(a);
    const CellProducts products = cell_products(a, b);
    const CellTensor tensor = cell_tensor(a, b);
    const double width = static_cast<double>(size.width) / grid.width;
    const double height = static_cast<double>(size.height) / grid.height;
    for (int row = 0; row < grid.height; ++row) {
      for (int column = 0; column < grid.width; ++column) {
        const auto expect = [&](const cv::Mat& got, const auto& value) {
          const double slow = mean_over({column * width, row * height, width, height}, size, [&](int y, int x) {
            return value(double{a.at<float>(y, x)}, double{b.at<float>(y, x)});
          });
          EXPECT_NEAR(got.at<float>(row, column), slow, 2e-3) << size << " " << row << " " << column;
        };
        expect(means, [](double x, double) { return x; });
        expect(products.ab, [](double x, double y) { return x * y; });
        expect(products.aa, [](double x, double) { return x * x; });
        expect(products.bb, [](double, double y) { return y * y; });
        expect(tensor.difference, [](double x, double y) { return x * x - y * y; });
        expect(tensor.product, [](double x, double y) { return 2 * x * y; });
        expect(tensor.energy, [](double x, double y) { return x * x + y * y; });
      }
    }
  }
}

// Templates were made with OpenCV's means, and shall stay what they are.
TEST(CellMeans, AreThoseOfAreaInterpolation) {
  for (const cv::Size size : {cv::Size(320, 384), cv::Size(388, 374), cv::Size(333, 257), cv::Size(641, 480)}) {
    const PixelMap values = random_values(3, size);
    cv::Mat by_opencv;
    cv::resize(values, by_opencv, grid_of(size), 0, 0, cv::INTER_AREA);
    EXPECT_LT(cv::norm(cell_means(values), by_opencv, cv::NORM_INF), 1e-6) << size;  // 0 beside OpenCV 4.6
  }
}

TEST(FlowNet, AgreesWithItsSlowTwin) {
  // Odd sizes, and one that is smaller than what the widest layers see.
  for (const cv::Size size : {cv::Size(203, 149), cv::Size(36, 52), cv::Size(98, 41)}) {
    const PixelMap normalised = normalise(PixelMap(drawn_grey(1)(cv::Rect({40, 50}, size)).clone()), {});
    const cv::Size grid = grid_of(size);
    const FlowEstimate slow = shipped_flow_net().estimate_reference(normalised, grid);
    for (const Instructions most : {Instructions::kPlain, Instructions::kAvx2, Instructions::kAvx512}) {
      limit_instructions(most);
      const FlowEstimate fast = shipped_flow_net().estimate(normalised, grid, {});
      ASSERT_EQ(fast.flow.cos2.size(), grid);
      EXPECT_LT(cv::norm(fast.flow.cos2, slow.flow.cos2, cv::NORM_INF), 1e-4);
      EXPECT_LT(cv::norm(fast.flow.sin2, slow.flow.sin2, cv::NORM_INF), 1e-4);
      EXPECT_LT(cv::norm(fast.period, slow.period, cv::NORM_INF), 1e-3);
      EXPECT_LT(cv::norm(fast.ridges, slow.ridges, cv::NORM_INF), 1e-3);
    }
  }
}

// Grain about as wide as a ridge and stronger than it.
PixelMap soiled(const PixelMap& clean, std::uint64_t seed) {
  cv::RNG generator(seed);
  cv::Mat grain(clean.size(), CV_32F);
  generator.fill(grain, cv::RNG::NORMAL, 0, 1);
  cv::GaussianBlur(grain, grain, {0, 0}, 2.0);
  grain *= 100 / cv::norm(grain, cv::NORM_L2) * std::sqrt(static_cast<double>(grain.total()));
  cv::Mat out;
  clean.convertTo(out, CV_32F);
  out += grain;
  out.convertTo(out, CV_8U);
  return PixelMap(out);
}

TEST(LineAcross, AddsUpWhatLiesUnderIt) {
  const PixelMap picture = normalise(drawn_grey(3), {});
  const Pixels pixels(picture);
  int samples = 0;
  int differing = 0;
  for (int round = 0; round < 200; ++round) {
    // Inside, over every edge, and wholly outside.
    const float x = static_cast<float>(round * 53 % (picture.cols + 160) - 80);
    const float y = static_cast<float>(round * 97 % (picture.rows + 160) - 80);
    const float along_x = std::cos(static_cast<float>(round) * 0.37F);
    const float along_y = std::sin(static_cast<float>(round) * 0.37F);
    const LineAcross line(x, y, along_x, along_y);
    for (const float along : {-8.0F, 0.0F, 6.0F}) {
      Signature nothing_beyond{}, sums{}, squares{};
      line.add(pixels, along, nothing_beyond.data());
      line.add_with_squares(pixels, along, sums.data(), squares.data());
      for (std::size_t i = 0; i < kAcross; ++i) {
        const float across = static_cast<float>(i) - (kAcross - 1) / 2.0F;
        const auto px = static_cast<int>(std::floor(x + along * along_x - across * along_y + 0.5F));
        const auto py = static_cast<int>(std::floor(y + along * along_y + across * along_x + 0.5F));
        const int column = std::clamp(px, 0, picture.cols - 1);
        const int row = std::clamp(py, 0, picture.rows - 1);
        const float value = picture.at<float>(row, column);
        const bool inside = px == column && py == row;
        ++samples;
        const bool same = sums[i] == value && squares[i] == value * value && nothing_beyond[i] == (inside ? value : 0);
        differing += same ? 0 : 1;
      }
    }
  }
  EXPECT_LE(differing, samples / 1000);  // samples within rounding of two pixels
}

TEST(FlowNet, FollowsRidgesWhereGradientsFollowTheNoise) {
  const ExtractParameters p;
  for (const std::uint64_t seed : {21, 22, 23}) {
    const PixelMap clean = drawn_grey(seed, 0);
    const GridMap mask = segment(clean, p);
    const Orientation truth = orientation_field(normalise(clean, p), mask, p);
    const PixelMap noisy = normalise(soiled(clean, seed), p);
    const double by_gradients = degrees_between(orientation_field(noisy, mask, p), truth, mask);
    const FlowEstimate estimate = shipped_flow_net().estimate(noisy, mask.size(), {});
    EXPECT_LT(degrees_between(estimate.flow, truth, mask), 0.8 * by_gradients) << "seed " << seed;
    EXPECT_NEAR(cv::mean(estimate.period, mask)[0], 9, 0.9) << "seed " << seed;
  }
}

TEST(FlowNet, StopsWhenAsked) {
  const PixelMap normalised = normalise(drawn_grey(1), {});
  int asked = 0;
  const Stop stop = [&] { return ++asked > 3; };
  const StopLatch latch(stop);
  (void)shipped_flow_net().estimate(normalised, {90, 100}, latch);
  EXPECT_EQ(asked, 4);
}

TEST(Normalise, ForgetsBrightnessAndContrast) {
  const ExtractParameters p;
  const PixelMap grey = drawn_grey(2, 0);
  PixelMap dim;
  grey.convertTo(dim, CV_8U, 0.5, 60);
  const cv::Rect inside(80, 80, 200, 200);
  EXPECT_LT(cv::norm(normalise(grey, p)(inside), normalise(dim, p)(inside), cv::NORM_L1) / inside.area(), 0.05);
}

TEST(Segment, FindsTheContactAreaAndNothingOnABlankSheet) {
  const ExtractParameters p;
  const PixelMap grey = drawn_grey(5);
  const GridMap mask = segment(grey, p);
  EXPECT_NE(mask.at<std::uint8_t>(mask.rows / 2, mask.cols / 2), 0);
  EXPECT_EQ(mask.at<std::uint8_t>(0, 0), 0);
  const double share = cv::countNonZero(mask) / static_cast<double>(mask.total());
  EXPECT_NEAR(share, std::numbers::pi / 4, 0.12);
  EXPECT_EQ(cv::countNonZero(segment(PixelMap(cv::Mat(200, 200, CV_8U, cv::Scalar(250))), p)), 0);
}

// Large pictures are looked at in strips; what a strip gives is what the whole gives.
TEST(Strips, AgreeWithTheWholePicture) {
  const ExtractParameters p;
  const cv::Mat one = drawn_grey(6);
  cv::Mat tiled;
  cv::repeat(one, 3, 3, tiled);
  const PixelMap large(tiled(cv::Rect(0, 0, 1000, 840)).clone());
  const PixelMap upper(large(cv::Rect(0, 0, 1000, 240)).clone());  // small enough to be looked at whole
  const cv::Rect inside(0, 0, 250, 40);                            // of the grid, away from the cut
  const GridMap everywhere(cv::Mat(210, 250, CV_8U, cv::Scalar(255)));
  const GridMap everywhere_above(cv::Mat(60, 250, CV_8U, cv::Scalar(255)));
  ExtractParameters narrow = p;  // what lies beyond the cut is not felt at this distance
  narrow.orientation_fine_sigma_px500 = narrow.orientation_coarse_sigma_px500 = 4;
  const Orientation flow = orientation_field(PixelMap(cv::Mat(cv::Mat_<float>(large))), everywhere, narrow);
  const Orientation flow_above = orientation_field(PixelMap(cv::Mat(cv::Mat_<float>(upper))), everywhere_above, narrow);
  EXPECT_EQ(cv::norm(flow.cos2(inside), flow_above.cos2(inside), cv::NORM_INF), 0);
  EXPECT_EQ(cv::norm(flow.sin2(inside), flow_above.sin2(inside), cv::NORM_INF), 0);
  cv::Mat longer;  // by one row of cells: the last strip has no more
  cv::copyMakeBorder(large, longer, 0, 4, 0, 0, cv::BORDER_REPLICATE);
  longer = longer.rowRange(longer.rows - 772, longer.rows);
  const GridMap everywhere_longer(cv::Mat(193, 250, CV_8U, cv::Scalar(255)));
  EXPECT_EQ(orientation_field(PixelMap(cv::Mat(cv::Mat_<float>(longer))), everywhere_longer, p).cos2.rows, 193);
}

TEST(Skeleton, CrossingNumbersTellEndingsFromBifurcations) {
  cv::Mat frame = cv::Mat::zeros(9, 9, CV_8U);
  for (int x = 1; x <= 4; ++x) frame.at<std::uint8_t>(4, x) = 1;
  for (int k = 1; k <= 3; ++k) frame.at<std::uint8_t>(4 - k, 4 + k) = frame.at<std::uint8_t>(4 + k, 4 + k) = 1;
  EXPECT_EQ(crossing_number(frame, {1, 4}), 1);
  EXPECT_EQ(crossing_number(frame, {3, 4}), 2);
  EXPECT_EQ(crossing_number(frame, {4, 4}), 3);
  EXPECT_EQ(branches_of(frame, {4, 4}).size(), 3u);
  const Trace trace = trace_ridge(frame, {1, 4}, {2, 4}, 10);
  EXPECT_EQ(trace.end, Trace::End::kJunction);
  EXPECT_EQ(trace.path.back(), cv::Point(4, 4));
}

}  // namespace
}  // namespace whorl::fingerprint
