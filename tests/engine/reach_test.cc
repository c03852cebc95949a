// Thresholds that a capture cannot reach, or reaches too seldom; and how many match.
#include "engine/reach.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/catalogue.h"
#include "tests/engine/engine_fixture.h"

namespace whorl::engine {
namespace {

using testing::HasSubstr;

// A thousand mated comparisons, ten of them in each decibel from 0 to 99; or without any.
Calibration to_100_db(bool with_mates) {
  std::string json = R"({"format":"whorl-calibration","version":1,"extractor_version":1,"comparator_version":2,)"
                     R"("source":"drawn","impostors":10000,"genuines":1000,"measured_db":30,"max_db":100,)"
                     R"("knots":[[0,0],[100,100]],"fnmr_by_db":[)";
  for (int db = 0; with_mates && db <= 100; db += 5) {
    json += (db == 0 ? "[" : ",[") + std::to_string(db) + "," + std::to_string(db / 100.0) + "]";
  }
  return Calibration::parse(json + "]}").value();
}
const Calibration& ramp() {
  static const Calibration calibration = to_100_db(true);
  return calibration;
}
const Calibration& without_mates() {
  static const Calibration calibration = to_100_db(false);
  return calibration;
}

Probe fingers(int count, int quality = 80) {
  Probe out;
  for (int i = 0; i < count; ++i) {
    fingerprint::FingerprintTemplate print = tests::random_finger(static_cast<std::uint64_t>(i) + 1);
    print.flow = {1, 1, {{0, 90}}};
    print.quality = static_cast<std::uint8_t>(quality);
    out.samples.push_back({0, PreparedContent(std::move(print)), true, static_cast<std::uint32_t>(i)});
  }
  return out;
}

// A search of forty people who have all the fingers.
class Reach : public testing::Test {
 protected:
  [[nodiscard]] SearchFigures figures(const Probe& probe) {
    const std::size_t count = probe.samples.size();
    ScoredPerson person;
    person.by_finger.resize(count);
    persons_.assign(10, person);
    receipt_.gallery_size = receipt_.searched = receipt_.compared = receipt_.comparable = 40;
    return {receipt_, 40 * count, persons_};
  }
  static Rules rules(double threshold_db, double band_db = 5) {
    Rules out;
    out.threshold_db = threshold_db;
    out.review_db = std::max(0.0, threshold_db - band_db);
    return out;
  }
  static Calibrations only(const Calibration& fingers) {
    Calibrations out;
    out[Modality::kFinger] = &fingers;
    return out;
  }

