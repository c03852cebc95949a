#include "engine/evaluation/claims.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <boost/json.hpp>
#include <cmath>

namespace whorl::evaluation {
namespace {

using testing::HasSubstr;
using testing::Not;

// The dB that n non-mated comparisons have under a perfect calibration: the i-th best of n is reached by i of n. A hair
// above, so that rounding puts none below its level.
std::vector<double> perfect(std::size_t n, double shift = 0, double factor = 1) {
  std::vector<double> out;
  for (std::size_t i = 1; i <= n; ++i) {
    out.push_back(factor * -10.0 * std::log10(static_cast<double>(i) / static_cast<double>(n)) + shift + 1e-9);
  }
  return out;
}

TEST(Claims, APerfectCalibrationHoldsAtEveryLevelTheSampleSupports) {
  const ClaimCheck check = check_claims("set", perfect(10'000), 30, 50);
  ASSERT_EQ(check.levels.size(), 10u);
  for (const ClaimedLevel& level : check.levels) {
    EXPECT_NEAR(level.claimed_fmr, std::pow(10.0, -level.db / 10), 1e-15);
    EXPECT_EQ(level.observed.errors, static_cast<std::uint64_t>(std::floor(level.expected + 1e-6))) << level.db;
    EXPECT_EQ(level.extrapolated, level.db > 30);
    EXPECT_EQ(level.supported(), level.db <= 35) << level.db;  // 3.16 expected of 10,000 at 35 dB
  }
  EXPECT_EQ(check.levels[6].verdict(), Verdict::kHolds);
  EXPECT_EQ(check.levels[7].verdict(), Verdict::kNotSupported);
}

TEST(Claims, AClaimOfTooManyDecibelsIsOverstated) {
  const ClaimCheck check = check_claims("set", perfect(10'000, 3), 50, 40);  // 3 dB: twice the false matches
  for (const double db : {10, 20, 30}) {
    const ClaimedLevel& level = check.levels[static_cast<std::size_t>(db / 5) - 1];
    EXPECT_EQ(level.verdict(), Verdict::kOverstated) << db;
    EXPECT_NEAR(level.observed.value() / level.claimed_fmr, std::pow(10.0, 0.3), 0.1) << db;
  }
}

TEST(Claims, AClaimOfTooFewDecibelsIsCautious) {
  const ClaimCheck check = check_claims("set", perfect(100'000, 0, 0.8), 50, 30);
  for (const ClaimedLevel& level : check.levels) EXPECT_EQ(level.verdict(), Verdict::kCautious) << level.db;
}

TEST(Claims, TooFewComparisonsCannotConfirmButCanRefute) {
  std::vector<double> db(1'000, 0.0);
  EXPECT_EQ(check_claims("set", db, 50, 40).levels[7].verdict(),
            Verdict::kNotSupported);  // 0.1 expected at 40 dB
  std::fill_n(db.begin(), 5, 45.0);
  const ClaimedLevel level = check_claims("set", db, 50, 40).levels[7];
  EXPECT_FALSE(level.supported());
  EXPECT_EQ(level.observed.errors, 5u);
  EXPECT_EQ(level.verdict(), Verdict::kOverstated);
}

TEST(Claims, OfATrialTakesTheDecibelsOfTheCalibration) {
  Trial trial;
  trial.name = "made";
  const auto& calibration = engine::Calibration::shipped();
  for (const double db : {4.0, 6.0, 11.0, 11.0}) trial.non_mated.push_back({calibration.score_at(db), 0, 1});
  const ClaimCheck check = check_calibration(trial, calibration);
  EXPECT_EQ(check.measured_db, calibration.measured_db());
  EXPECT_EQ(check.non_mated, 4u);
  EXPECT_EQ(check.levels[0].observed.errors, 3u);
  EXPECT_EQ(check.levels[1].observed.errors, 2u);
  EXPECT_EQ(check.levels[2].observed.errors, 0u);
}

TEST(Claims, TheTextStopsWhereTheSampleDoes) {
  const std::string text = claims_text(check_claims("my set", perfect(10'000), 30, 80));
  EXPECT_THAT(text, HasSubstr("10000 impostor comparisons of my set"));
  EXPECT_THAT(text, HasSubstr("holds, extrapolated"));  // 35 dB
  EXPECT_THAT(text, HasSubstr("Above 35 dB"));
  EXPECT_THAT(text, HasSubstr("not supported, extrapolated"));  // 40 dB, where one was counted all the same
  EXPECT_THAT(text, Not(HasSubstr("\n        45")));            // nothing expected, nothing counted
}

TEST(Claims, TheFilesHoldEveryLevel) {
  const ClaimCheck check = check_claims("a,b", perfect(1'000), 20, 50);
  const std::string csv = claims_csv({check, check});
  EXPECT_EQ(std::count(csv.begin(), csv.end(), '\n'), 1 + 2 * 10);
  EXPECT_THAT(csv, HasSubstr("\n\"a,b\",10,0.1,100,100,1000,0.1,"));
  EXPECT_THAT(csv, HasSubstr(",1,not supported\n"));
  const auto json = claims_json(check);
  EXPECT_EQ(json.at("levels").as_array().size(), 10u);
  EXPECT_EQ(json.at("levels").at(1).at("verdict").as_string(), "holds");
}

TEST(Claims, ThePlotNamesItsShadesAndStaysInItsFrame) {
  const std::string svg = claims_svg(check_claims("<set>", perfect(1'000), 20, 80));
  for (const char* expected : {"&lt;set&gt;", "extrapolated", "not supported", "claimed, dB", "</svg>"}) {
    EXPECT_THAT(svg, HasSubstr(expected));
  }
  EXPECT_THAT(svg, Not(HasSubstr("nan")));
  EXPECT_THAT(svg, Not(HasSubstr("inf\"")));
  EXPECT_THAT(claims_svg(check_claims("none", {}, 20, 80)), HasSubstr("</svg>"));
}

}  // namespace
}  // namespace whorl::evaluation
