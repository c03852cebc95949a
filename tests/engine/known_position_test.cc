// What is taken off scores of fingers of one known position.
#include "engine/known_position.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "engine/fusion.h"
#include "tests/engine/engine_fixture.h"

namespace whorl::engine {
namespace {

TEST(KnownPosition, TakesOffWhatWasMeasured) {
  EXPECT_DOUBLE_EQ(known_position_db(0), 0);
  EXPECT_DOUBLE_EQ(known_position_db(20), 17.5);
  EXPECT_DOUBLE_EQ(known_position_db(30), 26.25);
  EXPECT_DOUBLE_EQ(known_position_db(40), 35);
  EXPECT_DOUBLE_EQ(known_position_db(92), 87);
}

TEST(KnownPosition, RisesStrictlyAndCanBeUndone) {
  double before = -1;
  for (double db = 0; db <= 100; db += 0.25) {
    const double now = known_position_db(db);
    EXPECT_GT(now, before) << db;
    EXPECT_NEAR(calibrated_db(now), db, 1e-9);
    before = now;
  }
}

class KnownPositionOfAnswers : public EngineTest {
 protected:
  // One finger of person 4 against what is enrolled of them, under this name.
  [[nodiscard]] VerifyAnswer verified(FingerPosition position) {
    VerifyRequest request;
    request.person_id = "p4";
    request.samples = {fingers_of(4, 99).front()};
    request.samples[0].position = number(position);
    auto answer = engine().verify({}, request);
    EXPECT_TRUE(answer.ok()) << answer.error().text();
    return std::move(answer).value();
  }
};

// A finger of unknown position pays for the two it is tried with, and nothing for its position.
TEST_F(KnownPositionOfAnswers, OnlyAStatedPositionPays) {
  enrol_person(4);
  const VerifyAnswer unknown = verified(FingerPosition::kUnknown);
  const VerifyAnswer known = verified(FingerPosition::kRightIndex);
  ASSERT_EQ(unknown.scores.size(), 1U);
  ASSERT_EQ(known.scores.size(), 1U);
  ASSERT_GT(unknown.scores[0].score_db.value(), 20) << "the pair is too unlike to show anything";
  EXPECT_NEAR(known.scores[0].score_db.value(), known_position_db(unknown.scores[0].score_db.value()), 1e-9);
  EXPECT_NEAR(known.score_db, known.scores[0].score_db.value(), 1e-9);
  EXPECT_NEAR(unknown.score_db, best_of_db(unknown.scores[0].score_db.value(), 2), 1e-9);
}

TEST_F(KnownPositionOfAnswers, WhatIsSupportedSaysHowFarWasCounted) {
  enrol_person(4);
  const double counted = test_calibration().measured_db();
  const VerifyAnswer known = verified(FingerPosition::kRightIndex);
  EXPECT_DOUBLE_EQ(known.supported_db, known_position_db(counted));
  EXPECT_DOUBLE_EQ(verified(FingerPosition::kUnknown).supported_db, counted);
  ASSERT_GT(known.score_db, known.supported_db) << "the pair is too unlike to show anything";
  EXPECT_NE(known.reason.find("beyond what was measured (1 in "), std::string::npos) << known.reason;
  IdentifyRequest search = identify_person(4);
  EXPECT_DOUBLE_EQ(engine().identify({}, search)->supported_db, known_position_db(counted));
  for (Sample& finger : search.samples) finger.position = number(FingerPosition::kUnknown);
  EXPECT_DOUBLE_EQ(engine().identify({}, search)->supported_db, counted);
}

}  // namespace
}  // namespace whorl::engine