  Receipt receipt_;
  std::vector<ScoredPerson> persons_;
};

// However many fingers, and wherever the threshold lies: it is within reach exactly where half at most are missed; and
// what is named as within reach is so, and is as high as a tenth of a decibel can say.
TEST_F(Reach, ANoMissesHalfAtMost) {
  for (const int count : {1, 2, 4}) {
    for (const int quality : {80, 20}) {
      const Probe probe = fingers(count, quality);
      const SearchFigures search = figures(probe);
      const Calibrations calibrations = only(ramp());
      int beyond = 0;
      for (double threshold_db = 10; threshold_db <= 500; threshold_db += 2.5) {
        const auto found = out_of_reach(probe, calibrations, search, rules(threshold_db));
        const auto miss = miss_at(probe, calibrations, search, rules(threshold_db).review_db);
        ASSERT_TRUE(miss);
        EXPECT_EQ(found.has_value(), miss->rate > 0.5) << count << " " << threshold_db << " " << miss->rate;
        if (!found) continue;
        ++beyond;
        ASSERT_TRUE(found->threshold_db);
        EXPECT_LT(*found->threshold_db, threshold_db);
        EXPECT_FALSE(out_of_reach(probe, calibrations, search, rules(*found->threshold_db)));
        EXPECT_TRUE(out_of_reach(probe, calibrations, search, rules(*found->threshold_db + 0.2)));
      }
      EXPECT_GT(beyond, 10) << count;
    }
  }
}

TEST_F(Reach, BeyondTheEndOfTheScoresEverybodyIsMissed) {
  const Probe two = fingers(2);
  const double most = most_db(two, only(ramp()));
  EXPECT_GT(most, ramp().max_db());
  EXPECT_LT(miss_at(two, only(ramp()), figures(two), most - 1)->rate, 1);
  EXPECT_EQ(miss_at(two, only(ramp()), figures(two), most + 1)->rate, 1);
}

// Nothing is known of mates: the end of the scores is all there is to go by.
TEST_F(Reach, WithoutMatedComparisonsTheEndOfTheScoresCounts) {
  const Probe one = fingers(1);
  EXPECT_FALSE(out_of_reach(one, only(without_mates()), figures(one), rules(104.9)));
  EXPECT_TRUE(out_of_reach(one, only(without_mates()), figures(one), rules(105.1)));
  EXPECT_FALSE(out_of_reach({}, only(without_mates()), figures({}), rules(200))) << "nothing was captured";
}

double argument(const Reason& reason, std::string_view name) {
  for (const ReasonArgument& each : reason.arguments) {
    if (each.name == name) return std::get<double>(each.value);
  }
  return 0;
}

class ReachOfAnswers : public EngineTest {
 protected:
  void SetUp() override {
    EngineTest::SetUp();
    for (int i = 0; i < 12; ++i) enrol_person(i);
  }
};

// At whatever threshold, with one finger or two, of somebody who is enrolled and of somebody who is not.
TEST_F(ReachOfAnswers, ANoIsNeverOfAThresholdThatMissesMoreThanHalf) {
  int beyond = 0;
  for (const int who : {3, 555}) {
    for (const std::size_t count : {1U, 2U}) {
      for (double threshold_db = 10; threshold_db <= 300; threshold_db += 10) {
        IdentifyRequest request = identify_person(who);
        request.samples.resize(count);
        request.threshold_db = threshold_db;
        const auto answer = engine().identify({}, request);
        ASSERT_TRUE(answer.ok()) << answer.error().text();
        ASSERT_TRUE(answer->expected_miss_rate);
        if (answer->decision == Decision::kNoMatch) {
          EXPECT_LE(*answer->expected_miss_rate, 0.5) << threshold_db;
        }
        if (answer->why.code != AnswerCode::kOutOfReach) continue;
        ++beyond;
        EXPECT_EQ(answer->decision, Decision::kIndeterminate);
        EXPECT_GT(*answer->expected_miss_rate, 0.5);
      }
    }
  }
  EXPECT_GT(beyond, 20) << "no finger reaches 300 dB";
}

TEST_F(ReachOfAnswers, WhatIsNamedAsWithinReachIsSo) {
  IdentifyRequest request = identify_person(555);
  request.samples.resize(1);
  request.target_fpir = 1e-30;
  const auto beyond = engine().identify({}, request);
  ASSERT_TRUE(beyond.ok());
  ASSERT_EQ(beyond->why.code, AnswerCode::kOutOfReach) << beyond->reason;
  EXPECT_TRUE(beyond->candidates.empty());
  IdentifyRequest by_rate = request;
  by_rate.target_fpir = argument(beyond->why, "reach_rate");
  ASSERT_GT(by_rate.target_fpir, 0) << beyond->reason;
  EXPECT_NE(engine().identify({}, by_rate)->why.code, AnswerCode::kOutOfReach);
  IdentifyRequest by_threshold = request;
  by_threshold.threshold_db = argument(beyond->why, "reach_db");
  EXPECT_NE(engine().identify({}, by_threshold)->why.code, AnswerCode::kOutOfReach);
}

TEST_F(ReachOfAnswers, AVerificationSaysTheSame) {
  VerifyRequest request;
  request.person_id = "p3";
  request.samples = fingers_of(555, 9);
  request.samples.resize(1);
  request.threshold_db = 250;
  const auto beyond = engine().verify({}, request);
  ASSERT_TRUE(beyond.ok()) << beyond.error().text();
  EXPECT_EQ(beyond->decision, Decision::kIndeterminate);
  EXPECT_EQ(beyond->why.code, AnswerCode::kClaimOutOfReach) << beyond->reason;
  request.threshold_db = argument(beyond->why, "reach_db");
  EXPECT_EQ(engine().verify({}, request)->decision, Decision::kNoMatch);
  CompareRequest two;
  two.samples = request.samples;
  two.others = fingers_of(556, 9);
  two.others.resize(1);
  two.threshold_db = 250;
  EXPECT_EQ(engine().compare({}, two)->why.code, AnswerCode::kClaimOutOfReach);
}

class MatchesOfAnswers : public EngineTest {
 protected:
  // So many records of one person.
  void enrol_same(int count) {
    for (int i = 0; i < count; ++i) {
      EnrolRequest request = enrol_request(1);
      request.person_id = "same" + std::to_string(i);
      const auto receipt = engine().enrol({}, request);
      ASSERT_TRUE(receipt.ok()) << receipt.error().text();
    }
  }
};

TEST_F(MatchesOfAnswers, AreCountedHoweverFewAreWanted) {
  enrol_same(23);
  for (const int wanted : {1, 10, 15, 1000}) {
    IdentifyRequest request = identify_person(1);
    request.max_candidates = wanted;
    const auto answer = engine().identify({}, request);
    ASSERT_TRUE(answer.ok());
    EXPECT_EQ(answer->matches, 23U) << wanted;
    EXPECT_EQ(answer->candidates.size(), static_cast<std::size_t>(std::min(wanted, 23)));
    EXPECT_THAT(answer->reason, HasSubstr(" 23 records match"));
  }
}

TEST_F(MatchesOfAnswers, WhereThereMayBeMoreTheAnswerSaysAtLeast) {
  enrol_same(130);
  const auto answer = engine().identify({}, identify_person(1));
  ASSERT_TRUE(answer.ok());
  EXPECT_GE(answer->matches, 100U);
  EXPECT_LT(answer->matches, 130U);
  EXPECT_THAT(answer->reason, HasSubstr("At least " + std::to_string(answer->matches) + " records match"));
  IdentifyRequest all = identify_person(1);
  all.max_candidates = 1000;
  EXPECT_EQ(engine().identify({}, all)->matches, 130U);
}

}  // namespace
}  // namespace whorl::engine
