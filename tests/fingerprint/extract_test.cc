#include "templates/fingerprint/extract/extract.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <numbers>
#include <opencv2/core.hpp>
#include <random>

#include "tests/fingerprint/drawn_print.h"

namespace whorl::fingerprint {
namespace {

using tests::draw;
using tests::DrawnMinutia;
using tests::DrawnPose;
using tests::DrawnPrint;
using tests::make_drawn_print;

const Minutia* nearest(const FingerprintTemplate& t, const DrawnMinutia& at, double reach) {
  const Minutia* best = nullptr;
  for (const Minutia& m : t.minutiae) {
    const double d = std::hypot(static_cast<double>(m.x_px500) - at.x, static_cast<double>(m.y_px500) - at.y);
    if (d < reach) {
      reach = d;
      best = &m;
    }
  }
  return best;
}

image::GreyImage flat(int side, std::uint8_t grey) {
  image::GreyImage out;
  out.width = out.height = side;
  out.pixels.assign(static_cast<std::size_t>(side) * static_cast<std::size_t>(side), grey);
  return out;
}

TEST(Extract, FindsTheMinutiaeThatWereDrawnAndFewOthers) {
  int drawn = 0;
  int found = 0;
  int reported = 0;
  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    const DrawnPrint print = make_drawn_print(seed);
    const auto got = extract(draw(print, {.noise = 12, .seed = seed}));
    ASSERT_TRUE(got.ok()) << got.error().text();
    reported += static_cast<int>(got->minutiae.size());
    for (const DrawnMinutia& m : print.minutiae) {
      ++drawn;
      found += static_cast<int>(nearest(*got, m, 9) != nullptr);
    }
  }
  EXPECT_GE(found, drawn * 92 / 100) << found << " of " << drawn;
  EXPECT_LE(reported - found, drawn / 5) << reported << " reported, " << found << " of them drawn";
}

TEST(Extract, DirectionsLieAlongTheRidges) {
  const DrawnPrint print = make_drawn_print(3);
  const auto got = extract(draw(print));
  ASSERT_TRUE(got.ok());
  int along = 0;
  int seen = 0;
  for (const DrawnMinutia& m : print.minutiae) {
    const Minutia* match = nearest(*got, m, 9);
    if (match == nullptr) continue;
    ++seen;
    // Ridges are level sets of y + bend (x - w/2)^2: slope -2 bend dx with y down.
    const double ridge = std::atan(2 * print.bend * (m.x - print.width / 2.0));
    const double off = std::remainder(static_cast<double>(match->direction_rad) - ridge, std::numbers::pi);
    along += static_cast<int>(std::abs(off) < 0.35);
  }
  ASSERT_GE(seen, 12);
  EXPECT_GE(along, seen - 2);
}

TEST(Extract, MeasuresTheRidgePeriod) {
  DrawnPrint print = make_drawn_print(4, 6);
  for (const double period : {7.0, 9.0, 12.0}) {
    print.period = period;
    const auto got = extract(draw(print));
    ASSERT_TRUE(got.ok());
    double sum = 0;
    int cells = 0;
    for (const FlowCell& cell : got->flow.cells) {
      if (cell.period == 0) continue;
      sum += cell.period / 10.0;
      ++cells;
    }
    ASSERT_GT(cells, 100);
    EXPECT_NEAR(sum / cells, period, 0.08 * period);
  }
}

TEST(Extract, TurnsWithTheImage) {
  const DrawnPrint print = make_drawn_print(5);
  for (const double degrees : {-150.0, -45.0, 30.0, 90.0}) {
    const DrawnPose pose{.rotation_rad = degrees * std::numbers::pi / 180, .shift_x = 5, .shift_y = -8};
    const auto got = extract(draw(print, pose));
    ASSERT_TRUE(got.ok());
    int found = 0;
    int visible = 0;
    for (const DrawnMinutia& m : print.minutiae) {
      const DrawnMinutia at = posed(print, m, pose);
      if (at.x < 40 || at.y < 40 || at.x > print.width - 40 || at.y > print.height - 40) continue;
      ++visible;
      found += static_cast<int>(nearest(*got, at, 9) != nullptr);
    }
    ASSERT_GE(visible, 8);
    EXPECT_GE(found, visible - 2) << degrees << " degrees";
  }
}

TEST(Extract, TheSameImageGivesTheSameTemplate) {
  const image::GreyImage image = draw(make_drawn_print(6), {.noise = 20});
  EXPECT_EQ(extract(image).value(), extract(image).value());
}

TEST(Extract, QualityFallsWithNoise) {
  const DrawnPrint print = make_drawn_print(7);
  const int clean = extract(draw(print)).value().quality;
  const int noisy = extract(draw(print, {.noise = 60})).value().quality;
  EXPECT_GT(clean, 60);
  EXPECT_LT(noisy, clean - 10);
}

TEST(Extract, AnImageWithoutAPrintIsAFailureToExtract) {
  for (const std::uint8_t grey : {0, 128, 255}) {
    const auto got = extract(flat(300, grey));
    ASSERT_FALSE(got.ok());
    EXPECT_EQ(got.error().kind, ErrorKind::kInvalidInput);
    EXPECT_EQ(got.error().field, "image");
    EXPECT_THAT(got.error().message, testing::HasSubstr("no fingerprint found"));
  }
}

TEST(Extract, AnyNoiseIsRefusedOrExtractedWithinBounds) {
  std::mt19937_64 generator(9);
  for (int side : {32, 33, 47, 100, 255}) {
    image::GreyImage image = flat(side, 0);
    for (auto& pixel : image.pixels) pixel = static_cast<std::uint8_t>(generator());
    const auto got = extract(image);
    if (!got.ok()) continue;
    EXPECT_LE(got->quality, 100);
    EXPECT_LE(got->minutiae.size(), kMaxMinutiae);
    for (const Minutia& m : got->minutiae) {
      EXPECT_GE(m.x_px500, 0);
      EXPECT_LT(m.x_px500, static_cast<float>(side));
      EXPECT_GE(m.direction_rad, 0);
      EXPECT_LT(m.direction_rad, 2 * std::numbers::pi_v<float>);
    }
  }
}

TEST(Extract, RefusesAnotherResolutionAndImpossibleSizes) {
  image::GreyImage image = flat(300, 200);
  image.ppi = 1000;
  EXPECT_THAT(extract(image).error().message, testing::HasSubstr("ppi"));
  EXPECT_FALSE(extract(flat(31, 200)).ok());
  image::GreyImage lying = flat(300, 200);
  lying.pixels.pop_back();
  EXPECT_FALSE(extract(lying).ok());
}

class Recorder : public TraceSink {
 public:
  void stage(std::string_view name, const cv::Mat& image) override {
    names.emplace_back(name);
    EXPECT_FALSE(image.empty());
  }
  std::vector<std::string> names;
};

TEST(Extract, TraceSeesEveryStageInOrder) {
  Recorder recorder;
  ASSERT_TRUE(extract(draw(make_drawn_print(8)), {}, &recorder).ok());
  EXPECT_THAT(recorder.names,
              testing::ElementsAre("segmentation", "normalised", "period", "orientation_cos2", "orientation_sin2",
                                   "enhanced", "binary", "skeleton", "reliability"));
}

}  // namespace
}  // namespace whorl::fingerprint
