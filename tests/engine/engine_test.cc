// The engine end to end over native templates: what a caller sees.
#include "engine/engine.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>

#include "base/catalogue.h"
#include "index/search/shard_fault.h"
#include "templates/fingerprint/compare/compare.h"
#include "tests/engine/engine_fixture.h"
#include "tests/support/random_prints.h"

namespace whorl::engine {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using tests::another_capture;
using tests::random_finger;

TEST_F(EngineTest, FindsAnEnrolledPersonAndNobodyElse) {
  for (int i = 0; i < 20; ++i) enrol_person(i);
  const auto known = engine().identify({}, identify_person(7));
  ASSERT_TRUE(known.ok()) << known.error().text();
  EXPECT_EQ(known->decision, Decision::kMatch) << known->reason;
  ASSERT_FALSE(known->candidates.empty());
  EXPECT_EQ(known->candidates[0].person_id, "p7");
  EXPECT_EQ(known->candidates[0].rank, 1);
  EXPECT_EQ(known->candidates[0].scores.size(), 2U);
  EXPECT_THAT(known->reason, HasSubstr("p7"));
  EXPECT_TRUE(known->receipt.complete());
  EXPECT_EQ(known->receipt.gallery_size, 20U);
  EXPECT_EQ(known->compared, 40U);
  EXPECT_EQ(known->receipt.compared, 20U);

  const auto non_mated = engine().identify({}, identify_person(777));
  ASSERT_TRUE(non_mated.ok()) << non_mated.error().text();
  EXPECT_EQ(non_mated->decision, Decision::kNoMatch) << non_mated->reason;
  EXPECT_THAT(non_mated->reason, HasSubstr("all of 20 persons"));
}

TEST_F(EngineTest, NobodyBelowTheReviewLineIsNamedUnlessAskedFor) {
  for (int i = 0; i < 20; ++i) enrol_person(i);
  for (const int who : {7, 777}) {
    IdentifyRequest request = identify_person(who);
    const auto answer = engine().identify({}, request);
    ASSERT_TRUE(answer.ok()) << answer.error().text();
    EXPECT_EQ(answer->candidates.size(), who == 7 ? 1U : 0U);
    request.show_all = true;
    const auto all = engine().identify({}, request);
    ASSERT_TRUE(all.ok()) << all.error().text();
    EXPECT_EQ(all->decision, answer->decision);
    EXPECT_EQ(all->candidates.size(), 10U);
    for (std::size_t i = 0; i < all->candidates.size(); ++i) {
      EXPECT_EQ(all->candidates[i].rank, static_cast<int>(i) + 1);
      EXPECT_EQ(all->candidates[i].decision == Decision::kNoMatch, all->candidates[i].score_db < all->review_db);
    }
  }
}

// The right index of one person and the left index of another, in one capture.
TEST_F(EngineTest, FingersOfTwoPeopleGoToAPerson) {
  for (int i = 0; i < 20; ++i) enrol_person(i);
  IdentifyRequest request = identify_person(7);
  request.samples[1] = fingers_of(8, 99)[1];
  request.max_candidates = 1;
  const auto answer = engine().identify({}, request);
  ASSERT_TRUE(answer.ok()) << answer.error().text();
  EXPECT_EQ(answer->decision, Decision::kIndeterminate) << answer->reason;
  EXPECT_EQ(answer->why.code, AnswerCode::kFingersDisagree) << answer->reason;
  EXPECT_THAT(answer->reason, AllOf(HasSubstr("p7"), HasSubstr("p8"), HasSubstr("capture again")));
  EXPECT_EQ(answer->candidates.size(), 1U);
  request.max_candidates = 10;
  EXPECT_EQ(engine().identify({}, request)->candidates.size(), 2U);
}

// Names of fingers that were exchanged at the desk, at enrolment or at the border, are found, at every accuracy.
class EngineExchanged : public EngineTest {
 protected:
  void SetUp() override {
    EngineTest::SetUp();
    for (int i = 0; i < 20; ++i) enrol_person(i);
  }
  // Person 7's right and left index under these names.
  static IdentifyRequest named(FingerPosition right, FingerPosition left) {
    IdentifyRequest request = identify_person(7);
    request.samples[0].position = number(right);
    request.samples[1].position = number(left);
    return request;
  }
  static VerifyRequest claim_of(int person, std::vector<Sample> fingers) {
    VerifyRequest claim;
    claim.person_id = "p" + std::to_string(person);
    claim.samples = std::move(fingers);
    return claim;
  }
};

TEST_F(EngineExchanged, HandsGoToAPerson) {
  IdentifyRequest request = named(FingerPosition::kLeftIndex, FingerPosition::kRightIndex);
  for (const Accuracy accuracy : {Accuracy::kFast, Accuracy::kDefault, Accuracy::kExhaustive}) {
    request.accuracy = accuracy;
    const auto answer = engine().identify({}, request);
    ASSERT_TRUE(answer.ok()) << answer.error().text();
    EXPECT_EQ(answer->decision, Decision::kIndeterminate) << answer->reason;
    EXPECT_EQ(answer->why.code, AnswerCode::kOtherHand) << answer->reason;
    EXPECT_THAT(answer->reason, AllOf(HasSubstr("p7"), HasSubstr("were the hands exchanged?")));
    ASSERT_EQ(answer->candidates.size(), 1U);
    EXPECT_EQ(answer->candidates[0].person_id, "p7");
    EXPECT_EQ(answer->candidates[0].decision, Decision::kIndeterminate);
    EXPECT_GE(answer->candidates[0].score_db, answer->threshold_db);
    EXPECT_EQ(answer->candidates[0].scores.size(), 2U);
    EXPECT_EQ(answer->compared, 80U) << "both fingers with everybody, once at each position";
  }
}

TEST_F(EngineExchanged, OneFingerGoesToAPerson) {
  IdentifyRequest request = named(FingerPosition::kLeftIndex, FingerPosition::kRightIndex);
  request.samples.resize(1);
  EXPECT_EQ(engine().identify({}, request)->why.code, AnswerCode::kOtherHand);
  request.samples[0].position = number(FingerPosition::kRightMiddle);
  const auto neighbour = engine().identify({}, request);
  EXPECT_EQ(neighbour->decision, Decision::kIndeterminate);
  EXPECT_EQ(neighbour->why.code, AnswerCode::kOtherFinger) << neighbour->reason;
  EXPECT_THAT(neighbour->reason, HasSubstr("the right middle captured fits the right index of person p7"));
}

TEST_F(EngineExchanged, VerificationGoesToAPerson) {
  const auto answer =
      engine().verify({}, claim_of(7, named(FingerPosition::kLeftIndex, FingerPosition::kRightIndex).samples));
  ASSERT_TRUE(answer.ok()) << answer.error().text();
  EXPECT_EQ(answer->decision, Decision::kIndeterminate) << answer->reason;
  EXPECT_EQ(answer->why.code, AnswerCode::kClaimOtherHand);
  EXPECT_GE(answer->score_db, answer->threshold_db);
  EXPECT_EQ(answer->scores.size(), 2U);
  EXPECT_EQ(engine()
                .verify({}, claim_of(8, named(FingerPosition::kLeftIndex, FingerPosition::kRightIndex).samples))
                ->decision,
            Decision::kNoMatch);
}

TEST_F(EngineExchanged, StrangersStayNoMatch) {
  int below_threshold = 0;
  for (int stranger = 700; stranger < 740; ++stranger) {
    const auto answer = engine().identify({}, identify_person(stranger));
    ASSERT_TRUE(answer.ok()) << answer.error().text();
    if (answer->why.code == AnswerCode::kBelowThreshold) {
      ++below_threshold;
    } else {
      EXPECT_EQ(answer->decision, Decision::kNoMatch) << answer->reason;
    }
    EXPECT_EQ(answer->receipt.compared, 20U) << "the look elsewhere is not counted as the search";
  }
  // Of forty searches among twenty people one is promised to come within a few decibels of the threshold.
  EXPECT_LE(below_threshold, 2);
}

// A shard that fails while other positions are looked at is a shard that failed: there is no "no" either.
TEST_F(EngineExchanged, ALookThatFailsIsNoGroundForANo) {
  std::atomic<int> searches = 0;
  const index::ShardFault fault(
      [&](std::size_t) -> Status { return ++searches > 1 ? Status(internal_error("injected")) : Status(); });
  IdentifyRequest request = identify_person(777);
  EXPECT_EQ(engine().identify({}, request).error().kind, ErrorKind::kUnavailable);
  searches = 0;
  request.partial_ok = true;
  const auto partial = engine().identify({}, request);
  ASSERT_TRUE(partial.ok()) << partial.error().text();
  EXPECT_EQ(partial->decision, Decision::kIndeterminate);
  EXPECT_EQ(partial->why.code, AnswerCode::kIncomplete);
}

TEST_F(EngineTest, TwoRecordsOfOnePersonAreCounted) {
  for (int i = 0; i < 10; ++i) enrol_person(i);
  EnrolRequest again = enrol_request(4, 2);
  again.person_id = "p4_again";
  ASSERT_TRUE(engine().enrol({}, again).ok());
  for (const int wanted : {1, 10}) {
    IdentifyRequest request = identify_person(4);
    request.max_candidates = wanted;
    const auto answer = engine().identify({}, request);
    ASSERT_TRUE(answer.ok()) << answer.error().text();
    EXPECT_EQ(answer->decision, Decision::kMatch) << answer->reason;
    EXPECT_EQ(answer->matches, 2U);
    EXPECT_EQ(answer->candidates.size(), wanted == 1 ? 1U : 2U);
    EXPECT_THAT(answer->reason, HasSubstr("2 records match: are they one person enrolled twice?"));
  }
}

TEST_F(EngineTest, ReopeningGivesTheSameAnswer) {
  for (int i = 0; i < 10; ++i) enrol_person(i);
  IdentifyRequest request = identify_person(4);
  request.show_all = true;
  const auto before = engine().identify({}, request);
  reopen();
  const auto after = engine().identify({}, request);
  ASSERT_TRUE(before.ok() && after.ok());
  ASSERT_EQ(after->candidates.size(), before->candidates.size());
  for (std::size_t i = 0; i < before->candidates.size(); ++i) {
    EXPECT_EQ(after->candidates[i].person_id, before->candidates[i].person_id);
    EXPECT_EQ(after->candidates[i].score_db, before->candidates[i].score_db);
  }
  EXPECT_EQ(after->reason, before->reason);
}

TEST_F(EngineTest, ErasedPersonsAreNotFound) {
  for (int i = 0; i < 5; ++i) enrol_person(i);
  ASSERT_TRUE(engine().erase_person({}, "p3").ok());
  EXPECT_EQ(engine().identify({}, identify_person(3))->decision, Decision::kNoMatch);
  EXPECT_EQ(engine().erase_person({}, "p3").error().kind, ErrorKind::kNotFound);
  EXPECT_EQ(engine().erase_encounter({}, "p2", "e9").error().kind, ErrorKind::kNotFound);
  ASSERT_TRUE(engine().erase_encounter({}, "p2", "e1").ok());
  EXPECT_EQ(engine().encounters({}, "p2").error().kind, ErrorKind::kNotFound);
  EXPECT_EQ(engine().identify({}, identify_person(2))->receipt.gallery_size, 3U);
}

TEST_F(EngineTest, AnEncounterIsGivenBackAsItCame) {
  EnrolRequest request = enrol_request(1);
  request.galleries = {"visa", "asylum"};
  request.missing = {{FingerPosition::kLeftThumb, "amputated"}};
  request.encounter_type = "visa";
  request.client_data = "{\"k\":[1]}";
  ASSERT_TRUE(engine().enrol({}, request).ok());
  const auto view = engine().encounter({}, "p1", "e1");
  ASSERT_TRUE(view.ok()) << view.error().text();
  EXPECT_EQ(view->person_id, "p1");
  EXPECT_EQ(view->galleries, request.galleries);
  EXPECT_EQ(view->encounter_type, "visa");
  EXPECT_EQ(view->client_data, request.client_data);
  ASSERT_EQ(view->missing.size(), 1U);
  EXPECT_EQ(view->missing[0].reason, "amputated");
  ASSERT_EQ(view->samples.size(), 2U);
  EXPECT_EQ(static_cast<FingerPosition>(view->samples[1].position), FingerPosition::kLeftIndex);
  EXPECT_EQ(view->samples[1].quality, 80);
  EXPECT_GT(view->created.time_since_epoch().count(), 0);
  EXPECT_EQ(engine().galleries({}).size(), 3U);  // default, asylum, visa
}

TEST_F(EngineTest, IdentifiersAreMadeWhenNoneAreGiven) {
  EnrolRequest request = enrol_request(1);
  request.person_id.clear();
  request.encounter_id.clear();
  const auto first = engine().enrol({}, request);
  const auto second = engine().enrol({}, request);
  ASSERT_TRUE(first.ok() && second.ok());
  EXPECT_FALSE(first->person_id.empty());
  EXPECT_FALSE(first->encounter_id.empty());
  EXPECT_NE(first->person_id, second->person_id);
  EXPECT_LT(first->sequence, second->sequence);
}

TEST_F(EngineTest, AnIncompleteSearchIsNeverNoMatch) {
  for (int i = 0; i < 3; ++i) enrol_person(i);
  const index::ShardFault fault([](std::size_t) -> Status { return internal_error("injected"); });
  IdentifyRequest request = identify_person(777);
  const auto refused = engine().identify({}, request);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().kind, ErrorKind::kUnavailable);
  EXPECT_THAT(refused.error().message, AllOf(HasSubstr("0 of 3 persons"), HasSubstr("local, shard 0: ")));
  EXPECT_THAT(refused.error().message, HasSubstr("injected"));
  request.partial_ok = true;
  const auto partial = engine().identify({}, request);
  ASSERT_TRUE(partial.ok()) << partial.error().text();
  EXPECT_EQ(partial->decision, Decision::kIndeterminate);
  EXPECT_FALSE(partial->receipt.complete());
  ASSERT_EQ(partial->receipt.failures.size(), 1U);
  EXPECT_EQ(partial->receipt.failures[0].part, "local");
  EXPECT_EQ(partial->receipt.failures[0].shard, 0U);
  EXPECT_THAT(partial->receipt.failures[0].reason, HasSubstr("injected"));
}

