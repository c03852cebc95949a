#include "templates/fingerprint/compare/compare.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <numbers>
#include <random>
#include <set>

#include "base/simd.h"
#include "templates/fingerprint/compare/cylinder_make.h"
#include "templates/fingerprint/compare/cylinder_plain.h"
#include "templates/fingerprint/compare/hull.h"
#include "templates/fingerprint/compare/print.h"
#include "templates/fingerprint/compare/score_model.h"
#include "templates/fingerprint/extract/extract.h"
#include "tests/fingerprint/drawn_print.h"

namespace whorl::fingerprint {
namespace {

using tests::draw;
using tests::make_drawn_print;

PreparedTemplate prepared(std::uint64_t finger, const tests::DrawnPose& pose = {}) {
  return PreparedTemplate(extract(draw(make_drawn_print(finger, 24), pose)).value());
}

std::vector<Minutia> random_minutiae(std::uint64_t seed, std::size_t count) {
  std::mt19937_64 generator(seed);
  const auto unit = [&] { return static_cast<float>(generator() >> 40) / 16777216.0F; };
  std::vector<Minutia> out;
  for (std::size_t i = 0; i < count; ++i) {
    out.push_back({300 * unit(), 300 * unit(), 6.28F * unit(), MinutiaType::kEnding, 50});
  }
  return out;
}

TEST(Compare, ARotatedAndShiftedImageOfTheSameFingerStillMatches) {
  const PreparedTemplate reference = prepared(1);
  const double strangest = compare(prepared(2), reference).score;
  for (const double degrees : {-170.0, -60.0, -20.0, 10.0, 45.0, 120.0}) {
    const tests::DrawnPose pose{
        .rotation_rad = degrees * std::numbers::pi / 180, .shift_x = 12, .shift_y = -9, .noise = 10};
    EXPECT_GT(compare(prepared(1, pose), reference).score, strangest + 10) << degrees << " degrees";
  }
}

TEST(Compare, EveryFingerIsMostLikeItself) {
  std::vector<PreparedTemplate> first;
  std::vector<PreparedTemplate> second;
  for (std::uint64_t finger = 1; finger <= 8; ++finger) {
    first.push_back(prepared(finger));
    second.push_back(prepared(finger, {.rotation_rad = 0.2, .shift_x = 8, .noise = 15, .seed = finger}));
  }
  for (std::size_t i = 0; i < first.size(); ++i) {
    const double own = compare(first[i], second[i]).score;
    for (std::size_t j = 0; j < second.size(); ++j) {
      if (j == i) continue;
      EXPECT_GT(own, compare(first[i], second[j]).score + 3) << i << " against " << j;
    }
  }
}

TEST(Compare, IsSymmetric) {
  for (std::uint64_t finger = 1; finger <= 4; ++finger) {
    const PreparedTemplate a = prepared(finger);
    const PreparedTemplate b = prepared(finger % 2 == 0 ? finger : finger + 1, {.rotation_rad = 0.3, .noise = 10});
    const Comparison forth = compare(a, b, {}, true);
    const Comparison back = compare(b, a, {}, true);
    EXPECT_EQ(forth.score, back.score);
    ASSERT_EQ(forth.pairs.size(), back.pairs.size());
    for (std::size_t i = 0; i < forth.pairs.size(); ++i) {
      EXPECT_EQ(forth.pairs[i].probe, back.pairs[i].reference);
      EXPECT_EQ(forth.pairs[i].reference, back.pairs[i].probe);
    }
  }
}

TEST(Compare, IsSymmetricWhereMinutiaeLieAtTheSamePlaces) {
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    FingerprintTemplate first;
    first.width_px500 = first.height_px500 = 300;
    first.minutiae = random_minutiae(seed, 40);
    FingerprintTemplate second = first;
    std::mt19937_64 generator(seed);
    for (Minutia& m : second.minutiae) m.direction_rad += 0.3F * static_cast<float>(generator() % 2);
    const PreparedTemplate a(first);
    const PreparedTemplate b(second);
    EXPECT_EQ(compare(a, b).score, compare(b, a).score);
  }
}

TEST(Compare, PairsAreOneToOneAndFallTogether) {
  const auto print = make_drawn_print(3, 24);
  const FingerprintTemplate a = extract(draw(print)).value();
  const FingerprintTemplate b = extract(draw(print, {.shift_x = 10, .shift_y = 6})).value();
  const Comparison got = compare(PreparedTemplate(a), PreparedTemplate(b), {}, true);
  ASSERT_GE(got.pairs.size(), 12u);
  std::set<int> probes;
  std::set<int> references;
  for (const MinutiaPair& pair : got.pairs) {
    ASSERT_LT(pair.probe, a.minutiae.size());
    ASSERT_LT(pair.reference, b.minutiae.size());
    EXPECT_TRUE(probes.insert(pair.probe).second);
    EXPECT_TRUE(references.insert(pair.reference).second);
    EXPECT_NEAR(b.minutiae[pair.reference].x_px500 - a.minutiae[pair.probe].x_px500, 10, 8);
    EXPECT_NEAR(b.minutiae[pair.reference].y_px500 - a.minutiae[pair.probe].y_px500, 6, 8);
  }
}

TEST(Compare, PoorTemplatesScoreLowAndNeverFail) {
  const PreparedTemplate whole = prepared(1);
  FingerprintTemplate poor;
  poor.width_px500 = poor.height_px500 = 300;
  for (std::size_t n : {0, 1, 2, 3}) {
    poor.minutiae = random_minutiae(5, n);
    const PreparedTemplate few(poor);
    EXPECT_LT(compare(few, whole).score, 8);
    EXPECT_GE(compare(few, whole).score, 0);
    EXPECT_LT(compare(few, few).score, 8);
    EXPECT_TRUE(std::isfinite(compare(few, few).score));
  }
}

TEST(Compare, AnyBoundedTemplatesGiveAFiniteScore) {
  for (std::uint64_t seed = 0; seed < 30; ++seed) {
    FingerprintTemplate a;
    a.width_px500 = a.height_px500 = 300;
    a.minutiae = random_minutiae(seed, seed * 9 % 256);
    FingerprintTemplate b = a;
    b.minutiae = random_minutiae(seed + 100, seed * 5 % 256);
    if (seed % 3 == 0) {  // maps of odd sizes
      b.flow = {3, 5, std::vector<FlowCell>(15, {10, 90})};
      b.ridges = {7, 2, std::vector<std::uint8_t>(2, 0x55)};
      a.ridges = {40, 40, std::vector<std::uint8_t>(200, 0x33)};
      a.flow = {19, 19, std::vector<FlowCell>(361, {200, 80})};
    }
    const double score = compare(PreparedTemplate(a), PreparedTemplate(b)).score;
    EXPECT_TRUE(std::isfinite(score));
    EXPECT_GE(score, 0);
  }
}

TEST(Cylinder, TheTableAgreesWithItsSlowTwin) {
  const CompareParameters p;
  const auto cylinders = make_cylinders(random_minutiae(1, 45), p);
  const auto all = make_cylinders(random_minutiae(2, 37), p);
  int described = 0;
  for (std::size_t size = 0; size <= all.size(); ++size) {
    const std::vector<Cylinder> others(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(size));
    std::vector<std::byte> words(CylinderTable::bytes_for(size));
    CylinderTable::write(others, words.data());
    const CylinderTable table(words.data(), size);
    const CountedCylinders counted(table);
    for (const Instructions most : {Instructions::kPlain, Instructions::kAvx2, Instructions::kAvx512}) {
      limit_instructions(most);
      std::vector<float> got(table.padded_size(), -1);
      for (const Cylinder& probe : cylinders) {
        counted.similarities(probe, p.cylinder_min_valid_cells, got.data());
        for (std::size_t j = 0; j < size; ++j) {
          EXPECT_NEAR(got[j], cylinder_similarity(probe, others[j], p.cylinder_min_valid_cells), 1e-6);
          described += static_cast<int>(got[j] > 0);
        }
        for (std::size_t j = size; j < table.padded_size(); ++j) EXPECT_EQ(got[j], 0);
      }
    }
  }
  EXPECT_GT(described, 20000);
}

TEST(Cylinder, MakingThemAgreesWithItsSlowTwin) {
  const CompareParameters p;
  std::size_t bits = 0;
  std::size_t differing = 0;
  for (std::uint64_t seed = 0; seed < 40; ++seed) {
    auto minutiae = random_minutiae(seed, seed * 2);
    if (seed % 4 == 1) {
      for (Minutia& m : minutiae) m.x_px500 = m.y_px500;  // all on one line: no cylinders
    }
    const auto fast = make_cylinders(minutiae, p);
    const auto slow = make_cylinders_plainly(minutiae, p);
    ASSERT_EQ(fast.size(), slow.size());
    for (std::size_t i = 0; i < fast.size(); ++i) {
      bits += static_cast<std::size_t>(std::popcount(slow[i].valid)) * kCylinderLayers;
      differing += static_cast<std::size_t>(std::popcount(fast[i].valid ^ slow[i].valid));
      for (std::size_t k = 0; k < kCylinderLayers; ++k) {
        differing += static_cast<std::size_t>(std::popcount(fast[i].layers[k] ^ slow[i].layers[k]));
      }
    }
  }
  EXPECT_GT(bits, 100000u);
  EXPECT_LE(differing, bits / 20000);  // values within rounding of the threshold
}

TEST(Hull, WhatLiesWithinTheDepthOfAPlaceIsInsideAndTheDepthIsNoLess) {
  std::mt19937 random(3);
  std::uniform_real_distribution<float> somewhere(0, 400);
  for (int print = 0; print < 50; ++print) {
    std::vector<Minutia> minutiae(20);
    for (Minutia& m : minutiae) {
      m.x_px500 = somewhere(random);
      m.y_px500 = somewhere(random);
    }
    const std::vector<HullSide> hull = sides_of(hull_of(minutiae));
    const auto inside_of = [&](Corner at, float away, float margin) {
      Coordinates x, y;
      for (std::size_t i = 0; i < kHullPlaces; ++i) {
        const double angle = 2 * std::numbers::pi * static_cast<double>(i) / kHullPlaces;
        x[i] = at.x + away * static_cast<float>(std::cos(angle));
        y[i] = at.y + away * static_cast<float>(std::sin(angle));
      }
      const auto near = near_hull(hull, x, y, margin);
      return std::count(near.begin(), near.end(), 1);
    };
    constexpr float kRounding = 0.05F;
    for (const Minutia& m : minutiae) {
      const Corner at{m.x_px500, m.y_px500};
      const float depth = depth_in_hull(hull, at);
      ASSERT_GT(depth, -kRounding);  // a minutia lies in the hull of all
      EXPECT_EQ(inside_of(at, depth, kRounding), kHullPlaces);
      EXPECT_EQ(inside_of(at, depth + 40, 40 + kRounding), kHullPlaces);
      EXPECT_LT(inside_of(at, depth * 1.01F + 1, 0), kHullPlaces);
    }
    EXPECT_LT(depth_in_hull(hull, {-50, -50}), 0);
  }
}

TEST(Cylinder, TurnsWithItsPrint) {
  const CompareParameters p;
  const auto minutiae = random_minutiae(4, 40);
  auto turned = minutiae;
  const float angle = 1.1F;
  for (Minutia& m : turned) {
    const float x = m.x_px500 - 150;
    const float y = 150 - m.y_px500;
    m.x_px500 = 400 + std::cos(angle) * x - std::sin(angle) * y;
    m.y_px500 = 400 - std::sin(angle) * x - std::cos(angle) * y;
    m.direction_rad = std::fmod(m.direction_rad + angle, 2 * std::numbers::pi_v<float>);
  }
  const auto before = make_cylinders(minutiae, p);
  const auto after = make_cylinders(turned, p);
  int alike = 0;
  int described = 0;
  for (std::size_t i = 0; i < before.size(); ++i) {
    if (before[i].valid == 0) continue;
    ++described;
    alike += static_cast<int>(cylinder_similarity(before[i], after[i], p.cylinder_min_valid_cells) > 0.95F);
  }
  ASSERT_GT(described, 20);
  EXPECT_EQ(alike, described);
}

TEST(FoldedCylinders, AreNearForTheSameFingerAndFarForAnother) {
  const auto of = [](std::uint64_t finger, double shift) {
    const PreparedTemplate one = prepared(finger, {.shift_x = shift, .noise = 8});
    const CylinderTable table = cylinders_of(one);
    std::vector<FoldedCylinder> out;
    for (std::size_t i = 0; i < table.size(); ++i) out.push_back(folded(table.at(i)));
    EXPECT_EQ(one.described(), out.size());
    return out;
  };
  const auto mean_nearest = [](const auto& from, const auto& to) {
    double sum = 0;
    for (const FoldedCylinder& d : from) {
      int best = 256;
      for (const FoldedCylinder& e : to) {
        int distance = 0;
        for (std::size_t i = 0; i < d.size(); ++i) distance += std::popcount(d[i] ^ e[i]);
        best = std::min(best, distance);
      }
      sum += best;
    }
    return sum / static_cast<double>(from.size());
  };
  const auto reference = of(1, 0);
  ASSERT_GE(reference.size(), 10u);
  EXPECT_LT(mean_nearest(of(1, 7), reference), 0.75 * mean_nearest(of(2, 0), reference));
}

TEST(ScoreModel, AgreesWithTheTextbookFormula) {
  const ScoreModel& m = shipped_score_models().full;
  std::mt19937_64 generator(1);
  for (int round = 0; round < 50; ++round) {
    Features x{};
    for (std::size_t f = 0; f < kFeatureCount; ++f) {
      x[f] =
          m.mean[f] + (static_cast<float>(generator() >> 40) / 8388608.0F - 1) * 2 / (m.inverse_deviation[f] + 1e-9F);
    }
    double expected = static_cast<double>(m.output_bias);
    for (std::size_t f = 0; f < kFeatureCount; ++f) {
      expected += static_cast<double>(m.straight[f]) * static_cast<double>((x[f] - m.mean[f]) * m.inverse_deviation[f]);
    }
    for (std::size_t u = 0; u < kHiddenUnits; ++u) {
      double sum = static_cast<double>(m.bias[u]);
      for (std::size_t f = 0; f < kFeatureCount; ++f) {
        sum += static_cast<double>(m.weight[f][u]) * static_cast<double>((x[f] - m.mean[f]) * m.inverse_deviation[f]);
      }
      expected += static_cast<double>(m.output[u]) * std::tanh(sum);
    }
    EXPECT_NEAR(static_cast<double>(m.log_odds(x)), expected, 0.02);
  }
}

// Evidence drawn around what the model saw in training.
Features drawn(const TailModel& m, std::mt19937_64& generator) {
  Features x{};
  for (std::size_t f = 0; f < kFeatureCount; ++f) {
    const float step = static_cast<float>(generator() >> 40) / 8388608.0F - 1;
    x[f] = m.inverse_deviation[f] == 0 ? 0 : std::max(0.0F, m.mean[f] + 2 * step / m.inverse_deviation[f]);
  }
  return x;
}

TEST(TailModel, IsTheNetworkItSaysItIs) {
  const TailModel& m = shipped_score_models().full_tail;
  std::mt19937_64 generator(2);
  for (int round = 0; round < 50; ++round) {
    const Features x = drawn(m, generator);
    const TailInputs in = tail_inputs(x);
    EXPECT_FLOAT_EQ(in[kFeatureCount + 2], x[kPaired] * x[kPairedShare]);
    std::array<double, kTailInputs> z{};
    double expected = static_cast<double>(m.output_bias);
    for (std::size_t f = 0; f < kTailInputs; ++f) {
      z[f] = std::clamp(static_cast<double>((in[f] - m.mean[f]) * m.inverse_deviation[f]), -6.0, 6.0);
      expected += static_cast<double>(m.straight[f]) * z[f];
    }
    for (std::size_t u = 0; u < kTailUnits; ++u) {
      double sum = static_cast<double>(m.bias[u]);
      for (std::size_t f = 0; f < kTailInputs; ++f) sum += static_cast<double>(m.weight[f][u]) * z[f];
      expected += static_cast<double>(m.output[u]) * std::tanh(sum);
    }
    EXPECT_NEAR(static_cast<double>(m.log_odds(x)), expected, 1e-3);
  }
}

TEST(TailModel, TakesOverWithoutAJumpAndKeepsTheOrderAcrossTheGate) {
  std::mt19937_64 generator(3);
  for (const TailModel* m : {&shipped_score_models().full_tail, &shipped_score_models().minutiae_tail}) {
    for (int round = 0; round < 20; ++round) {
      const Features x = drawn(*m, generator);
      EXPECT_EQ(m->sharpen(-1.5F, x, -1.0), -1.5F);
      EXPECT_EQ(m->sharpen(-1.0F, x, -1.0), -1.0F);
      float last = -1;
      for (float first = -0.99F; first < 3; first += 0.01F) {
        const float now = m->sharpen(first, x, -1.0);
        EXPECT_GE(now, last);
        EXPECT_LE(now - last, 0.5F);  // no log odds seen are over 50
        last = now;
      }
      EXPECT_EQ(m->sharpen(2.0F, x, 1e9), 2.0F);
    }
  }
}

TEST(ScoreModel, RawScoreRises) {
  double last = -1;
  for (float odds = -40; odds < 60; odds += 0.25F) {
    EXPECT_GT(raw_score(odds), last);
    last = raw_score(odds);
  }
}

}  // namespace
}  // namespace whorl::fingerprint
