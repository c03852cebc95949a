// Prints known by their minutiae alone, as records of other systems hold them.
#include "templates/fingerprint/compare/minutiae_alone.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numbers>

#include "templates/fingerprint/compare/compare.h"
#include "templates/fingerprint/compare/flow_from_minutiae.h"
#include "templates/fingerprint/extract/extract.h"
#include "tests/fingerprint/drawn_print.h"

namespace whorl::fingerprint {
namespace {

Minutia minutia(float x, float y, double direction_rad) {
  return {x, y, static_cast<float>(direction_rad), MinutiaType::kEnding, 50};
}

FingerprintTemplate whole_print(std::uint64_t finger, const tests::DrawnPose& pose = {}) {
  return extract(tests::draw(tests::make_drawn_print(finger, 24), pose)).value();
}

FingerprintTemplate minutiae_of(FingerprintTemplate print) {
  print.flow = {};
  print.ridges = {};
  return print;
}

FlowCell cell_of(const FlowMap& map, int x, int y) {
  return map.cells[static_cast<std::size_t>(y / kFlowBlock_px500 * map.columns + x / kFlowBlock_px500)];
}

TEST(FlowFromMinutiae, CoversTheHullAndItsMarginAndNoMore) {
  const std::vector<Minutia> square = {minutia(100, 100, 1), minutia(260, 100, 1), minutia(260, 260, 1),
                                       minutia(100, 260, 1)};
  const CompareParameters p;
  const FlowMap map = flow_from_minutiae(400, 400, square, p);
  ASSERT_EQ(map.columns, 25);
  for (int row = 0; row < map.rows; ++row) {
    for (int column = 0; column < map.columns; ++column) {
      const double x = (column + 0.5) * kFlowBlock_px500, y = (row + 0.5) * kFlowBlock_px500;
      const double out_x = std::max({100 - x, x - 260, 0.0}), out_y = std::max({100 - y, y - 260, 0.0});
      const bool inside = std::hypot(out_x, out_y) <= p.minutiae_margin_px500;
      EXPECT_EQ(map.cells[static_cast<std::size_t>(row * map.columns + column)].period != 0, inside)
          << column << ", " << row;
    }
  }
}

TEST(FlowFromMinutiae, RunsAsTheNearestMinutiaeDoWhicheverWayTheyPoint) {
  std::vector<Minutia> two_halves;
  for (int k = 0; k < 8; ++k) {
    const auto y = static_cast<float>(60 + 40 * k);
    const double back = k % 2 == 0 ? 0 : std::numbers::pi;
    two_halves.push_back(minutia(60, y, 0.5 + back));
    two_halves.push_back(minutia(340, y, 2.0 + back));
  }
  const FlowMap map = flow_from_minutiae(400, 400, two_halves, {});
  EXPECT_NEAR(cell_of(map, 72, 200).orientation, 0.5 / std::numbers::pi * 256, 4);
  EXPECT_NEAR(cell_of(map, 328, 200).orientation, 2.0 / std::numbers::pi * 256, 4);
}

TEST(FlowFromMinutiae, IsEmptyWhereMinutiaeSpanNoArea) {
  EXPECT_TRUE(flow_from_minutiae(400, 400, {}, {}).cells.empty());
  EXPECT_TRUE(
      flow_from_minutiae(400, 400, {minutia(10, 10, 0), minutia(50, 50, 0), minutia(90, 90, 0)}, {}).cells.empty());
  const std::vector<Minutia> sound = {minutia(10, 10, 0), minutia(50, 90, 0), minutia(90, 10, 0)};
  EXPECT_FALSE(flow_from_minutiae(400, 400, sound, {}).cells.empty());
  EXPECT_TRUE(flow_from_minutiae(0, 400, sound, {}).cells.empty());
  EXPECT_TRUE(flow_from_minutiae(400, kMaxSide_px500 + 1, sound, {}).cells.empty());
}

TEST(MinutiaeAlone, IsWhatHasNeitherFlowNorRidges) {
  FingerprintTemplate print = whole_print(1);
  EXPECT_FALSE(PreparedTemplate(print).view().minutiae_alone());
  print.ridges = {};
  EXPECT_FALSE(PreparedTemplate(print).view().minutiae_alone());
  EXPECT_TRUE(PreparedTemplate(minutiae_of(print)).view().minutiae_alone());
  EXPECT_TRUE(PreparedTemplate(PreparedTemplate(minutiae_of(print)).view()).view().minutiae_alone());
}

TEST(MinutiaeAlone, MatesAreTheMostAlikeAgainstEachOtherAndAgainstWholePrints) {
  constexpr std::uint64_t kFingers = 8;
  std::vector<PreparedTemplate> first, second, whole;
  for (std::uint64_t finger = 1; finger <= kFingers; ++finger) {
    const FingerprintTemplate other =
        whole_print(finger, {.rotation_rad = 0.2, .shift_x = 8, .noise = 15, .seed = finger});
    first.emplace_back(minutiae_of(whole_print(finger)));
    second.emplace_back(minutiae_of(other));
    whole.emplace_back(other);
  }
  for (std::size_t i = 0; i < first.size(); ++i) {
    const double own = compare(first[i], second[i]).score;
    const double own_whole = compare(first[i], whole[i]).score;
    EXPECT_EQ(own_whole, compare(whole[i], first[i]).score);
    for (std::size_t j = 0; j < second.size(); ++j) {
      if (j == i) continue;
      EXPECT_GT(own, compare(first[i], second[j]).score) << i << " against " << j;
      EXPECT_GT(own_whole, compare(first[i], whole[j]).score) << i << " against the whole " << j;
    }
  }
}

TEST(MinutiaeAlone, ClaimsLessThanAWholePrintDoes) {
  double alone = 0, whole = 0;
  for (std::uint64_t finger = 1; finger <= 8; ++finger) {
    const FingerprintTemplate a = whole_print(finger);
    const FingerprintTemplate b =
        whole_print(finger, {.rotation_rad = -0.3, .shift_y = 9, .noise = 12, .seed = finger});
    alone += compare(PreparedTemplate(minutiae_of(a)), PreparedTemplate(minutiae_of(b))).score;
    whole += compare(PreparedTemplate(a), PreparedTemplate(b)).score;
  }
  EXPECT_LT(alone, whole);
}

TEST(AloneScale, RisesWithoutAJumpFromNothingOn) {
  const AloneScale& scale = shipped_alone_models().scale;
  EXPECT_EQ(scale.common(0), 0);
  double last = 0;
  for (double alone = 0.05; alone < 80; alone += 0.05) {
    const double common = scale.common(alone);
    EXPECT_GT(common, last) << alone;
    EXPECT_LT(common - last, 2) << alone;
    last = common;
  }
}

}  // namespace
}  // namespace whorl::fingerprint
