
#include <gtest/gtest.h>

#include <cmath>

#include "base/bytes.h"
#include "tests/face/drawn_face.h"

namespace whorl::face {
namespace {

TEST(FitSimilarity, FindsTheTransformThatMadeThePoints) {
  const Similarity truth{0.31, -0.22, 14, -9};
  Landmarks from = tests::head(0, 0, 12);
  Landmarks to;
  for (std::size_t i = 0; i < from.size(); ++i) to[i] = truth.at(from[i]);
  const auto got = fit_similarity(from, to);
  ASSERT_TRUE(got.ok());
  EXPECT_NEAR(got->a, truth.a, 1e-5);
  EXPECT_NEAR(got->b, truth.b, 1e-5);
  EXPECT_NEAR(got->tx, truth.tx, 1e-2);
  EXPECT_NEAR(got->ty, truth.ty, 1e-2);
}

// The slow obvious twin: no similarity near the fitted one has a smaller sum of squares.
TEST(FitSimilarity, NoNeighbourFitsBetter) {
  const Landmarks from = tests::head(25, -10, 5);
  const Landmarks to = tests::reference_points();
  const auto error = [&](const Similarity& s) {
    double sum = 0;
    for (std::size_t i = 0; i < from.size(); ++i) {
      const Point p = s.at(from[i]);
      sum += std::pow(static_cast<double>(p.x - to[i].x), 2) + std::pow(static_cast<double>(p.y - to[i].y), 2);
    }
    return sum;
  };
  const Similarity best = *fit_similarity(from, to);
  for (int axis = 0; axis < 4; ++axis) {
    for (const double step : {-1.0, 1.0}) {
      Similarity other = best;
      if (axis == 0) other.a += step * 0.005;
      if (axis == 1) other.b += step * 0.005;
      if (axis == 2) other.tx += step * 0.5;
      if (axis == 3) other.ty += step * 0.5;
      EXPECT_GT(error(other), error(best)) << axis;
    }
  }
}

TEST(FitSimilarity, NeverMirrors) {
  Landmarks from = tests::reference_points();
  std::swap(from[kLeftEye], from[kRightEye]);
  std::swap(from[kLeftMouth], from[kRightMouth]);
  const auto got = fit_similarity(from, tests::reference_points());
  ASSERT_TRUE(got.ok());
  // A mirror would bring the points together; turning cannot.
  const Point eye = got->at(from[kLeftEye]);
  EXPECT_GT(std::abs(eye.x - tests::reference_points()[kLeftEye].x), 10.0f);
}

TEST(FitSimilarity, RefusesPointsThatFallTogether) {
  const Landmarks one_place{};
  EXPECT_EQ(fit_similarity(one_place, tests::reference_points()).error().kind, ErrorKind::kInvalidInput);
  Landmarks wild = tests::reference_points();
  wild[2].x = std::nanf("");
  EXPECT_FALSE(fit_similarity(wild, tests::reference_points()).ok());
}

TEST(Similarity, InverseUndoesIt) {
  const Similarity s{0.4, 0.3, 5, -7};
  const Point p = s.inverse().at(s.at({31, 17}));
  EXPECT_NEAR(p.x, 31, 1e-4);
  EXPECT_NEAR(p.y, 17, 1e-4);
}

TEST(Warp, TheIdentityKeepsEveryPixel) {
  const image::ColourImage image = tests::textured(40, 30);
  EXPECT_EQ(warp(image, {}, 40, 30)->pixels, image.pixels);
}

TEST(Warp, WhatLiesOutsideIsBlack) {
  const image::ColourImage image = tests::textured(40, 40);
  const image::ColourImage crop = *warp(image, {1, 0, 10, 0}, 40, 40);
  EXPECT_EQ(crop.pixels[0], 0);
  EXPECT_EQ(crop.pixels[3 * 20], image.pixels[3 * 10]);
}

// One-pixel stripes shrunk eight times are grey, not stripes of another width.
TEST(Warp, ShrinkingAveragesInsteadOfAliasing) {
  image::ColourImage stripes{256, 256, {}};
  for (int i = 0; i < 256 * 256; ++i) stripes.pixels.insert(stripes.pixels.end(), 3, i % 2 == 0 ? 0 : 255);
  const image::ColourImage crop = *warp(stripes, {0.125, 0, 0, 0}, 32, 32);
  for (int y = 4; y < 28; ++y) {
    for (int x = 4; x < 28; ++x) EXPECT_NEAR(crop.pixels[static_cast<std::size_t>(3 * (y * 32 + x))], 127, 3);
  }
}

// Shrinking in two steps must not move the picture.
TEST(Warp, ShrinkingKeepsThePlace) {
  image::ColourImage dot{400, 400, Bytes(3 * 400 * 400, 0)};
  for (int y = 192; y < 208; ++y) {
    for (int x = 112; x < 128; ++x) {
      for (int c = 0; c < 3; ++c) dot.pixels[static_cast<std::size_t>(3 * (y * 400 + x) + c)] = 255;
    }
  }
  const Similarity to_crop{0.2, 0, 3, 1};  // the dot's middle, (119.5, 199.5), goes to (26.9, 40.9)
  const image::ColourImage crop = *warp(dot, to_crop, 80, 80);
  double sum = 0, sx = 0, sy = 0;
  for (int y = 0; y < 80; ++y) {
    for (int x = 0; x < 80; ++x) {
      const double v = crop.pixels[static_cast<std::size_t>(3 * (y * 80 + x))];
      sum += v;
      sx += v * x;
      sy += v * y;
    }
  }
  EXPECT_NEAR(sx / sum, 26.9, 0.15);
  EXPECT_NEAR(sy / sum, 40.9, 0.15);
}

}  // namespace
}  // namespace whorl::face
