#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <cmath>
#include <random>

#include "engine/evaluation/identification/charts.h"
#include "engine/evaluation/identification/gallery_size.h"
#include "engine/evaluation/identification/rates.h"
#include "engine/evaluation/identification/study.h"

namespace whorl::evaluation {
namespace {

using testing::HasSubstr;

std::vector<Sample> people(int persons, int fingers, int impressions) {
  std::vector<Sample> out;
  for (int p = 0; p < persons; ++p) {
    for (int f = 0; f < fingers; ++f) {
      for (int i = 0; i < impressions; ++i) {
        const std::string subject = "s" + std::to_string(p);
        const std::string finger = subject + "/f" + std::to_string(f);
        out.push_back({finger + "_" + std::to_string(i), finger, true, subject});
      }
    }
  }
  return out;
}

double draw(std::size_t a, std::size_t b) {
  std::mt19937_64 random(a * 100003 + b);
  return static_cast<double>(random() >> 11) * 0x1p-53;
}

// Mated scores from 1 to 3, others from 0 to 2, times `unit`.
Trial overlapping(const std::vector<Sample>& samples, double unit = 1) {
  return *run_trial("made", samples, Protocol::kAllPairs, [&](std::size_t a, std::size_t b) {
    return unit * ((samples[a].finger == samples[b].finger ? 1 : 0) + 2 * draw(a, b));
  });
}

SearchSet set_of(std::vector<Search> searches, std::size_t persons) {
  SearchSet out{"made", 1, ScoreUnit::kRaw, 5, {}, std::move(searches)};
  for (std::size_t p = 0; p < persons; ++p) out.persons.push_back(std::to_string(p));
  return out;
}

// Five searches of five people against four others; one mate lies second, one is below everybody.
SearchSet small() {
  return set_of(
      {{0, 9, {5, 1, 1, 0}}, {1, 8, {4, 2, 1, 0}}, {2, 3, {6, 1, 1, 1}}, {3, 7, {2, 2, 2, 2}}, {4, 0, {3, 1, 1, 1}}},
      5);
}

TEST(Searches, TheFirstSampleIsTheReferenceAndOwnFingersCountForNothing) {
  const auto samples = people(4, 2, 3);
  const auto set = searches_of(overlapping(samples), samples);
  ASSERT_TRUE(set.ok()) << set.error().text();
  EXPECT_EQ(set->references, 8u);
  EXPECT_EQ(set->searches.size(), 16u);
  EXPECT_EQ(set->persons.size(), 4u);
  EXPECT_EQ(set->gallery_size(), 6u);  // of 8 references two are of the probe's person
  const Trial trial = overlapping(samples);
  for (std::size_t i = 0; i < trial.pairs.size(); ++i) {
    if (trial.pairs[i].a != 0 || trial.pairs[i].b != 1) continue;
    EXPECT_EQ(set->searches.front().mated, trial.values[i]);
  }
}

TEST(Searches, NeedEveryProbeAgainstEveryReference) {
  const auto samples = people(4, 1, 3);
  const auto fvc = run_trial("made", samples, Protocol::kFvc, [](std::size_t, std::size_t) { return 1.0; });
  const auto set = searches_of(*fvc, samples);
  ASSERT_FALSE(set.ok());
  EXPECT_EQ(set.error().code(), "needs_every_search");
}

TEST(Searches, OfSeveralFingersAreOfEveryChoiceOfPositions) {
  const auto samples = people(4, 3, 3);
  const auto set = searches_of_persons(overlapping(samples), samples, engine::Calibration::shipped(), 2);
  ASSERT_TRUE(set.ok()) << set.error().text();
  EXPECT_EQ(set->searches.size(), 4u * 3u * 2u);  // persons, pairs of fingers, impressions after the first
  EXPECT_EQ(set->gallery_size(), 3u);
  EXPECT_EQ(set->unit, ScoreUnit::kDecibels);
  EXPECT_FALSE(searches_of_persons(overlapping(samples), samples, engine::Calibration::shipped(), 4).ok());
}

TEST(SearchRates, AreCounted) {
  const Identification got = identification_of(small(), nullptr, {{0.4, 0.2}, {}, {100, 1}});
  ASSERT_EQ(got.points.size(), 2u);
  const SearchPoint& loose = got.points[0];  // two strangers may be named: those of 6 and 5
  EXPECT_EQ(loose.fpir.errors, 2u);
  EXPECT_EQ(loose.threshold, std::nextafter(4.0, 5.0));
  EXPECT_EQ(loose.fnir.errors, 2u);          // mates of 3 and 0
  EXPECT_EQ(loose.missed_first.errors, 2u);  // the same: the mate that is second lies below the threshold too
  EXPECT_FALSE(loose.db.has_value());
  EXPECT_EQ(got.points[1].fpir.errors, 1u);
  EXPECT_TRUE(got.levels.empty());
  ASSERT_EQ(got.ranks.size(), 5u);
  EXPECT_EQ(got.ranks[0].hit.errors, 3u);
  EXPECT_EQ(got.ranks[1].hit.errors, 4u);
  EXPECT_EQ(got.ranks[4].hit.errors, 5u);
}

TEST(SearchRates, AMateThatIsNotFirstIsMissedAtRankOneThoughItReachesTheThreshold) {
  const SearchSet set = set_of({{0, 5, {6, 1}}, {1, 5, {1, 1}}, {2, 5, {5, 1}}}, 3);
  const SearchPoint at = search_point(set, 0.99);
  EXPECT_EQ(at.fnir.errors, 0u);
  EXPECT_EQ(at.missed_first.errors, 2u);  // one lies second, one has an equal before it
}

TEST(SearchRates, EndWhereTheSampleEnds) {
  const Identification got = identification_of(small(), nullptr, {{}, {}, {100, 1}});
  ASSERT_EQ(got.points.size(), 1u);  // five searches do not support even 10 %
  EXPECT_FALSE(got.points[0].supported);
  EXPECT_THAT(got.points[0].text(), HasSubstr("not supported: FPIR < 3/5"));
  const auto samples = people(30, 1, 6);
  const auto more = identification_of(*searches_of(overlapping(samples), samples), nullptr, {{}, {}, {100, 1}});
  ASSERT_EQ(more.points.size(), 4u);  // 150 searches: 10, 3, 1 %; 0.3 % would be half a search
  EXPECT_TRUE(more.points[2].supported);
  EXPECT_FALSE(more.points[3].supported);
}

// Persons whose probes all fail together have a wider interval than as many independent searches.
TEST(SearchRates, IntervalsKnowThatProbesOfOnePersonFailTogether) {
  std::vector<Search> together;
  std::vector<Search> apart;
  for (std::uint32_t i = 0; i < 200; ++i) {
    together.push_back({i / 20, i / 20 == 0 ? 0.0 : 5.0, {1, 0}});
    apart.push_back({i, i % 10 == 0 ? 0.0 : 5.0, {1, 0}});
  }
  const auto high = [](std::vector<Search> searches, std::size_t persons) {
    return identification_of(set_of(std::move(searches), persons), nullptr, {{0.5}, {}, {500, 1}}).points[0].fnir.high;
  };
  EXPECT_GT(high(std::move(together), 10), high(std::move(apart), 200) + 0.05);
}

TEST(GallerySize, TheChanceOfAHitIsThatOfDrawingWithoutReturn) {
  EXPECT_EQ(chance_of_hit(0, 10, 5), 0);
  EXPECT_EQ(chance_of_hit(1, 10, 10), 1);
  EXPECT_DOUBLE_EQ(chance_of_hit(1, 10, 3), 0.3);
  EXPECT_DOUBLE_EQ(chance_of_hit(2, 10, 3), 1 - 8.0 * 7 * 6 / (10 * 9 * 8));
  EXPECT_EQ(chance_of_hit(8, 10, 3), 1);
}

TEST(GallerySize, TheMeasuredRateGrowsAndNeverExceedsTheSumOfChances) {
  const auto samples = people(40, 1, 4);
  const auto set = searches_of(overlapping(samples), samples);
  const GallerySizes got = gallery_sizes(*set, nullptr, {100, 1});
  ASSERT_EQ(got.curves.size(), 2u);
  for (const SizeCurve& curve : got.curves) {
    double before = 0;
    for (const SizePoint& p : curve.points) {
      EXPECT_GE(p.fpir, before);
      EXPECT_LE(p.fpir, static_cast<double>(p.size) * curve.fmr.value() + 1e-12);
      EXPECT_NEAR(p.fpir, p.formula, 0.01);  // these scores are independent
      EXPECT_LE(p.low, p.fpir);
      EXPECT_GE(p.high, p.fpir);
      before = p.fpir;
    }
    EXPECT_EQ(curve.points.back().size, 39u);
    EXPECT_NEAR(curve.points.front().fpir, curve.fmr.value(), 1e-12);
  }
  // The whole gallery's threshold is that of the operating point; smaller ones need less and miss fewer.
  EXPECT_EQ(got.costs.back().threshold, search_point(*set, got.target_fpir).threshold);
  for (std::size_t i = 1; i < got.costs.size(); ++i) {
    EXPECT_GE(got.costs[i].threshold, got.costs[i - 1].threshold);
    EXPECT_GE(got.costs[i].fnir.errors, got.costs[i - 1].fnir.errors);
  }
}

TEST(SearchReport, SaysTheSameInTextCsvAndJson) {
  const auto samples = people(30, 1, 6);
  const std::vector<SearchStudy> studies = {study_of(*searches_of(overlapping(samples, 10), samples),
                                                     &engine::Calibration::shipped(), {{0.1, 0.001}, {}, {100, 1}})};
  const std::string text = searches_text(studies);
  EXPECT_THAT(text, HasSubstr("Searches, made, 1 finger: 150 probes of 30 persons"));
  EXPECT_THAT(text, HasSubstr("not supported: FPIR < 3/150"));
  EXPECT_THAT(text, HasSubstr("by gallery size"));
  const auto root = searches_json(studies);
  const auto& points = root.at(0).at("points");
  EXPECT_EQ(points.at(0).at("fpir").at("errors").to_number<int>(), 15);
  EXPECT_FALSE(points.at(1).at("supported").as_bool());
  EXPECT_TRUE(points.at(0).at("threshold_db").is_double());
  EXPECT_GT(root.at(0).at("by_db").as_array().size(), 10u);
  const std::string csv = searches_csv(studies);
  EXPECT_THAT(csv, HasSubstr("made,1,0.1,1,"));
  const std::size_t columns = static_cast<std::size_t>(std::count(csv.begin(), csv.begin() + csv.find('\n'), ','));
  std::size_t at = 0;
  for (std::size_t end = csv.find('\n'); end != std::string::npos; at = end + 1, end = csv.find('\n', at)) {
    EXPECT_EQ(static_cast<std::size_t>(std::count(csv.begin() + at, csv.begin() + end, ',')), columns);
  }
}

TEST(SearchCharts, DrawBandsAndShadeAndSetsWithoutAMissAsTheirLimit) {
  const auto samples = people(30, 1, 6);
  const std::vector<SearchStudy> studies = {
      study_of(*searches_of(overlapping(samples), samples), nullptr, {{}, {}, {100, 1}})};
  const std::string iet = iet_svg(studies, "t");
  EXPECT_THAT(iet, HasSubstr("<polygon"));
  EXPECT_THAT(iet, HasSubstr("too few comparisons to count here"));
  std::vector<Search> perfect;
  for (std::uint32_t i = 0; i < 50; ++i) perfect.push_back({i, 9, {1 + 0.01 * i, 0}});
  const std::vector<SearchStudy> none = {study_of(set_of(perfect, 50), nullptr, {{}, {}, {100, 1}})};
  EXPECT_THAT(iet_svg(none, "t"), HasSubstr("no error counted, the rate is below 3/n"));
  EXPECT_THAT(iet_svg(none, "t"), HasSubstr("stroke-dasharray=\"2 4\""));
  EXPECT_THAT(sizes_svg(studies.front(), "t"), HasSubstr("1-(1-FMR)^N"));
  EXPECT_THAT(cmc_svg(studies, "t"), HasSubstr("<desc>"));
  EXPECT_THAT(dir_svg(studies, "t"), HasSubstr("rank 1"));
}

TEST(Eer, TheMidpointIsWhereBothRatesDifferLeast) {
  // Mated 5, 4, 1; non-mated 2, 0, 0, 0: at threshold 2 one of three is missed and one of four matches.
  Trial trial;
  trial.fingers = {"a", "b"};
  for (const double v : {5.0, 4.0, 1.0}) trial.mated.push_back({v, 0, 0});
  for (const double v : {2.0, 0.0, 0.0, 0.0}) trial.non_mated.push_back({v, 0, 1});
  EXPECT_DOUBLE_EQ(midpoint_eer(trial), (1.0 / 3 + 1.0 / 4) / 2);
}

}  // namespace
}  // namespace whorl::evaluation
