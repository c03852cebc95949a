#include "datasets/synthetic.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <numbers>
#include <set>

#include "datasets/draws.h"
#include "datasets/field.h"

namespace whorl::datasets {
namespace {

const MasterFingerprint& loop() {
  static const MasterFingerprint master = [] {
    MasterParameters p;
    p.pattern = PatternClass::kLeftLoop;
    return make_master(7, p);
  }();
  return master;
}

// Power of the window around (cx, cy) at `period` across ridges of `orientation` (y up), by the definition of
// the Fourier transform under a Hann window.
double power(const image::GreyImage& image, int cx, int cy, double orientation, double period) {
  constexpr int kReach = 24;
  double re = 0;
  double im = 0;
  for (int dy = -kReach; dy <= kReach; ++dy) {
    for (int dx = -kReach; dx <= kReach; ++dx) {
      const double window =
          (1 + std::cos(std::numbers::pi * dx / kReach)) * (1 + std::cos(std::numbers::pi * dy / kReach));
      const double across = dx * std::sin(orientation) + dy * std::cos(orientation);
      const double phase = 2 * std::numbers::pi * across / period;
      const double v = window * (image.at(cx + dx, cy + dy) - 128.0);
      re += v * std::cos(phase);
      im += v * std::sin(phase);
    }
  }
  return re * re + im * im;
}

struct Wave {
  double orientation = 0;
  double period = 0;
};

Wave strongest(const image::GreyImage& image, int cx, int cy) {
  Wave best;
  double most = -1;
  for (int a = 0; a < 20; ++a) {
    for (double period = 5; period < 16; period += 1) {
      const Wave wave{a * std::numbers::pi / 20, period};
      const double p = power(image, cx, cy, wave.orientation, wave.period);
      if (p > most) most = p, best = wave;
    }
  }
  return best;
}

double orientation_gap(double a, double b) {
  const double gap = std::abs(a - b);
  return std::min(gap, std::numbers::pi - gap);
}

TEST(Master, TheSameSeedGivesTheSameBytesAndOthersDiffer) {
  MasterParameters small;
  small.width_px500 = 96;
  small.height_px500 = 96;
  const MasterFingerprint a = make_master(1, small);
  EXPECT_EQ(a.image.pixels, make_master(1, small).image.pixels);
  EXPECT_NE(a.image.pixels, make_master(2, small).image.pixels);
}

// The spectrum of the picture agrees with the field it was grown from.
TEST(Master, RidgesFollowTheirOrientationAndPeriod) {
  const MasterFingerprint& master = loop();
  int agree = 0;
  int places = 0;
  for (int y = 40; y < master.image.height - 40; y += 60) {
    for (int x = 40; x < master.image.width - 40; x += 50) {
      const Wave wave = strongest(master.image, x, y);
      const double truth =
          static_cast<double>(master.orientation_rad[static_cast<std::size_t>(y * master.image.width + x)]);
      const bool turned = orientation_gap(wave.orientation, truth) < 0.25;
      const bool spaced = wave.period > 0.75 * master.mean_period_px500 && wave.period < 1.4 * master.mean_period_px500;
      agree += turned && spaced ? 1 : 0;
      ++places;
    }
  }
  ASSERT_GT(places, 40);
  EXPECT_GE(agree, places * 9 / 10) << agree << " of " << places;  // not so at the core and the delta
}

TEST(Master, ThePatternFillsTheFieldHalfAndHalf) {
  const image::GreyImage& image = loop().image;
  const auto dark = std::count_if(image.pixels.begin(), image.pixels.end(), [](int v) { return v < 100; });
  const auto light = std::count_if(image.pixels.begin(), image.pixels.end(), [](int v) { return v > 155; });
  const auto all = static_cast<double>(image.pixels.size());
  EXPECT_GT(static_cast<double>(dark) / all, 0.3);
  EXPECT_GT(static_cast<double>(light) / all, 0.3);
}

TEST(Master, ClassesHaveTheirSingularities) {
  const std::map<PatternClass, std::pair<int, int>> expected = {
      {PatternClass::kArch, {0, 0}},      {PatternClass::kTentedArch, {1, 1}}, {PatternClass::kLeftLoop, {1, 1}},
      {PatternClass::kRightLoop, {1, 1}}, {PatternClass::kWhorl, {2, 2}},      {PatternClass::kTwinLoop, {2, 2}}};
  for (const auto& [pattern, count] : expected) {
    Draws draws(5);
    const RidgeField field = make_field(draws, pattern, 384, 512, 9);
    const auto cores = std::count_if(field.singularities.begin(), field.singularities.end(),
                                     [](const Singularity& s) { return s.core; });
    EXPECT_EQ(cores, count.first) << name_of(pattern);
    EXPECT_EQ(static_cast<int>(field.singularities.size()) - cores, count.second) << name_of(pattern);
  }
}

// The Poincare index: around a core the ridge orientation turns by +pi, around a delta by -pi.
TEST(Master, TheFlowTurnsAroundEachSingularityAsItShould) {
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    Draws draws(seed);
    const RidgeField field = make_field(draws, PatternClass::kTwinLoop, 384, 512, 9);
    for (const Singularity& s : field.singularities) {
      double turn = 0;
      double last = 0;
      for (int step = 0; step <= 72; ++step) {
        const double angle = step * std::numbers::pi / 36;
        const auto x = static_cast<int>(std::lround(s.x_px500 + 8 * std::cos(angle)));
        const auto y = static_cast<int>(std::lround(s.y_px500 - 8 * std::sin(angle)));  // counter-clockwise, y up
        const double here = static_cast<double>(field.orientation_rad[static_cast<std::size_t>(y * field.width + x)]);
        if (step > 0) turn += here - last - std::numbers::pi * std::round((here - last) / std::numbers::pi);
        last = here;
      }
      EXPECT_NEAR(turn, s.core ? std::numbers::pi : -std::numbers::pi, 0.3) << "seed " << seed;
    }
  }
}

TEST(Master, ClassesComeWithNaturalFrequencies) {
  Draws draws(11);
  std::map<PatternClass, int> count;
  for (int i = 0; i < 20000; ++i) ++count[draw_class(draws)];
  EXPECT_NEAR(count[PatternClass::kArch] / 20000.0, 0.037, 0.006);
  EXPECT_NEAR(count[PatternClass::kLeftLoop] / 20000.0, 0.338, 0.015);
  EXPECT_NEAR(count[PatternClass::kRightLoop] / 20000.0, 0.317, 0.015);
  EXPECT_NEAR((count[PatternClass::kWhorl] + count[PatternClass::kTwinLoop]) / 20000.0, 0.279, 0.015);
}

TEST(Impression, TheSameSeedGivesTheSameBytesAndOthersDiffer) {
  for (const ImpressionKind kind : kImpressionKinds) {
    const image::GreyImage a = make_impression(loop(), 1, preset(kind));
    EXPECT_EQ(a.pixels, make_impression(loop(), 1, preset(kind)).pixels) << name_of(kind);
    EXPECT_NE(a.pixels, make_impression(loop(), 2, preset(kind)).pixels) << name_of(kind);
    EXPECT_EQ(a.pixels.size(), static_cast<std::size_t>(a.width) * static_cast<std::size_t>(a.height));
    EXPECT_DOUBLE_EQ(a.ppi, image::kStandardPpi);
  }
}

double mean_grey(ImpressionKind kind) {
  double sum = 0;
  for (std::uint64_t seed = 0; seed < 6; ++seed) {
    for (const int v : make_impression(loop(), seed, preset(kind)).pixels) sum += v;
  }
  return sum;
}

TEST(Impression, DryIsLighterAndWetDarkerThanTypical) {
  EXPECT_GT(mean_grey(ImpressionKind::kDry), mean_grey(ImpressionKind::kTypical));
  EXPECT_LT(mean_grey(ImpressionKind::kWet), mean_grey(ImpressionKind::kTypical));
}

TEST(Impression, APartialOneTouchesLess) {
  const auto touched = [](ImpressionKind kind) {
    std::ptrdiff_t out = 0;
    for (std::uint64_t seed = 0; seed < 6; ++seed) {
      const image::GreyImage image = make_impression(loop(), seed, preset(kind));
      out += std::count_if(image.pixels.begin(), image.pixels.end(), [](int v) { return v < 150; });
    }
    return out;
  };
  EXPECT_LT(touched(ImpressionKind::kPartial), touched(ImpressionKind::kTypical) / 2);
}

TEST(Impression, TheBackgroundIsWhite) {
  const image::GreyImage image = make_impression(loop(), 3, preset(ImpressionKind::kPartial));
  const auto white = std::count_if(image.pixels.begin(), image.pixels.end(), [](int v) { return v > 235; });
  EXPECT_GT(white, static_cast<std::ptrdiff_t>(image.pixels.size()) / 3);
}

TEST(Seeds, DerivedSeedsDoNotCollide) {
  std::set<std::uint64_t> seen;
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    for (std::uint64_t i = 0; i < 200; ++i) seen.insert(derive_seed(seed, i));
  }
  EXPECT_EQ(seen.size(), 40000u);
}

}  // namespace
}  // namespace whorl::datasets
