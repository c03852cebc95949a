// Faces through the engine: what a caller sees, with and without a calibration, alone and beside fingers.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/catalogue.h"
#include "engine/fusion.h"
#include "tests/engine/engine_fixture.h"
#include "tests/engine/face_fixture.h"

namespace whorl::engine {
namespace {

using testing::HasSubstr;

class EngineFaces : public testing::Test {
 protected:
  void SetUp() override {
    config_.directory = directory_.path() / "gallery";
    config_.calibrations[Modality::kFinger] = test_calibration();
    config_.threads = 2;
  }
  void open() {
    engine_.reset();
    auto opened = Engine::open(config_, *world_);
    ASSERT_TRUE(opened.ok()) << opened.error().text();
    engine_ = std::move(opened).value();
  }
  void enrol(int person, bool finger, bool face) {
    EnrolRequest request;
    request.person_id = "p" + std::to_string(person);
    request.encounter_id = "e1";
    if (finger) request.samples = {finger_of(person, 1)};
    if (face) request.samples.push_back(sample_of(face_of(person, 1)));
    const auto receipt = engine_->enrol({}, request);
    ASSERT_TRUE(receipt.ok()) << receipt.error().text();
    EXPECT_EQ(receipt->samples.size(), std::size_t{finger} + std::size_t{face});
    EXPECT_EQ(receipt->samples.back().modality == Modality::kFace, face);
  }
  static Sample finger_of(int person, std::uint64_t capture) {
    const auto own = tests::random_finger(static_cast<std::uint64_t>(person) * 10 + 2);
    return sample(FingerPosition::kRightIndex, tests::another_capture(own, capture));
  }
  // Whose finger, whose face; -1 for none.
  [[nodiscard]] IdentifyAnswer identify(int finger, int face) const {
    IdentifyRequest request;
    if (finger >= 0) request.samples = {finger_of(finger, 99)};
    if (face >= 0) request.samples.push_back(sample_of(face_of(face, 99)));
    const auto answer = engine_->identify({}, request);
    EXPECT_TRUE(answer.ok()) << answer.error().text();
    return answer.ok() ? *answer : IdentifyAnswer{};
  }
  [[nodiscard]] VerifyAnswer verify(int person, int finger, int face) const {
    VerifyRequest request;
    request.person_id = "p" + std::to_string(person);
    if (finger >= 0) request.samples = {finger_of(finger, 99)};
    if (face >= 0) request.samples.push_back(sample_of(face_of(face, 99)));
    const auto answer = engine_->verify({}, request);
    EXPECT_TRUE(answer.ok()) << answer.error().text();
    return answer.ok() ? *answer : VerifyAnswer{};
  }