TEST_F(EngineTest, AFingerWithoutRidgesDecidesNothing) {
  enrol_person(1);
  fingerprint::FingerprintTemplate blank = random_finger(1);
  blank.minutiae.clear();
  blank.quality = 0;
  IdentifyRequest request;
  request.samples = {sample(FingerPosition::kRightIndex, blank)};
  const auto answer = engine().identify({}, request);
  ASSERT_TRUE(answer.ok()) << answer.error().text();
  EXPECT_EQ(answer->decision, Decision::kIndeterminate);
  EXPECT_THAT(answer->probe.at(0).feedback, HasSubstr("capture again"));

  EnrolRequest enrol = enrol_request(2);
  enrol.samples = request.samples;
  const auto refused = engine().enrol({}, enrol);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().kind, ErrorKind::kInvalidInput);
  EXPECT_EQ(refused.error().field, "samples");
}

TEST_F(EngineTest, AnEmptyTemplateThatClaimsQualityDecidesNothing) {
  enrol_person(1);
  fingerprint::FingerprintTemplate blank = random_finger(1);
  blank.minutiae.clear();
  blank.quality = 100;
  IdentifyRequest request;
  request.samples = {sample(FingerPosition::kRightIndex, blank)};
  const auto answer = engine().identify({}, request);
  ASSERT_TRUE(answer.ok()) << answer.error().text();
  EXPECT_EQ(answer->decision, Decision::kIndeterminate) << answer->reason;
  EXPECT_EQ(answer->probe.at(0).quality, 0);

  EnrolRequest enrol = enrol_request(2);
  enrol.samples = request.samples;
  EXPECT_EQ(engine().enrol({}, enrol).error().kind, ErrorKind::kInvalidInput);
}

