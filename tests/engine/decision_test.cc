#include "engine/decision.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace whorl::engine {
namespace {

using testing::HasSubstr;

TEST(Decision, ThresholdsHaveClosedForms) {
  EXPECT_NEAR(identify_threshold_db(0.01, 1), 20, 1e-9);
  EXPECT_NEAR(identify_threshold_db(0.01, 0), 20, 1e-9);
  EXPECT_NEAR(identify_threshold_db(0.01, 40), 36.0206, 1e-4);
  EXPECT_NEAR(identify_threshold_db(0.01, 1'000'000), 80, 1e-9);
  EXPECT_NEAR(identify_threshold_db(0.5, 5), 10, 1e-9);
  EXPECT_NEAR(verify_threshold_db(0.0001), 40, 1e-9);
}

TEST(Decision, AScoreFallsIntoOneOfThree) {
  EXPECT_EQ(classify(36, 36, 31), Decision::kMatch);
  EXPECT_EQ(classify(35.999, 36, 31), Decision::kIndeterminate);
  EXPECT_EQ(classify(31, 36, 31), Decision::kIndeterminate);
  EXPECT_EQ(classify(30.999, 36, 31), Decision::kNoMatch);
  EXPECT_EQ(classify(0, 0, 0), Decision::kMatch);
}

struct Case {
  const char* name;
  double best_db;  // below 0: no candidate
  Receipt receipt;
  bool usable;
  std::uint64_t comparable;
  Decision expected;
  const char* reason;
};

constexpr Receipt kWhole{40, 40, 2, 2};
constexpr Receipt kPart{40, 25, 1, 2};
constexpr Receipt kEmpty{0, 0, 0, 0};

TEST(Decision, IdentifyTable) {
  const Case table[] = {
      {"match", 50, kWhole, true, 40, Decision::kMatch, "Match with person p1: 50.0 dB, threshold 36.0 dB"},
      {"match odds", 50, kWhole, true, 40, Decision::kMatch, "at most 1 in 2,500"},
      {"match with a poor probe", 50, kWhole, false, 40, Decision::kMatch, "Match"},
      {"review", 33, kWhole, true, 40, Decision::kIndeterminate, "just below the threshold"},
      {"no match", 12, kWhole, true, 40, Decision::kNoMatch, "all of 40 persons searched, best score 12.0 dB"},
      {"no candidate", -1, kWhole, true, 40, Decision::kNoMatch, "nothing alike"},
      {"poor probe", 12, kWhole, false, 40, Decision::kIndeterminate, "capture again"},
      {"nobody comparable", -1, kWhole, true, 0, Decision::kIndeterminate, "none of 40 persons has a finger"},
      {"few incomparable", 12, kWhole, true, 37, Decision::kNoMatch, "3 of them have no finger at the positions"},
      {"many incomparable", 12, kWhole, true, 35, Decision::kIndeterminate, "only 35 of 40 persons"},
      {"partial without a hit", 12, kPart, true, 40, Decision::kIndeterminate, "25 of 40 persons (1 of 2 shards)"},
      {"partial with a hit", 50, kPart, true, 40, Decision::kIndeterminate, "search again"},
      {"shard lost, everybody seen elsewhere", 12, {40, 40, 1, 2}, true, 40, Decision::kIndeterminate, "search again"},
      {"empty gallery", -1, kEmpty, true, 0, Decision::kNoMatch, "nobody is enrolled"},
      {"empty gallery, poor probe", -1, kEmpty, false, 0, Decision::kNoMatch, "nobody is enrolled"},
  };
  for (const Case& c : table) {
    IdentifyAnswer answer;
    answer.threshold_db = 36;
    answer.review_db = 31;
    answer.receipt = c.receipt;
    if (c.best_db >= 0) answer.candidates = {{"p1", 1, c.best_db, Decision::kNoMatch, {}}};
    answer.receipt.comparable = c.comparable;
    decide(c.usable, answer);
    EXPECT_EQ(answer.decision, c.expected) << c.name;
    EXPECT_THAT(answer.reason, HasSubstr(c.reason)) << c.name;
  }
}

// Whatever else holds, an incomplete search never says no.
TEST(Decision, IncompleteIsNeverNoMatch) {
  for (std::uint64_t searched = 0; searched < 40; ++searched) {
    for (const double db : {-1.0, 0.0, 20.0, 34.0, 90.0}) {
      for (const bool usable : {false, true}) {
        IdentifyAnswer answer;
        answer.threshold_db = 36;
        answer.review_db = 31;
        answer.receipt = {40, searched, 2, 2, searched};
        if (db >= 0) answer.candidates = {{"p1", 1, db, Decision::kNoMatch, {}}};
        decide(usable, answer);
        EXPECT_EQ(answer.decision, Decision::kIndeterminate);
      }
    }
  }
}

TEST(Decision, VerifyTable) {
  struct VerifyCase {
    double db;
    bool usable;
    bool compared;
    Decision expected;
    const char* reason;
  };
  const VerifyCase table[] = {
      {45, true, true, Decision::kMatch, "at most 1 in 31,623"},
      {45, false, true, Decision::kMatch, "Match: 45.0 dB, threshold 40.0 dB"},
      {37, true, true, Decision::kIndeterminate, "examiner"},
      {20, true, true, Decision::kNoMatch, "No match: 20.0 dB"},
      {20, false, true, Decision::kIndeterminate, "capture again"},
      {0, true, false, Decision::kIndeterminate, "capture other fingers"},
  };
  for (const VerifyCase& c : table) {
    VerifyAnswer answer;
    answer.score_db = c.db;
    answer.threshold_db = 40;
    decide(c.usable, c.compared, 35, answer);
    EXPECT_EQ(answer.decision, c.expected) << c.db;
    EXPECT_THAT(answer.reason, HasSubstr(c.reason));
  }
}

TEST(Decision, NamesAreStable) {
  EXPECT_EQ(name_of(Decision::kMatch), "match");
  EXPECT_EQ(name_of(Decision::kNoMatch), "no_match");
  EXPECT_EQ(name_of(Decision::kIndeterminate), "indeterminate");
}

}  // namespace
}  // namespace whorl::engine
