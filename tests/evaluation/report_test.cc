#include "engine/evaluation/report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <boost/json.hpp>
#include <numeric>

#include "engine/evaluation/canvas.h"
#include "engine/evaluation/svg.h"

namespace whorl::evaluation {
namespace {

using testing::HasSubstr;
using testing::Not;

std::vector<Sample> samples() {
  std::vector<Sample> out;
  for (int f = 0; f < 4; ++f) {
    for (int i = 0; i < 3; ++i) out.push_back({"i" + std::to_string(f) + std::to_string(i), std::to_string(f), true});
  }
  return out;
}

// Mated pairs score 50 and above, non-mated comparisons up to 60: some overlap.
Trial trial(const std::string& name) {
  const auto list = samples();
  return *run_trial(name, list, Protocol::kAllPairs, [&](std::size_t a, std::size_t b) {
    const double noise = static_cast<double>((a * 7 + b * 13) % 50);
    return list[a].finger == list[b].finger ? 50 + noise : 12 + noise;
  });
}

TEST(Report, TheTableShowsEverySetAndTheMean) {
  const std::string text = table_text({rates_of(trial("one")), rates_of(trial("two"))});
  for (const char* expected :
       {"set", "EER", "FMR100", "FMR1000", "ZeroFMR", "FTE", "one", "two", "mean of 2", "0/12"}) {
    EXPECT_THAT(text, HasSubstr(expected));
  }
  EXPECT_THAT(text,
              HasSubstr("not supported: FMR < 3/54"));  // 54 non-mated pairs support neither 1 % nor 0.1 %
  EXPECT_THAT(table_text({rates_of(trial("one"))}), Not(HasSubstr("mean")));
}

TEST(Report, JsonHoldsTheSameFiguresAndNoUnsupportedRate) {
  const auto root = rates_json({rates_of(trial("one"))});
  const auto& set = root.at("sets").at(0);
  EXPECT_EQ(set.at("genuine").to_number<std::int64_t>(), 12);
  EXPECT_EQ(set.at("impostor").to_number<std::int64_t>(), 54);
  EXPECT_FALSE(set.at("fmr100").at("supported").as_bool());
  EXPECT_EQ(set.at("fmr100").as_object().if_contains("fnmr"), nullptr);
  EXPECT_TRUE(set.at("fte").at("value").is_null());
  EXPECT_DOUBLE_EQ(set.at("fte").at("below").as_double(), 0.25);
  EXPECT_GT(set.at("eer").at("value").as_double(), 0);
}

// Two rows of the same images have no mean.
TEST(Report, NoMeanIsGivenWhereThereIsNone) {
  const std::vector<Rates> rates = {rates_of(trial("one")), rates_of(trial("two"))};
  EXPECT_THAT(table_text(rates, "subjects", MeanEer::kNone), Not(HasSubstr("mean of")));
  EXPECT_FALSE(rates_json(rates, MeanEer::kNone).contains("mean_eer"));
  EXPECT_TRUE(rates_json(rates).contains("mean_eer"));
}

TEST(Report, ZeroFmrSaysWhatItRestsOn) {
  EXPECT_THAT(table_text({rates_of(trial("one"))}), HasSubstr(" at FMR < 3/54 (5.56 %)"));
}

TEST(Report, NumbersHaveNoExponent) {
  Trial tiny;
  tiny.name = "tiny";
  tiny.pairs = {{0, 1, true}, {0, 2, false}};
  tiny.values = {3e-7, 1e-9};
  tiny.mated = {{3e-7, 0, 0}};
  tiny.non_mated = {{1e-9, 0, 1}};
  const std::vector<Sample> list = {{"a", "0", true}, {"b", "0", true}, {"c", "1", true}};
  EXPECT_EQ(scores_csv({tiny}, {list}), "set,a,b,genuine,score\ntiny,a,b,1,0.0000003\ntiny,a,c,0,0.000000001\n");
  EXPECT_EQ(det_csv({tiny}).find("e-"), std::string::npos);
  EXPECT_EQ(histogram_csv({tiny}).find("e-"), std::string::npos);
}

TEST(Report, TheWorstPairsAreTheHighestNonMatedAndTheLowestMated) {
  const Trial t = trial("one");
  const std::string csv = worst_pairs_csv({t}, {samples()});
  EXPECT_EQ(std::count(csv.begin(), csv.end(), '\n'), 1 + 20 + 12);  // of 54 and 12
  double highest = 0;
  for (const Score& s : t.non_mated) highest = std::max(highest, s.value);
  const std::size_t first = csv.find("one,0,1,");
  ASSERT_NE(first, std::string::npos);
  const std::string line = csv.substr(first, csv.find('\n', first) - first);
  EXPECT_TRUE(line.ends_with(","));  // no decibels without a calibration
  const std::size_t end = line.rfind(',');
  EXPECT_DOUBLE_EQ(std::stod(line.substr(line.rfind(',', end - 1) + 1)), highest);
  const std::string with_db = worst_pairs_csv({t}, {samples()}, &engine::Calibration::shipped());
  EXPECT_FALSE(with_db.substr(0, with_db.find('\n', with_db.find('\n') + 1)).ends_with(","));
}

TEST(Report, CsvHasOneLineAPairAndAPoint) {
  const Trial t = trial("a,b");
  const std::string scores = scores_csv({t}, {samples()});
  EXPECT_EQ(std::count(scores.begin(), scores.end(), '\n'), 1 + 66);
  EXPECT_THAT(scores, HasSubstr("\"a,b\",i00,i01,1,"));
  const std::string det = det_csv({t});
  EXPECT_EQ(static_cast<std::size_t>(std::count(det.begin(), det.end(), '\n')), 1 + corners_of(det_of(t)).size());
  EXPECT_LE(corners_of(det_of(t)).size(), t.mated.size() + 1);
  EXPECT_THAT(det, HasSubstr("set,threshold,fmr,fnmr,db\n"));
}

TEST(Report, CsvFieldsAreQuotedWhereNeeded) {
  EXPECT_EQ(csv_field("plain"), "plain");
  EXPECT_EQ(csv_field("a\"b"), "\"a\"\"b\"");
  EXPECT_EQ(csv_field("a\nb"), "\"a\nb\"");
}

TEST(Histogram, CountsEveryScoreOnce) {
  const Trial t = trial("one");
  const Histogram h = histogram_of(t, 7);
  EXPECT_EQ(std::accumulate(h.mated.begin(), h.mated.end(), std::uint64_t{0}), t.mated.size());
  EXPECT_EQ(std::accumulate(h.non_mated.begin(), h.non_mated.end(), std::uint64_t{0}), t.non_mated.size());
  EXPECT_GT(h.mated.back(), 0u);  // the greatest score falls into the last bin, not beyond it
}

TEST(Histogram, OfEqualScoresFillsOneBin) {
  Trial t;
  t.mated = {{2.0, 0, 0}, {2.0, 0, 0}};
  EXPECT_EQ(histogram_of(t, 5).mated.front(), 2u);
}

TEST(Svg, ADetPlotNamesItsCurvesAxesAndTitle) {
  const std::string svg = det_svg({det_curve("set <1>", trial("x")), det_curve("set 2", trial("y"))}, "DET & more");
  for (const char* expected : {"<svg ", "</svg>", "set &lt;1&gt;", "set 2", "DET &amp; more", "false match rate (FMR)",
                               "false non-match rate (FNMR)", "100 %"}) {
    EXPECT_THAT(svg, HasSubstr(expected));
  }
  EXPECT_THAT(svg, Not(HasSubstr("nan")));
  EXPECT_THAT(svg, Not(HasSubstr("inf")));
}

// Ten mated pairs at 10, one of them at 0; so many non-mated pairs at 1, and one at 5.
Trial long_tail(std::uint32_t non_mated) {
  Trial out;
  out.name = "tail";
  for (std::uint32_t i = 0; i < 10; ++i) out.mated.push_back({i == 0 ? 0.0 : 10.0, i, i});
  for (std::uint32_t i = 0; i < non_mated; ++i) out.non_mated.push_back({i == 0 ? 5.0 : 1.0, i % 10, i % 10 + 1});
  return out;
}

TEST(Svg, ADetPlotReachesAsFarAsItsRatesAndPilesNothingUpAtItsBorder) {
  const std::string svg = det_svg({det_curve("tail", long_tail(3'000'000))}, "x");
  EXPECT_THAT(svg, HasSubstr(">0.00001 %<"));  // one in three million lies within the last decade
  EXPECT_THAT(det_svg({det_curve("tail", long_tail(1'000))}, "x"), Not(HasSubstr(">0.00001 %<")));
  const std::string bars = histogram_svg(histogram_of(long_tail(3'000'000)), "x");
  EXPECT_THAT(bars, HasSubstr(">0.00001 %<"));  // the single pair at 5 has a bar above the floor
}

// All scores equal: no threshold has errors of both kinds, and yet nothing is told apart.
TEST(Svg, ASetThatTellsNothingApartIsNotCalledWithoutError) {
  Trial equal = long_tail(100);
  for (auto* scores : {&equal.mated, &equal.non_mated}) {
    for (Score& s : *scores) s.value = 7;
  }
  const std::string svg = det_svg({det_curve("equal", equal)}, "x");
  EXPECT_THAT(svg, Not(HasSubstr("no error")));
  EXPECT_THAT(svg, HasSubstr("equal, one rate is zero at every threshold"));
  EXPECT_THAT(svg, HasSubstr("<polyline points=\"620.00,"));  // from FMR 100 % on
}

TEST(Svg, ACurveThatLiesOnALongerOneIsSaidAndShown) {
  // Both: one mated pair of ten at 0. The second has a non-mated pair less that reaches it.
  const auto made = [](std::uint32_t above) {
    Trial out;
    for (std::uint32_t i = 0; i < 10; ++i) out.mated.push_back({i == 0 ? 0.0 : 10.0, i, i});
    for (std::uint32_t i = 0; i < 100; ++i) out.non_mated.push_back({i < above ? 1.0 + i : -1.0, 0, 1});
    return out;
  };
  const std::string svg = det_svg({det_curve("short  EER", made(3)), det_curve("long  EER", made(6))}, "x");
  EXPECT_THAT(svg, HasSubstr("short  EER (lies on long)"));
  EXPECT_THAT(svg, HasSubstr("stroke-width=\"6.00\""));
  EXPECT_THAT(svg, Not(HasSubstr("lies on short")));
}

TEST(Svg, WhereAPairOfEachKindTiesTheCornerIsTheWorse) {
  Trial tied;
  for (const double v : {1.0, 2.0, 4.0}) tied.non_mated.push_back({v, 0, 1});
  for (const double v : {0.5, 2.0, 3.0, 5.0}) tied.mated.push_back({v, 0, 0});
  const std::vector<DetPoint> points = det_of(tied);
  // At 2 the rates are 2/3 and 1/4; above it 1/3 and 1/2.
  EXPECT_EQ(corners_of(points).size(), 5u);
  const std::string svg = det_svg({{"tied", points, 4, 3}}, "x");
  const auto at = [](double rate) { return std::round((100 + 520 * (std::log10(rate) + 2) / 2) * 10) / 10; };
  const auto up = [](double rate) { return std::round((50 + 520 - 520 * (std::log10(rate) + 2) / 2) * 10) / 10; };
  char corner[64];
  std::snprintf(corner, sizeof corner, "%.2f,%.2f", at(2.0 / 3), up(0.5));
  EXPECT_THAT(svg, HasSubstr(corner));
}

TEST(Svg, ASetWithoutErrorsIsDrawnAsItsLimit) {
  Trial perfect = long_tail(100);
  for (Score& s : perfect.mated) s.value = 10;
  const std::string svg = det_svg({det_curve("perfect", perfect), det_curve("the same", perfect)}, "x");
  EXPECT_THAT(svg, HasSubstr("perfect, no error: its limit"));
  EXPECT_THAT(svg, HasSubstr("the same, no error: its limit, 3/n (lies on perfect)"));
  EXPECT_THAT(svg, HasSubstr("stroke-dasharray=\"2 4\""));
  EXPECT_THAT(svg, Not(HasSubstr("nan")));
}

TEST(Svg, AHistogramOfAnyTrialHasNoBrokenNumber) {
  for (const Trial& t : {trial("x"), Trial{}}) {
    const std::string svg = histogram_svg(histogram_of(t), "h");
    EXPECT_THAT(svg, Not(HasSubstr("nan")));
    EXPECT_THAT(svg, Not(HasSubstr("inf")));
    EXPECT_THAT(svg, HasSubstr("raw score"));
  }
}

TEST(Svg, TextIsEscaped) { EXPECT_EQ(xml_text("<a href=\"x\">&\n"), "&lt;a href=&quot;x&quot;&gt;&amp;"); }

}  // namespace
}  // namespace whorl::evaluation