// A good finger that the person was never enrolled with, and a poor one that can be compared: no ground for a no.
TEST_F(EngineTest, APoorFingerIsNotMadeDecisiveByAGoodOneThatCannotBeCompared) {
  enrol_person(1);
  fingerprint::FingerprintTemplate poor = random_finger(950);
  poor.quality = 1;
  const std::vector<Sample> fingers = {sample(FingerPosition::kLeftThumb, random_finger(951)),
                                       sample(FingerPosition::kRightIndex, poor)};
  IdentifyRequest request;
  request.samples = fingers;
  const auto answer = engine().identify({}, request);
  ASSERT_TRUE(answer.ok()) << answer.error().text();
  EXPECT_EQ(answer->decision, Decision::kIndeterminate) << answer->reason;

  VerifyRequest verify;
  verify.person_id = "p1";
  verify.samples = fingers;
  const auto verified = engine().verify({}, verify);
  ASSERT_TRUE(verified.ok()) << verified.error().text();
  EXPECT_EQ(verified->decision, Decision::kIndeterminate) << verified->reason;
}

TEST_F(EngineTest, NobodyWithTheFingersCapturedDecidesNothing) {
  enrol_person(1);
  IdentifyRequest request = identify_person(1);
  request.samples.resize(1);
  request.samples[0].position = number(FingerPosition::kRightLittle);
  EXPECT_EQ(engine().identify({}, request)->decision, Decision::kIndeterminate);
  request.samples[0].position = number(FingerPosition::kUnknown);
  const auto found = engine().identify({}, request);
  EXPECT_EQ(found->decision, Decision::kMatch) << found->reason;
}

