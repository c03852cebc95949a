#include "engine/evaluation/discard.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <boost/json.hpp>

namespace whorl::evaluation {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr int kFingers = 10;
constexpr int kImpressions = 10;

// Ten fingers of ten impressions; the last impression of each is bad: quality 10, the others 50 + their
// number.
std::vector<Sample> samples() {
  std::vector<Sample> out;
  for (int f = 0; f < kFingers; ++f) {
    for (int i = 0; i < kImpressions; ++i) {
      Sample sample{std::to_string(f) + "_" + std::to_string(i), std::to_string(f)};
      sample.quality = i + 1 == kImpressions ? 10 : 50 + i;
      out.push_back(sample);
    }
  }
  return out;
}

// Mated pairs score 10, non-mated comparisons 0, a pair with a bad sample 0.
Trial trial(const std::vector<Sample>& list, const std::string& name = "made") {
  return *run_trial(name, list, Protocol::kAllPairs, [&](std::size_t a, std::size_t b) {
    const bool bad = a % kImpressions == kImpressions - 1 || b % kImpressions == kImpressions - 1;
    return list[a].finger == list[b].finger && !bad ? 10.0 : 0.0;
  });
}

TEST(Discard, FnmrFallsToNothingWhenTheBadSamplesAreOut) {
  const auto list = samples();
  const DiscardCurve curve = discard_curve("made", {trial(list)}, {list}, 0.001);
  ASSERT_EQ(curve.points.size(), 11u);
  EXPECT_TRUE(curve.supported);
  EXPECT_EQ(curve.samples, 100u);
  // Of a finger's 45 pairs 9 hold the bad sample.
  EXPECT_EQ(curve.points[0].fnmr.errors, 90u);
  EXPECT_EQ(curve.points[0].fnmr.trials, 450u);
  EXPECT_EQ(curve.points[0].least_quality, 10);
  EXPECT_EQ(curve.points[1].left_out, 5u);  // five of the ten bad ones, whichever
  EXPECT_EQ(curve.points[1].fnmr.errors, 45u);
  EXPECT_EQ(curve.points[1].fnmr.trials, 405u);
  EXPECT_EQ(curve.points[2].fnmr.errors, 0u);
  EXPECT_EQ(curve.points[2].fnmr.trials, 360u);
  EXPECT_EQ(curve.points[2].least_quality, 50);
  EXPECT_EQ(curve.points[4].least_quality, 51);
}

TEST(Discard, QualityThatSaysNothingGainsNothing) {
  auto list = samples();
  for (Sample& s : list) s.quality = s.quality == 10 ? 90 : s.quality;  // the bad ones pass for the best
  const DiscardCurve curve = discard_curve("made", {trial(list)}, {list}, 0.001);
  for (std::size_t p = 1; p < curve.points.size(); ++p) {
    EXPECT_GE(curve.points[p].fnmr.value(), curve.points[0].fnmr.value());
  }
}

TEST(Discard, AFailureToExtractGoesFirst) {
  auto list = samples();
  for (Sample& s : list) s.quality = s.quality == 10 ? 90 : s.quality;
  for (std::size_t i = kImpressions - 1; i < list.size(); i += kImpressions) list[i].extracted = false;
  const DiscardCurve curve = discard_curve("made", {trial(list)}, {list}, 0.001);
  EXPECT_EQ(curve.points[0].fnmr.errors, 90u);
  EXPECT_EQ(curve.points[2].fnmr.errors, 0u);
}

TEST(Discard, SeveralTrialsShareOneOrderAndOneThreshold) {
  auto good = samples();
  const Trial one = trial(good, "one");
  auto bad = samples();
  for (Sample& s : bad) s.quality = *s.quality - 40;  // all worse than the first set's good ones
  const Trial two = *run_trial("two", bad, Protocol::kAllPairs, [](std::size_t, std::size_t) { return 0.0; });
  const DiscardCurve curve = discard_curve("both", {one, two}, {good, bad}, 0.001);
  EXPECT_EQ(curve.samples, 200u);
  EXPECT_EQ(curve.points[0].fnmr.errors, 90u + 450u);
  EXPECT_EQ(curve.points.back().left_out, 100u);
  EXPECT_EQ(curve.points[0].fnmr.trials, 900u);
  // At 50 % the hundred worst are out: the ninety best of `two` have quality 10..18, as have the ten bad of
  // `one`.
  EXPECT_LE(curve.points.back().fnmr.trials, 360u + 45u);
}

TEST(Discard, IsNotShownWhereTheSampleHasTooFewNonMated) {
  auto list = samples();
  list.resize(20);
  const DiscardCurve curve = discard_curve("made", {trial(list)}, {list}, 0.001);  // 100 non-mated pairs
  EXPECT_FALSE(curve.supported);
  EXPECT_THAT(discard_text({curve}), HasSubstr("not supported"));
  EXPECT_EQ(discard_csv({curve}).find("made"), std::string::npos);
  EXPECT_EQ(discard_json({curve}).at(0).as_object().if_contains("points"), nullptr);
}

TEST(Discard, TheReportsAgree) {
  const auto list = samples();
  const DiscardCurve curve = discard_curve("made", {trial(list)}, {list}, 0.001);
  EXPECT_THAT(discard_text({curve}), HasSubstr("20.00 % ["));
  EXPECT_THAT(discard_text({curve}), HasSubstr("< 3/360"));
  EXPECT_THAT(discard_csv({curve}), HasSubstr(",0.05,5,100,10,45,405,0.1111111111,"));
  const auto json = discard_json({curve});
  EXPECT_EQ(json.at(0).at("points").at(2).at("fnmr").at("below").as_double(), 0.00833333);
  const std::string svg = discard_svg({curve}, "a < b");
  EXPECT_THAT(svg, HasSubstr("a &lt; b"));
  EXPECT_THAT(svg, HasSubstr("made, FMR 0.10 %"));
  EXPECT_THAT(svg, Not(HasSubstr("nan")));
}

TEST(Discard, APlotWithoutACurveSaysWhy) {
  Trial few;
  few.name = "few";
  few.pairs = {{0, 1, true}, {0, 2, false}};
  few.values = {5, 1};
  few.mated = {{5, 0, 0}};
  few.non_mated = {{1, 0, 1}};
  const std::vector<Sample> list = {{"a", "0", true}, {"b", "0", true}, {"c", "1", true}};
  const std::string svg = discard_svg({discard_curve("few", {few}, {list}, 0.01)}, "x");
  EXPECT_THAT(svg, HasSubstr("Nothing to draw: too few non-mated pairs"));
  EXPECT_THAT(svg, HasSubstr("few, FMR 1.00 %: not supported"));
  EXPECT_THAT(svg, Not(HasSubstr("open triangle")));
}

// A set without a miss has no rate to draw, but a limit.
TEST(Discard, ASetWithoutErrorsIsDrawnAsItsLimit) {
  const auto list = samples();
  const Trial perfect = *run_trial("perfect", list, Protocol::kAllPairs, [&](std::size_t a, std::size_t b) {
    return list[a].finger == list[b].finger ? 100.0 : 1.0;
  });
  const std::string svg = discard_svg({discard_curve("perfect", {perfect}, {list}, 0.001)}, "x");
  const std::size_t line = svg.find("<polyline points=\"100.00,");
  ASSERT_NE(line, std::string::npos);
  EXPECT_NE(svg.find("620.00,", line), std::string::npos);  // up to half of the samples left out
  EXPECT_THAT(svg, HasSubstr("FNMR below 3/n"));
  EXPECT_THAT(svg, Not(HasSubstr("inf")));
}

}  // namespace
}  // namespace whorl::evaluation
