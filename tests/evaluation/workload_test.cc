#include "engine/evaluation/workload.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <cmath>

namespace whorl::evaluation {
namespace {

using testing::HasSubstr;

// FNIR rises from 1 % at 0 dB by a tenth of a percent a decibel; nothing was counted of the FMR.
MeasuredRates rates() {
  MeasuredRates out{"made", 1, {}};
  for (int db = 0; db <= 90; ++db) {
    out.levels.push_back({static_cast<double>(db), rate_of(static_cast<std::uint64_t>(10 + db), 1000), {}});
  }
  return out;
}

TEST(Workload, FollowsTheFormulas) {
  const Workload w{10'000, 3, 1000, 0.3, 5};
  const Day day = day_at(w, rates(), 45);
  const auto fpir = [](double db) { return 1 - std::pow(1 - std::pow(10.0, -db / 10), 30'000); };
  EXPECT_NEAR(day.fpir, fpir(45), 1e-9);
  EXPECT_NEAR(day.false_answers, 700 * fpir(45), 1e-6);
  EXPECT_NEAR(day.reviews, 700 * (fpir(40) - fpir(45)) + 300 * 0.005, 1e-6);
  EXPECT_NEAR(day.misses, 300 * 0.050, 1e-9);
  EXPECT_LT(day.misses_low, day.misses);
  EXPECT_GT(day.misses_high, day.misses);
  EXPECT_TRUE(day.extrapolated);
  EXPECT_NEAR(day.comparisons_needed, 94869, 1);
}

TEST(Workload, TheReviewBandIsAParameter) {
  const MeasuredRates r = rates();
  Workload w{10'000, 1, 1000, 0.3, 0};
  const Day none = day_at(w, r, 50);
  EXPECT_EQ(none.reviews, 0);
  w.review_band_db = 10;
  const Day wide = day_at(w, r, 50);
  EXPECT_GT(wide.reviews, none.reviews);
  EXPECT_LT(wide.misses, none.misses);
  EXPECT_EQ(wide.false_answers, none.false_answers);
}

TEST(Workload, MoreRecordsOrGalleriesNeverLowerFalseAnswers) {
  double before = -1;
  for (const std::uint64_t records : {1u, 10u, 1000u, 1'000'000u, 100'000'000u}) {
    for (const std::uint64_t galleries : {1u, 4u}) {
      const double now = day_at({records, galleries, 1000, 0.3, 5}, rates(), 40).false_answers;
      EXPECT_GE(now, before);
      before = now;
    }
  }
}

TEST(Workload, AHigherThresholdNeverRaisesFalseAnswersOrLowersMisses) {
  const Workload w{10'000, 2, 1000, 0.3, 5};
  Day before = day_at(w, rates(), 0);
  for (double db = 1; db < 100; db += 0.5) {
    const Day now = day_at(w, rates(), db);
    EXPECT_LE(now.false_answers, before.false_answers + 1e-9);
    EXPECT_GE(now.misses, before.misses - 1e-9);
    before = now;
  }
}

TEST(Workload, ACountThatRefutesTheDecibelsIsUsed) {
  MeasuredRates r = rates();
  r.levels[40].fmr = rate_of(100, 100'000);  // 1 in 1,000 where 1 in 10,000 is claimed
  const Day day = day_at({100, 1, 1000, 0.5, 5}, r, 40);
  EXPECT_TRUE(day.fmr_counted);
  EXPECT_DOUBLE_EQ(day.fmr, 0.001);
  EXPECT_FALSE(day_at({100, 1, 1000, 0.5, 5}, r, 42).fmr_counted);
}

TEST(Workload, TheReverseGivesAThresholdThatKeepsTheDay) {
  const Workload w{10'000, 3, 1000, 0.3, 5};
  for (const double most : {200.0, 50.0, 5.0, 2.0}) {
    const auto db = threshold_for(w, rates(), DailyLimit::kReviews, most);
    ASSERT_TRUE(db.has_value()) << most;
    EXPECT_LE(day_at(w, rates(), *db).reviews, most);
    EXPECT_GT(day_at(w, rates(), *db - 0.2).reviews, most);
  }
  EXPECT_FALSE(threshold_for(w, rates(), DailyLimit::kReviews, -1).has_value());
  const auto db = threshold_for(w, rates(), DailyLimit::kFalseAnswers, 1);
  ASSERT_TRUE(db.has_value());
  EXPECT_LE(day_at(w, rates(), *db).false_answers, 1);
  EXPECT_NEAR(fpir_of(std::pow(10, -threshold_for_fpir(0.01, 30'000) / 10), 30'000), 0.01, 1e-9);
}

std::string report(const std::string& levels, const std::string& more = "") {
  return R"({"searches": [{"set": "a", "fingers": 1, "by_db": [)" + levels + "]}" + more + "]}";
}
constexpr const char* kLevel =
    R"({"db": 0, "fmr": {"errors": 5, "trials": 10}, "fnir": {"errors": 1, "trials": 100, "low": 0, "high": 0.2}})";

TEST(Workload, ReadsTheRatesOfAnEvaluation) {
  const auto got = measured_rates(report(kLevel), "", 1);
  ASSERT_TRUE(got.ok()) << got.error().text();
  EXPECT_EQ(got->set, "a");
  EXPECT_EQ(got->levels.at(0).fnir.errors, 1u);
  EXPECT_EQ(got->levels.at(0).fnir.high, 0.2);
  EXPECT_TRUE(measured_rates(report(kLevel), "a", 1).ok());
}

TEST(Workload, RefusesOtherFiles) {
  const std::string level(kLevel);
  for (const std::string& text : std::vector<std::string>{
           "", "[]", "{}", R"({"searches": 3})", R"({"searches": [3]})",
           R"({"searches": [{"set": "a", "fingers": 99}]})", R"({"searches": [{"set": "a", "fingers": 1}]})",
           report(""), report("3"), report(R"({"db": 0})"), report(level + "," + level),
           report(R"({"db": -1, "fmr": {"errors": 5, "trials": 10}, "fnir": {"errors": 1, "trials": 10}})"),
           report(R"({"db": 0, "fmr": {"errors": 50, "trials": 10}, "fnir": {"errors": 1, "trials": 10}})"),
           report(R"({"db": 0, "fmr": {"errors": 0, "trials": 1e30}, "fnir": {"errors": 1, "trials": 10}})"),
           report(level, R"(, {"set": "b", "fingers": 1, "by_db": []})")}) {
    const auto got = measured_rates(text, "", 1);
    ASSERT_FALSE(got.ok()) << text;
    EXPECT_EQ(got.error().code(), "report_unusable") << text;
  }
  EXPECT_FALSE(measured_rates(report(kLevel), "b", 1).ok());
  EXPECT_FALSE(measured_rates(report(kLevel), "a", 2).ok());
}

TEST(Workload, SaysThatItPredicts) {
  const Workload w{10'000, 3, 1000, 0.3, 5};
  const std::string text = day_text(w, rates(), day_at(w, rates(), 45));
  EXPECT_THAT(text, HasSubstr("Predicted"));
  EXPECT_THAT(text, HasSubstr("Extrapolated"));
  EXPECT_THAT(text, HasSubstr("94869 non-mated comparisons would be needed"));
  EXPECT_EQ(day_json(w, rates(), day_at(w, rates(), 45)).at("threshold_db").as_double(), 45);
}

}  // namespace
}  // namespace whorl::evaluation
