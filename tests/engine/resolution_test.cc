// A resolution that is stated and false, named after the kind: it is never answered with a plain "no".
#include <gtest/gtest.h>

#include <memory>
#include <opencv2/imgproc.hpp>

#include "base/catalogue.h"
#include "datasets/synthetic.h"
#include "engine/engine.h"
#include "engine/other_resolution.h"
#include "tests/image/image_files.h"
#include "tests/support/shared_data.h"
#include "tests/support/synthetic_print.h"

namespace whorl::engine {
namespace {

using tests::clean_impression;

// As fine as a child's ridges, and as small as their finger.
image::GreyImage childs(const image::GreyImage& print) { return tests::scaled(print, 0.72); }

Sample finger(const image::GreyImage& print, double stated_ppi) {
  Sample out;
  out.position = static_cast<std::uint8_t>(FingerPosition::kRightIndex);
  out.bytes = tests::plain_file(print, ".png");
  out.resolution_ppi = stated_ppi;
  return out;
}

TEST(LikelierResolution, IsTheUsualOneOfSensorsOrThatOfAnAdult) {
  for (const double stated : {490.0, 500.0, 508.0}) {
    EXPECT_FALSE(likelier_ppi(stated, 9)) << stated;
    EXPECT_FALSE(likelier_ppi(stated, 7.2)) << stated;
    EXPECT_FALSE(likelier_ppi(stated, 10.8)) << stated;
  }
  for (const double stated : {250.0, 300.0, 350.0, 400.0, 625.0, 700.0, 800.0, 1000.0}) {
    EXPECT_EQ(likelier_ppi(stated, 9 * 500 / stated), 500) << stated;
  }
  EXPECT_NEAR(likelier_ppi(500, 18).value_or(0), 1000, 1);
  EXPECT_NEAR(likelier_ppi(500, 6.3).value_or(0), 350, 1);
  EXPECT_FALSE(likelier_ppi(1000, 9)) << "a sensor of 1000 ppi";
  EXPECT_FALSE(likelier_ppi(363, 9)) << "a sensor of 363 ppi";
}

class FalseResolution : public testing::TestWithParam<double> {
 protected:
  void SetUp() override {
    EngineConfig config;
    config.directory = directory_.path() / "gallery";
    config.calibrations[Modality::kFinger] = Calibration::shipped();
    config.threads = 2;
    auto opened = Engine::open(config, *world_);
    ASSERT_TRUE(opened.ok()) << opened.error().text();
    engine_ = std::move(opened).value();
    for (std::uint64_t person = 1; person <= 3; ++person) enrol(person, clean_impression(person, 1));
  }

  void enrol(std::uint64_t person, const image::GreyImage& print) {
    EnrolRequest request;
    request.person_id = "p" + std::to_string(person);
    request.samples = {finger(print, 500)};
    const auto receipt = engine_->enrol({}, request);
    ASSERT_TRUE(receipt.ok()) << receipt.error().text();
  }

  [[nodiscard]] IdentifyAnswer identified(const Sample& sample) {
    IdentifyRequest request;
    request.samples = {sample};
    return engine_->identify({}, request).value();
  }

  tests::TemporaryDirectory directory_;
  std::unique_ptr<World> world_ = make_seeded_world(1);
  std::unique_ptr<Engine> engine_;
};

using TrueResolution = FalseResolution;

TEST_P(FalseResolution, IsNeverAPlainNo) {
  for (std::uint64_t person = 1; person <= 3; ++person) {
    const Sample sample = finger(clean_impression(person, 2), GetParam());
    const IdentifyAnswer found = identified(sample);
    EXPECT_NE(found.decision, Decision::kNoMatch) << person << ": " << found.reason;
    VerifyRequest claim;
    claim.person_id = "p" + std::to_string(person);
    claim.samples = {sample};
    const auto verified = engine_->verify({}, claim);
    ASSERT_TRUE(verified.ok()) << verified.error().text();
    EXPECT_NE(verified->decision, Decision::kNoMatch) << person << ": " << verified->reason;
    for (const bool turned : {false, true}) {
      CompareRequest pair;
      pair.samples = {turned ? finger(clean_impression(person, 1), 500) : sample};
      pair.others = {turned ? sample : finger(clean_impression(person, 1), 500)};
      const auto compared = engine_->compare({}, pair);
      ASSERT_TRUE(compared.ok()) << compared.error().text();
      EXPECT_NE(compared->decision, Decision::kNoMatch) << person << ": " << compared->reason;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Resolutions, FalseResolution, testing::Values(250, 300, 350, 400, 600, 700, 800, 1000));

TEST_P(TrueResolution, OfAChildIsAnsweredAsAnyOther) {
  enrol(9, childs(clean_impression(9, 1)));
  EXPECT_EQ(identified(finger(childs(clean_impression(9, 2)), GetParam())).decision, Decision::kMatch);
  const IdentifyAnswer stranger = identified(finger(childs(clean_impression(10, 1)), GetParam()));
  EXPECT_EQ(stranger.decision, Decision::kNoMatch) << stranger.reason;
}

TEST_P(TrueResolution, OfTheSensorIsSaidWhereAnotherWasStated) {
  const IdentifyAnswer found = identified(finger(clean_impression(1, 2), GetParam() * 1.4));
  EXPECT_EQ(found.why.code, AnswerCode::kResolutionDoubtful) << found.reason;
  EXPECT_TRUE(found.candidates.empty()) << "whoever fits there is not named";
  ASSERT_EQ(found.probe.size(), 1U);
  ASSERT_FALSE(found.probe[0].why.empty());
  EXPECT_EQ(found.probe[0].why[0].code, FeedbackCode::kSpacingContradicts);
}

INSTANTIATE_TEST_SUITE_P(Resolutions, TrueResolution, testing::Values(500));

}  // namespace
}  // namespace whorl::engine
