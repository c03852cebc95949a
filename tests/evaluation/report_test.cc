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
  const auto root = boost::json::parse(rates_json({rates_of(trial("one"))}));
  const auto& set = root.at("sets").at(0);
  EXPECT_EQ(set.at("genuine").as_int64(), 12);
  EXPECT_EQ(set.at("impostor").as_int64(), 54);
  EXPECT_FALSE(set.at("fmr100").at("supported").as_bool());
  EXPECT_EQ(set.at("fmr100").as_object().if_contains("fnmr"), nullptr);
  EXPECT_TRUE(set.at("fte").at("value").is_null());
  EXPECT_DOUBLE_EQ(set.at("fte").at("below").as_double(), 0.25);
  EXPECT_GT(set.at("eer").at("value").as_double(), 0);
}

TEST(Report, CsvHasOneLineAPairAndAPoint) {
  const Trial t = trial("a,b");
  const std::string scores = scores_csv({t}, {samples()});
  EXPECT_EQ(std::count(scores.begin(), scores.end(), '\n'), 1 + 66);
  EXPECT_THAT(scores, HasSubstr("\"a,b\",i00,i01,1,"));
  const std::string det = det_csv({t});
  EXPECT_EQ(static_cast<std::size_t>(std::count(det.begin(), det.end(), '\n')), 1 + det_of(t).size());
  EXPECT_THAT(det, HasSubstr("set,threshold,fmr,fnmr\n"));
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
  const std::string svg = det_svg({{"set <1>", det_of(trial("x"))}, {"set 2", det_of(trial("y"))}}, "DET & more");
  for (const char* expected : {"<svg ", "</svg>", "set &lt;1&gt;", "set 2", "DET &amp; more", "false match rate (FMR)",
                               "false non-match rate (FNMR)", "100 %"}) {
    EXPECT_THAT(svg, HasSubstr(expected));
  }
  EXPECT_THAT(svg, Not(HasSubstr("nan")));
  EXPECT_THAT(svg, Not(HasSubstr("inf")));
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
