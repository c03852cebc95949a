#include "datasets/template_population.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <set>

#include "base/crc32c.h"
#include "datasets/ridge_phase.h"
#include "templates/codec/native.h"
#include "templates/fingerprint/extract/extract.h"

namespace whorl::datasets {
namespace {

using fingerprint::FingerprintTemplate;
using fingerprint::FlowCell;
using fingerprint::kFlowBlock_px500;
using fingerprint::kRidgeStep_px500;
using fingerprint::Minutia;

FingerprintTemplate make(std::uint64_t seed, std::uint64_t person, int finger, std::uint64_t impression) {
  return TemplateFinger({seed, person, finger}).impression(impression);
}

const FlowCell& cell_at(const FingerprintTemplate& t, float x, float y) {
  const int column = static_cast<int>(x) / kFlowBlock_px500;
  const int row = static_cast<int>(y) / kFlowBlock_px500;
  return t.flow.cells[static_cast<std::size_t>(row * t.flow.columns + column)];
}

double half_turn_apart(double a, double b) { return std::abs(std::remainder(a - b, std::numbers::pi)); }

TEST(TemplatePopulation, IsAFunctionOfItsArguments) {
  const FingerprintTemplate one = make(1, 2, 0, 3);
  EXPECT_EQ(one, make(1, 2, 0, 3));
  EXPECT_NE(one, make(2, 2, 0, 3));
  EXPECT_NE(one, make(1, 3, 0, 3));
  EXPECT_NE(one, make(1, 2, 1, 3));
  EXPECT_NE(one, make(1, 2, 0, 4));
}

// Of everything in some templates, so that another processor, compiler or library that makes others is
// noticed.
TEST(TemplatePopulation, IsTheSameOnEveryMachine) {
  ByteWriter out;
  for (std::uint64_t person = 0; person < 20; ++person) {
    const FingerprintTemplate t = make(7, person, 1, person);
    for (const Minutia& m : t.minutiae) {
      out.u16(static_cast<std::uint16_t>(m.x_px500)).u16(static_cast<std::uint16_t>(m.y_px500));
      out.u16(static_cast<std::uint16_t>(std::lround(static_cast<double>(m.direction_rad) * 32768 / std::numbers::pi)));
      out.u8(static_cast<std::uint8_t>(m.type)).u8(m.quality);
    }
    for (const FlowCell& cell : t.flow.cells) out.u8(cell.orientation).u8(cell.period);
    out.bytes(t.ridges.bits).u8(t.quality);
  }
  EXPECT_EQ(crc32c(out.view()), 2294658230U);
}

TEST(TemplatePopulation, KeepsTheBoundsOfTheNativeFormat) {
  for (std::uint64_t person = 0; person < 200; ++person) {
    const FingerprintTemplate t = make(3, person, 0, 0);
    EXPECT_EQ(t, fingerprint::quantised(t));
    const auto bytes = codec::encode_native(t);
    ASSERT_TRUE(bytes.ok()) << bytes.error().text();
    const auto back = codec::decode_native(*bytes);
    ASSERT_TRUE(back.ok()) << back.error().text();
    EXPECT_EQ(*back, t);
  }
}

TEST(TemplatePopulation, HasEveryClassAndManyMinutiae) {
  std::set<PatternClass> classes;
  double minutiae = 0;
  constexpr std::uint64_t kPersons = 300;
  for (std::uint64_t person = 0; person < kPersons; ++person) {
    const TemplateFinger finger({5, person, 0});
    classes.insert(finger.pattern());
    minutiae += static_cast<double>(finger.impression(0).minutiae.size()) / kPersons;
  }
  EXPECT_EQ(classes.size(), 6U);
  EXPECT_NEAR(minutiae, 34, 3);  // the FVC sets: 33.7
}

// A phase with everything in it that a phase may have.
RidgePhase some_phase(PatternClass pattern, std::uint64_t seed) {
  Draws draws(seed);
  RidgePhase phase = draw_phase(draws, pattern, 9);
  for (float& c : phase.correction) c = static_cast<float>(draws.between(-0.3, 0.3));
  for (int i = 0; i < 70; ++i) {
    phase.spirals.push_back({static_cast<float>(draws.between(-150, 150)), static_cast<float>(draws.between(-180, 180)),
                             draws.chance(0.4) ? 1.0F : -1.0F});
  }
  return phase;
}

struct Samples {
  SkinMap map;
  std::vector<float> x, y, noise, value;