  EngineConfig config_;
  tests::TemporaryDirectory directory_;
  std::unique_ptr<World> world_ = make_seeded_world(1);
  std::unique_ptr<Engine> engine_;
};

TEST_F(EngineFaces, WithoutACalibrationAFaceNeverMatchesButNamesTheCandidate) {
  open();
  for (int p = 0; p < 20; ++p) enrol(p, false, true);
  const auto answer = identify(-1, 7);
  EXPECT_EQ(answer.decision, Decision::kIndeterminate);
  ASSERT_FALSE(answer.candidates.empty());
  EXPECT_EQ(answer.candidates[0].person_id, "p7");
  EXPECT_EQ(answer.candidates[0].decision, Decision::kIndeterminate);
  ASSERT_EQ(answer.candidates[0].scores.size(), 1U);
  EXPECT_EQ(answer.candidates[0].scores[0].modality, Modality::kFace);
  EXPECT_GT(answer.candidates[0].scores[0].cosine, 0.6);
  EXPECT_FALSE(answer.candidates[0].scores[0].score_db);
  EXPECT_THAT(answer.reason,
              testing::AllOf(HasSubstr("p7"), HasSubstr("whorl calibrate"), HasSubstr("--face-calibration")));
  // Somebody who is not there: no "no" either.
  EXPECT_EQ(identify(-1, 500).decision, Decision::kIndeterminate);
  const auto verified = verify(7, -1, 7);
  EXPECT_EQ(verified.decision, Decision::kIndeterminate);
  EXPECT_THAT(verified.reason, HasSubstr("whorl calibrate"));
}

TEST_F(EngineFaces, AFaceAloneIsIndeterminateUnlessTheGalleryAllowsIt) {
  config_.calibrations[Modality::kFace] = face_calibration();
  open();
  for (int p = 0; p < 20; ++p) enrol(p, false, true);
  const auto answer = identify(-1, 7);
  EXPECT_EQ(answer.decision, Decision::kIndeterminate) << answer.reason;
  EXPECT_EQ(answer.candidates[0].person_id, "p7");
  EXPECT_EQ(answer.candidates[0].decision, Decision::kIndeterminate);
  EXPECT_GE(answer.candidates[0].score_db, answer.threshold_db);
  EXPECT_THAT(answer.reason, HasSubstr("a face alone is no match"));
  EXPECT_EQ(verify(7, -1, 7).decision, Decision::kIndeterminate);
  EXPECT_EQ(verify(7, -1, 8).decision, Decision::kNoMatch);
  EXPECT_EQ(identify(-1, 500).decision, Decision::kNoMatch);

  config_.face_alone_galleries = {"default"};
  open();
  EXPECT_EQ(identify(-1, 7).decision, Decision::kMatch);
  EXPECT_EQ(verify(7, -1, 7).decision, Decision::kMatch);
}

TEST_F(EngineFaces, FingerAndFaceTogetherAreWorthMoreThanEither) {
  config_.calibrations[Modality::kFace] = face_calibration();
  open();
  for (int p = 0; p < 20; ++p) enrol(p, true, true);
  const auto both = identify(7, 7);
  EXPECT_EQ(both.decision, Decision::kMatch) << both.reason;
  ASSERT_EQ(both.candidates[0].scores.size(), 2U);
  const double finger = both.candidates[0].scores[0].score_db.value();
  ASSERT_EQ(both.candidates[0].scores[1].modality, Modality::kFace);
  const double face = both.candidates[0].scores[1].score_db.value();
  EXPECT_NEAR(both.candidates[0].score_db, fisher_db(std::vector<double>{finger, face}), 1e-6);
  EXPECT_GT(both.candidates[0].score_db, std::max(finger, face));
  EXPECT_EQ(verify(7, 7, 7).decision, Decision::kMatch);
}

TEST_F(EngineFaces, AFaceThatTheFingersDoNotSupportIsNoMatch) {
  config_.calibrations[Modality::kFace] = face_calibration();
  open();
  for (int p = 0; p < 20; ++p) enrol(p, true, true);
  const auto mixed = identify(500, 7);  // a stranger's finger with the face of p7
  EXPECT_EQ(mixed.candidates[0].person_id, "p7");
  EXPECT_EQ(mixed.decision, Decision::kIndeterminate) << mixed.reason;
  EXPECT_EQ(verify(7, 500, 7).decision, Decision::kIndeterminate);
}

TEST_F(EngineFaces, WhatIsMissingSpeaksNeitherForNorAgainst) {
  config_.calibrations[Modality::kFace] = face_calibration();
  open();
  enrol(1, true, false);
  enrol(2, true, true);
  enrol(3, false, true);
  const auto finger = identify(1, -1);
  const auto with_face = identify(1, 500);
  EXPECT_EQ(with_face.candidates[0].person_id, "p1");
  EXPECT_DOUBLE_EQ(with_face.candidates[0].score_db, finger.candidates[0].score_db);
  EXPECT_EQ(with_face.candidates[0].scores.size(), 1U) << "the face has no partner";
  EXPECT_EQ(with_face.decision, Decision::kMatch);
  EXPECT_EQ(identify(500, 3).candidates[0].person_id, "p3");
}

TEST_F(EngineFaces, ALargeGalleryComparesFingersOfWhomTheFaceNamed) {
  config_.calibrations[Modality::kFace] = face_calibration();
  open();
  for (int p = 0; p < 30; ++p) enrol(p, true, true);
  IdentifyRequest request;
  request.samples = {finger_of(3, 99)};
  request.samples.push_back(sample_of(face_of(3, 99)));
  request.accuracy = Accuracy::kFast;
  EXPECT_EQ(engine_->identify({}, request)->decision, Decision::kMatch);
}

TEST_F(EngineFaces, AnEncounterShowsItsFaceAndTheGalleryCountsIt) {
  open();
  enrol(1, false, true);
  const auto view = engine_->encounter({}, "p1", "e1");
  ASSERT_TRUE(view.ok());
  ASSERT_EQ(view->samples.size(), 1U);
  EXPECT_EQ(view->samples[0].modality, Modality::kFace);
  EXPECT_EQ(view->samples[0].quality, 80);
  EXPECT_EQ(engine_->galleries({}).at(0).samples[Modality::kFace], 1U);
  ASSERT_TRUE(engine_->erase_person({}, "p1").ok());
  EXPECT_TRUE(identify(-1, 1).candidates.empty());
}

TEST_F(EngineFaces, RefusalsNameTheField) {
  open();
  EnrolRequest request;
  request.person_id = "p1";
  EXPECT_EQ(engine_->enrol({}, request).error().field, "samples");
  request.samples = {Sample{Modality::kFace}};
  EXPECT_EQ(engine_->enrol({}, request).error().field, "samples[0].bytes");
  request.samples[0].bytes = {0xff, 0xd8, 0xff};
  EXPECT_THAT(engine_->enrol({}, request).error().message, HasSubstr("scripts/fetch-models"));
  request.samples[0].format = Format::kPng;
  EXPECT_EQ(engine_->enrol({}, request).error().code(), ErrorCode::kNotOfFormat.name());
  request.samples[0].format = Format::kNativeFace;
  EXPECT_EQ(engine_->enrol({}, request).error().field, "samples[0].bytes");
  request.samples = {finger_of(1, 1), sample_of(face_of(1, 1, kNetwork, 3))};
  EXPECT_EQ(engine_->enrol({}, request).error().field, "samples[1]");
  EXPECT_THAT(engine_->enrol({}, request).error().message, HasSubstr("too poor"));
  request.samples = {sample_of(face_of(1, 1)), sample_of(face_of(1, 2))};
  EXPECT_EQ(engine_->enrol({}, request).error().code(), ErrorCode::kTooManySamples.name());
  request.samples = {finger_of(1, 1)};
  request.samples[0].modality = Modality::kFace;
  request.samples[0].position = kFaceUnstated;
  EXPECT_EQ(engine_->enrol({}, request).error().code(), ErrorCode::kNotOfModality.name());
  EXPECT_EQ(engine_->enrol({}, request).error().field, "samples[0].bytes");
  request.samples[0].modality = static_cast<Modality>(77);
  EXPECT_EQ(engine_->enrol({}, request).error().field, "samples[0].modality");
}

TEST_F(EngineFaces, AnotherNetworkIsRefusedNamingBoth) {
  open();
  enrol(1, false, true);
  EnrolRequest request;
  request.person_id = "p2";
  request.samples.push_back(sample_of(face_of(2, 1, kOther)));
  const auto refused = engine_->enrol({}, request);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().kind, ErrorKind::kInvalidInput);
  EXPECT_THAT(refused.error().text(), testing::AllOf(HasSubstr("a_network"), HasSubstr("another")));
  EXPECT_EQ(refused.error().field, "samples[0]");
  request.samples.insert(request.samples.begin(), finger_of(2, 1));
  EXPECT_EQ(engine_->enrol({}, request).error().field, "samples[1]");
  IdentifyRequest search;
  search.samples = request.samples;
  EXPECT_EQ(engine_->identify({}, search).error().kind, ErrorKind::kInvalidInput);
  EXPECT_EQ(engine_->identify({}, search).error().field, "samples[1]");
  VerifyRequest claim;
  claim.person_id = "p1";
  claim.samples = request.samples;
  EXPECT_EQ(engine_->verify({}, claim).error().kind, ErrorKind::kInvalidInput);
}

TEST_F(EngineFaces, ACalibrationOfAnotherNetworkIsRefused) {
  open();
  EnrolRequest request;
  request.person_id = "p1";
  request.samples.push_back(sample_of(face_of(1, 1, kOther)));
  ASSERT_TRUE(engine_->enrol({}, request).ok());
  engine_.reset();
  config_.calibrations[Modality::kFace] = face_calibration();
  const auto opened = Engine::open(config_, *world_);
  ASSERT_FALSE(opened.ok());
  EXPECT_EQ(opened.error().kind, ErrorKind::kInvalidInput);
  // And where the gallery is empty, the first face of another network.
  config_.directory = directory_.path() / "second";
  open();
  EXPECT_EQ(engine_->enrol({}, request).error().kind, ErrorKind::kInvalidInput);
}

TEST_F(EngineFaces, ACalibrationOfFingersIsNotTakenForOneOfFaces) {
  config_.calibrations[Modality::kFace] = test_calibration();
  const auto opened = Engine::open(config_, *world_);
  ASSERT_FALSE(opened.ok());
  EXPECT_EQ(opened.error().field, "face_calibration");
  config_.calibrations[Modality::kFace].reset();
  config_.calibrations[Modality::kFinger] = face_calibration();
  const auto other = Engine::open(config_, *world_);
  ASSERT_FALSE(other.ok());
  EXPECT_EQ(other.error().field, "calibration");
}

TEST_F(EngineFaces, APoorFaceRulesNobodyOut) {
  config_.calibrations[Modality::kFace] = face_calibration();
  open();
  for (int p = 0; p < 20; ++p) enrol(p, false, true);
  IdentifyRequest request;
  request.samples.push_back(sample_of(face_of(500, 1, kNetwork, 3)));
  const auto answer = engine_->identify({}, request);
  ASSERT_TRUE(answer.ok());
  EXPECT_EQ(answer->decision, Decision::kIndeterminate);
  EXPECT_EQ(answer->receipt.searched, 20U);
  EXPECT_EQ(answer->receipt.comparable, 0U);
}

// Who has no face was searched all the same, and could not be ruled out by one.
TEST_F(EngineFaces, TheReceiptCountsWhoHasNoFace) {
  config_.calibrations[Modality::kFace] = face_calibration();
  open();
  for (int p = 0; p < 20; ++p) enrol(p, true, p % 2 == 0);
  const auto answer = identify(-1, 500);
  EXPECT_TRUE(answer.receipt.complete());
  EXPECT_EQ(answer.receipt.searched, 20U);
  EXPECT_EQ(answer.receipt.comparable, 10U);
  EXPECT_EQ(answer.decision, Decision::kIndeterminate) << answer.reason;
}

TEST(Fusion, AFaceIsOneIndependentValueMore) {
  const std::vector<double> fingers{20, 5, 0};
  const double alone = brown_db(fingers, kFingerCorrelation);
  const auto with_face = [](std::vector<double> of_fingers, double finger_finger, double face_finger) {
    ByModality<std::vector<double>> values;
    values[Modality::kFinger] = std::move(of_fingers);
    values[Modality::kFace] = {30};
    Correlations table;
    table[Modality::kFinger][Modality::kFinger] = finger_finger;
    table[Modality::kFinger][Modality::kFace] = table[Modality::kFace][Modality::kFinger] = face_finger;
    return brown_db(values, table);
  };
  EXPECT_NEAR(with_face({}, kFingerCorrelation, 0), 30, 1e-9);
  EXPECT_NEAR(with_face({20}, kFingerCorrelation, 0), fisher_db(std::vector<double>{20, 30}), 1e-9);
  EXPECT_NEAR(with_face(fingers, 0, 0), fisher_db(std::vector<double>{20, 5, 0, 30}), 1e-9);
  EXPECT_GT(with_face(fingers, kFingerCorrelation, 0), alone);
  EXPECT_LT(with_face(fingers, kFingerCorrelation, 0.5), with_face(fingers, kFingerCorrelation, 0));
  // As correlated as the fingers, it is a fourth finger.
  EXPECT_NEAR(with_face(fingers, 0.2, 0.2), brown_db(std::vector<double>{20, 5, 0, 30}, 0.2), 1e-9);
  // What the table says is what fuse() does.
  const ScoredPair pairs[] = {{0, 0, 20}, {1, 1, 5}, {2, 2, 0}, {0, 0, 30, 0.9, Modality::kFace}};
  EXPECT_EQ(fuse(pairs).db, with_face(fingers, kFingerCorrelation, 0));
  EXPECT_EQ(fuse(pairs).alone[Modality::kFinger], alone);
  EXPECT_NEAR(fuse(pairs).alone[Modality::kFace], 30, 1e-9);
}

}  // namespace
}  // namespace whorl::engine