// An attacker who sends one finger as several unknown ones must not gather evidence with it.
TEST_F(EngineTest, OneFingerSentOftenCountsOnce) {
  for (int i = 0; i < 5; ++i) {
    enrol_person(i, 1);
    enrol_person(i, 2, PersonRule::kExisting);
  }
  IdentifyRequest request = identify_person(2);
  request.samples.resize(1);
  request.samples[0].position = number(FingerPosition::kUnknown);
  const auto once = engine().identify({}, request);
  request.samples.resize(6, request.samples[0]);
  const auto often = engine().identify({}, request);
  ASSERT_TRUE(once.ok() && often.ok());
  ASSERT_FALSE(often->candidates.empty());
  EXPECT_LE(often->candidates[0].score_db, once->candidates[0].score_db);
  EXPECT_EQ(often->candidates[0].scores.size(), 1U);
}

TEST_F(EngineTest, VerifyTellsMateFromNonMated) {
  for (int i = 0; i < 4; ++i) enrol_person(i);
  VerifyRequest request;
  request.person_id = "p2";
  request.samples = fingers_of(2, 50);
  const auto mate = engine().verify({}, request);
  ASSERT_TRUE(mate.ok()) << mate.error().text();
  EXPECT_EQ(mate->decision, Decision::kMatch) << mate->reason;
  EXPECT_EQ(mate->scores.size(), 2U);
  EXPECT_EQ(mate->scores[0].encounter_id, "e1");
  request.samples = fingers_of(3, 50);
  EXPECT_EQ(engine().verify({}, request)->decision, Decision::kNoMatch);
  request.person_id = "nobody";
  EXPECT_EQ(engine().verify({}, request).error().kind, ErrorKind::kNotFound);
  request.person_id = "p2";
  request.gallery_id = "elsewhere";
  EXPECT_EQ(engine().verify({}, request).error().kind, ErrorKind::kNotFound);
}