  Samples(std::uint64_t seed, std::size_t n) : x(n), y(n), noise(n), value(n) {
    Draws draws(seed);
    map.middle_x = 160;
    map.middle_y = 190;
    map.cosine = 0.96F;
    map.sine = 0.28F;
    map.shift_x = 5;
    for (Bend& b : map.bends) b = {0.003F, 0.002F, static_cast<float>(draws.unit()), 3, -2};
    for (std::size_t i = 0; i < n; ++i) {
      x[i] = static_cast<float>(draws.between(0, 320));
      y[i] = static_cast<float>(draws.between(0, 384));
      noise[i] = static_cast<float>(draws.between(-0.2, 0.2));
    }
  }
};

constexpr PatternClass kClasses[] = {PatternClass::kArch,      PatternClass::kTentedArch, PatternClass::kLeftLoop,
                                     PatternClass::kRightLoop, PatternClass::kWhorl,      PatternClass::kTwinLoop};

TEST(RidgePhase, SixteenAtATimeGiveTheBitsOfOneByOne) {
  for (const PatternClass pattern : kClasses) {
    const RidgePhase phase = some_phase(pattern, 11);
    Samples s(4, 16 * 200);
    ridge_values(phase, s.map, s.x, s.y, s.noise, s.value);
    std::vector<float> slow(s.value.size());
    ridge_values_one_by_one(phase, s.map, s.x, s.y, s.noise, slow);
    EXPECT_EQ(s.value, slow) << name_of(pattern);
  }
}

// The product of complex factors against the sum of angles that it stands for.
TEST(RidgePhase, IsThePhaseOfTheModel) {
  for (const PatternClass pattern : kClasses) {
    const RidgePhase phase = some_phase(pattern, 12);
    Samples s(5, 16 * 200);
    ridge_values(phase, s.map, s.x, s.y, s.noise, s.value);
    int compared = 0;
    for (std::size_t i = 0; i < s.value.size(); ++i) {
      float x = 0;
      float y = 0;
      onto_finger(s.map, s.x[i], s.y[i], x, y);
      double turns = static_cast<double>(continuous_turns(phase, x, y)) + static_cast<double>(s.noise[i]);
      for (const Spiral& spiral : phase.spirals) {
        turns += static_cast<double>(spiral.sign) *
                 std::atan2(static_cast<double>(y - spiral.y), static_cast<double>(x - spiral.x)) /
                 (2 * std::numbers::pi);
      }
      const double expected = std::cos(2 * std::numbers::pi * turns);
      if (std::abs(expected) < 0.01) continue;  // on the edge of a ridge rounding decides
      ++compared;
      ASSERT_EQ(s.value[i] > 0, expected > 0) << name_of(pattern) << " " << expected;
    }
    EXPECT_GT(compared, 3000);
  }
}

TEST(RidgePhase, PlacesGoToTheImageAndBack) {
  const Samples s(6, 100);
  for (std::size_t i = 0; i < s.x.size(); ++i) {
    float x = 0;
    float y = 0;
    onto_finger(s.map, s.x[i], s.y[i], x, y);
    float back_x = 0;
    float back_y = 0;
    onto_image(s.map, x, y, back_x, back_y);
    EXPECT_NEAR(back_x, s.x[i], 0.01);
    EXPECT_NEAR(back_y, s.y[i], 0.01);
  }
}

// The ridge map as a grey image.
image::GreyImage drawn(const FingerprintTemplate& t) {
  image::GreyImage out{t.width_px500, t.height_px500, image::kStandardPpi, {}};
  out.pixels.resize(static_cast<std::size_t>(out.width * out.height), 255);
  for (int y = 0; y < out.height; ++y) {
    for (int x = 0; x < out.width; ++x) {
      if (cell_at(t, static_cast<float>(x), static_cast<float>(y)).period == 0) continue;
      const int column = x / kRidgeStep_px500;
      const auto byte = static_cast<std::size_t>(y / kRidgeStep_px500 * t.ridges.row_bytes() + column / 8);
      const bool ridge = ((t.ridges.bits[byte] >> (column % 8)) & 1) != 0;
      out.pixels[static_cast<std::size_t>(y * out.width + x)] = ridge ? 60 : 200;
    }
  }
  return out;
}

// Whether the three parts of a template agree: what the product's extractor sees in the drawn ridges against
// what the template says.
TEST(TemplatePopulation, MinutiaeAndFlowAreThoseOfTheRidges) {
  double minutiae = 0;
  double found = 0;
  double cells = 0;
  double turned = 0;
  double period_apart = 0;
  for (std::uint64_t person = 0; person < 40; ++person) {
    const FingerprintTemplate t = make(2, person, 0, 0);
    const auto seen = fingerprint::extract(drawn(t));
    ASSERT_TRUE(seen.ok()) << seen.error().text();
    for (const Minutia& m : t.minutiae) {
      minutiae += 1;
      found += std::any_of(seen->minutiae.begin(), seen->minutiae.end(), [&](const Minutia& other) {
        const double turn =
            std::remainder(static_cast<double>(m.direction_rad - other.direction_rad), 2 * std::numbers::pi);
        return std::hypot(m.x_px500 - other.x_px500, m.y_px500 - other.y_px500) < 10 && std::abs(turn) < 0.6;
      });
    }
    for (std::size_t i = 0; i < t.flow.cells.size(); ++i) {
      const FlowCell& a = t.flow.cells[i];
      const FlowCell& b = seen->flow.cells[i];
      if (a.period == 0 || b.period == 0) continue;
      cells += 1;
      turned += half_turn_apart(a.orientation * std::numbers::pi / 256, b.orientation * std::numbers::pi / 256);
      period_apart += std::abs(std::log(static_cast<double>(a.period) / b.period));
    }
  }
  const double degrees = turned / cells * 180 / std::numbers::pi;
  std::printf("found %.1f %% of %.0f minutiae; flow apart %.2f degrees, period %.1f %%\n", 100 * found / minutiae,
              minutiae, degrees, 100 * period_apart / cells);
  // About one minutia in ten is invented, and a drawn one may be where extraction takes it for a gap or a
  // bridge.
  EXPECT_GT(found, 0.68 * minutiae);
  EXPECT_LT(degrees, 5);
  EXPECT_LT(period_apart, 0.08 * cells);
}

}  // namespace
}  // namespace whorl::datasets
