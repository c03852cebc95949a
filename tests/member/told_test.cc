// What of a search another member is told, and when.
#include "member/told.h"

#include <gtest/gtest.h>

#include "base/catalogue.h"

namespace whorl::member {
namespace {

using engine::Decision;
using exchange::Outcome;

engine::Candidate candidate(double score_db, int fingers) {
  engine::Candidate out;
  out.person_id = "p";
  out.score_db = score_db;
  out.decision = Decision::kMatch;
  for (int i = 0; i < fingers; ++i) {
    auto& score = out.scores.emplace_back();
    score.score_db = 40;
  }
  return out;
}

engine::IdentifyAnswer found(Decision decision, double score_db = 61.9, int fingers = 2) {
  engine::IdentifyAnswer out;
  out.decision = decision;
  out.why = decision == Decision::kIndeterminate ? Reason{AnswerCode::kBelowThreshold, {}} : Reason{};
  out.receipt.gallery_size = 1200;
  out.receipt.searched = 1200;
  out.probe.resize(2);
  out.probe[0].quality = 61;
  if (decision != Decision::kNoMatch) out.candidates.push_back(candidate(score_db, fingers));
  return out;
}

Told told(const std::vector<engine::IdentifyAnswer>& answers, int age = -1) {
  exchange::GeneralRules rules;
  return told_of(answers, rules, [&](const std::string&) { return age; });
}

TEST(Told, AScoreOfAMatchAlone) {
  const Told match = told({found(Decision::kMatch)});
  EXPECT_EQ(match.outcome, Outcome::kMatch);
  EXPECT_EQ(match.score_db, 61);
  EXPECT_EQ(match.why, "");
  EXPECT_EQ(match.size_decade, 3);
  EXPECT_EQ(match.quality, (std::vector<int>{61, 0}));
  const Told undecided = told({found(Decision::kIndeterminate)});
  EXPECT_EQ(undecided.outcome, Outcome::kIndeterminate);
  EXPECT_EQ(undecided.score_db, 0);
  EXPECT_EQ(undecided.why, "below_threshold");
  const Told no = told({found(Decision::kNoMatch)});
  EXPECT_EQ(no.outcome, Outcome::kNoMatch);
  EXPECT_EQ(no.why, "");
}

TEST(Told, OfSeveralGalleriesTheStrongest) {
  const auto no = found(Decision::kNoMatch);
  const auto maybe = found(Decision::kIndeterminate);
  EXPECT_EQ(told({no, maybe}).outcome, Outcome::kIndeterminate);
  EXPECT_EQ(told({maybe, found(Decision::kMatch, 50), no, found(Decision::kMatch, 70)}).score_db, 70);
  EXPECT_EQ(told({no, no, no, no, no, no, no, no, no}).size_decade, 4) << "10,800 people";
}

TEST(Told, AChildsMatchByOneFingerIsForAnExaminer) {
  EXPECT_EQ(told({found(Decision::kMatch, 60, 1)}, 10).outcome, Outcome::kIndeterminate);
  EXPECT_EQ(told({found(Decision::kMatch, 60, 1)}, 10).score_db, 0);
  EXPECT_EQ(told({found(Decision::kMatch, 60, 2)}, 10).outcome, Outcome::kMatch);
  EXPECT_EQ(told({found(Decision::kMatch, 60, 1)}, 30).outcome, Outcome::kMatch);
  EXPECT_EQ(told({found(Decision::kMatch, 60, 0)}, 30).outcome, Outcome::kIndeterminate) << "a face alone";
}

TEST(Told, AProbeThatCannotBeComparedIsRefusedNeverANo) {
  EXPECT_EQ(told_of(invalid_input("not a template")).outcome, Outcome::kRefused);
  EXPECT_EQ(told_of(invalid_input("not a template")).why, "format");
  for (const Error& error : {unavailable("x"), corruption("x"), internal_error("x"), exhausted("x")}) {
    EXPECT_EQ(told_of(error).outcome, Outcome::kIndeterminate);
    EXPECT_FALSE(told_of(error).complete);
  }
}

TEST(LeavesAt, InItsSlotOrAsManyMoreAsItTakesWithTheJitterAlways) {
  EXPECT_EQ(leaves_at(1000, 1000, 3000, 0), 4000);
  EXPECT_EQ(leaves_at(1000, 4000, 3000, 250), 4250) << "ready to the moment";
  EXPECT_EQ(leaves_at(1000, 4001, 3000, 250), 7250);
  EXPECT_EQ(leaves_at(1000, 9999, 3000, 1), 10'001);
  EXPECT_EQ(leaves_at(1000, 500, 3000, 0), 4000) << "a clock that went back";
  EXPECT_EQ(leaves_at(1000, 1500, 0, 40), 1540);
}

}  // namespace
}  // namespace whorl::member
