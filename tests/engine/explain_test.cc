// What a capture is worth by itself, and what a comparison stands on.
#include <gmock/gmock.h>

#include "engine/assessment.h"
#include "engine/explanation.h"
#include "templates/image/decode.h"
#include "templates/image/encode.h"
#include "tests/engine/engine_fixture.h"
#include "tests/fingerprint/drawn_print.h"

namespace whorl::engine {
namespace {

using ExplainTest = EngineTest;

VerifyRequest claim(const std::string& person, std::vector<Sample> samples) {
  VerifyRequest out;
  out.person_id = person;
  out.samples = std::move(samples);
  return out;
}

TEST_F(ExplainTest, TheFingersBehindTheScoreAreDrawnWithTheirPairs) {
  for (int i = 0; i < 3; ++i) enrol_person(i);
  const VerifyRequest request = claim("p1", fingers_of(1, 9));
  const auto verified = engine().verify({}, request);
  const auto explained = engine().explain({}, request);
  ASSERT_TRUE(explained.ok()) << explained.error().text();
  EXPECT_EQ(explained->verified.score_db, verified->score_db);
  EXPECT_EQ(explained->verified.decision, Decision::kMatch);
  ASSERT_EQ(explained->fingers.size(), 2U);
  for (std::size_t i = 0; i < 2; ++i) {
    const FingerExplained& finger = explained->fingers[i];
    EXPECT_EQ(finger.encounter_id, "e1");
    EXPECT_EQ(finger.score_db, verified->scores[i].score_db);
    EXPECT_EQ(number(finger.reference.position), verified->scores[i].reference);
    EXPECT_GE(finger.pairs.size(), 10U) << "of some forty minutiae of one finger";
    for (const auto& pair : finger.pairs) {
      EXPECT_LT(pair.probe, finger.probe.minutiae.size());
      EXPECT_LT(pair.reference, finger.reference.minutiae.size());
    }
    for (const FingerDrawing* drawing : {&finger.probe, &finger.reference}) {
      EXPECT_GT(drawing->width_px500, 0);
      EXPECT_TRUE(drawing->image.empty()) << "no image was given and none is kept";
    }
  }
}

TEST_F(ExplainTest, WhoHasNoFingerOfThePersonIsShownNothing) {
  enrol_person(1);
  const auto explained = engine().explain({}, claim("p1", fingers_of(7, 9)));
  ASSERT_TRUE(explained.ok()) << explained.error().text();
  ASSERT_LT(explained->verified.score_db, kLeastShown_db);
  EXPECT_TRUE(explained->fingers.empty());
}

TEST_F(ExplainTest, FingersUnderAWrongNameAreShownWhereTheyFit) {
  enrol_person(1);
  auto swapped = fingers_of(1, 9);
  std::swap(swapped[0].position, swapped[1].position);
  const auto explained = engine().explain({}, claim("p1", swapped));
  ASSERT_TRUE(explained.ok()) << explained.error().text();
  EXPECT_EQ(explained->verified.decision, Decision::kIndeterminate);
  ASSERT_FALSE(explained->fingers.empty());
  EXPECT_NE(explained->fingers[0].probe.position, explained->fingers[0].reference.position);
  EXPECT_GE(explained->fingers[0].pairs.size(), 10U);
}

TEST_F(ExplainTest, NobodyAndNoSampleAreErrorsOfTheVerification) {
  enrol_person(1);
  EXPECT_EQ(engine().explain({}, claim("nobody", fingers_of(1, 9))).error().kind, ErrorKind::kNotFound);
  EXPECT_EQ(engine().explain({}, claim("p1", {})).error().field.text(), "samples");
}

Sample drawn(std::uint64_t seed) {
  const image::GreyImage print =
      tests::draw(tests::make_drawn_print(1, 20), {0.05 * static_cast<double>(seed), 3, 4, 6, seed});
  return {Modality::kFinger, number(FingerPosition::kRightIndex), Format::kAnyImage, *image::encode_png(print), 500.0};
}

TEST_F(ExplainTest, ImagesAreShownWhereTheyAreKeptAndElseWhatTheTemplateHoldsOfTheRidges) {
  for (const bool kept : {false, true}) {
    EngineConfig with = config();
    with.directory += kept ? "-kept" : "-not";
    with.keep_images = kept;
    const auto opened = Engine::open(with);
    ASSERT_TRUE(opened.ok()) << opened.error().text();
    EnrolRequest enrolment = enrol_request(1);
    enrolment.samples = {drawn(0)};
    ASSERT_TRUE((*opened)->enrol({}, enrolment).ok());
    const auto explained = (*opened)->explain({}, claim("p1", {drawn(1)}));
    ASSERT_TRUE(explained.ok()) << explained.error().text();
    ASSERT_EQ(explained->fingers.size(), 1U) << explained->verified.score_db;
    const FingerExplained& finger = explained->fingers[0];
    EXPECT_EQ(finger.reference.image.empty(), !kept);
    EXPECT_FALSE(finger.probe.image.empty());
    EXPECT_LE(finger.probe.image.height, kPictureSide_px);
    for (const FingerDrawing* drawing : {&finger.probe, &finger.reference}) {
      EXPECT_EQ(drawing->ridges.width, (drawing->width_px500 + 1) / 2);
      EXPECT_LT(drawing->ridges.png.size(), 12'000U) << "lines in black and white";
    }
  }
}

TEST_F(ExplainTest, AnAssessmentHasQualityAdviceAndASmallPictureOfEverySample) {
  const auto answer = engine().assess({}, {{drawn(3), sample(FingerPosition::kLeftIndex, tests::random_finger(4))}});
  ASSERT_TRUE(answer.ok()) << answer.error().text();
  ASSERT_EQ(answer->samples.size(), 2U);
  const SampleAssessment& image = answer->samples[0];
  EXPECT_EQ(image.quality.position, number(FingerPosition::kRightIndex));
  EXPECT_GT(image.quality.quality, 0);
  EXPECT_EQ(std::max(image.preview.width, image.preview.height), kPreviewSide_px);
  EXPECT_LT(image.preview.png.size(), 60'000U) << "light enough for a slow line";
  const auto shown = image::decode_image(image.preview.png, {500.0, {}});
  ASSERT_TRUE(shown.ok()) << shown.error().text();
  EXPECT_EQ(shown->width, image.preview.width);
}

TEST_F(ExplainTest, AnImageWithoutAFingerprintIsNoErrorAndSaysWhy) {
  const image::GreyImage blank{300, 300, 500.0, std::vector<std::uint8_t>(90'000, 255)};
  const Sample nothing{Modality::kFinger, 0, Format::kAnyImage, *image::encode_png(blank), 500.0};
  const auto answer = engine().assess({}, {{nothing}});
  ASSERT_TRUE(answer.ok()) << answer.error().text();
  EXPECT_FALSE(answer->samples[0].usable);
  EXPECT_EQ(answer->samples[0].quality.quality, 0);
  ASSERT_FALSE(answer->samples[0].quality.why.empty());
  EXPECT_EQ(answer->samples[0].quality.why[0].code.name(), "no_fingerprint");
  EXPECT_FALSE(answer->samples[0].preview.empty()) << "the officer sees what was captured";
}

TEST_F(ExplainTest, WhatIsNoSampleNamesItself) {
  Sample broken = drawn(3);
  broken.position = number(FingerPosition::kLeftThumb);
  broken.bytes.resize(100);
  const auto answer = engine().assess({}, {{drawn(3), broken}});
  ASSERT_FALSE(answer.ok());
  EXPECT_EQ(answer.error().kind, ErrorKind::kInvalidInput);
  EXPECT_EQ(answer.error().field.text(), "samples[1].bytes");
}

TEST_F(ExplainTest, TheReportTellsOfLogAndKeysAndOfNobody) {
  enrol_person(1);
  const auto report = engine().report({});
  ASSERT_TRUE(report.ok()) << report.error().text();
  ASSERT_TRUE(report->audit);
  EXPECT_EQ(report->audit->leaves, 2U) << "the log began, and somebody was enrolled";
  EXPECT_THAT(report->audit->checkpoint, testing::StartsWith("whorl/audit/"));
  ASSERT_TRUE(report->keys);
  EXPECT_FALSE(report->keys->rotation_unfinished);
  EXPECT_TRUE(report->health.reads_images[Modality::kFinger]);
  EXPECT_FALSE(report->health.reads_images[Modality::kFace]) << "no face network";
}

}  // namespace
}  // namespace whorl::engine