TEST_F(EngineTest, APassedDeadlineIsUnavailable) {
  enrol_person(1);
  IdentifyRequest request = identify_person(1);
  Call late;
  late.deadline = std::chrono::steady_clock::time_point::min();
  EXPECT_EQ(engine().identify(late, request).error().kind, ErrorKind::kUnavailable);
  EXPECT_EQ(engine().enrol(late, enrol_request(2)).error().kind, ErrorKind::kUnavailable);
  EXPECT_EQ(engine().galleries({}).at(0).persons, 1U) << "nothing was written";
}

TEST_F(EngineTest, AccuraciesAgreeOnAMate) {
  for (int i = 0; i < 15; ++i) enrol_person(i);
  for (const Accuracy accuracy : {Accuracy::kFast, Accuracy::kDefault, Accuracy::kExhaustive}) {
    IdentifyRequest request = identify_person(9);
    request.accuracy = accuracy;
    request.max_candidates = 3;
    request.show_all = true;
    const auto answer = engine().identify({}, request);
    ASSERT_TRUE(answer.ok());
    EXPECT_EQ(answer->candidates.size(), 3U);
    EXPECT_EQ(answer->candidates[0].person_id, "p9");
  }
}

TEST_F(EngineTest, AGivenThresholdReplacesTheDerivedOne) {
  enrol_person(1);
  IdentifyRequest request = identify_person(1);
  const double derived = engine().identify({}, request)->threshold_db;
  EXPECT_NEAR(derived, 20, 1e-9);
  request.threshold_db = 900;
  const auto answer = engine().identify({}, request);
  EXPECT_EQ(answer->threshold_db, 900);
  EXPECT_EQ(answer->decision, Decision::kIndeterminate) << "somebody who is enrolled, at what no finger reaches";
}

TEST_F(EngineTest, AnotherComparatorsCalibrationIsRefused) {
  std::string json = test_calibration().to_json();
  const std::string key = "\"comparator_version\": ";
  const std::size_t at = json.find(key);
  ASSERT_NE(at, std::string::npos);
  json.insert(at + key.size(), "9");
  EngineConfig other = config();
  other.directory += "-other";
  other.calibrations[Modality::kFinger] = Calibration::parse(json).value();
  const auto opened = Engine::open(other);
  ASSERT_FALSE(opened.ok());
  EXPECT_EQ(opened.error().field, "calibration");
}

TEST_F(EngineTest, ASecondEngineOnTheSameGalleryIsUnavailable) {
  EXPECT_EQ(Engine::open(config()).error().kind, ErrorKind::kUnavailable);
}

}  // namespace
}  // namespace whorl::engine
