// What one request may not hold: a finger under two names, ridges that contradict the stated resolution.
#include <gmock/gmock.h>

#include "datasets/synthetic.h"
#include "templates/image/encode.h"
#include "tests/engine/engine_fixture.h"

namespace whorl::engine {
namespace {

using testing::HasSubstr;

Sample drawn_sample(FingerPosition position, std::uint64_t seed, double stated_ppi) {
  image::GreyImage image = datasets::make_impression(datasets::make_master(seed), 1);
  image.ppi = stated_ppi;
  Sample out;
  out.position = number(position);
  out.bytes = image::encode_png(image).value();
  return out;
}

class SequenceTest : public EngineTest {};

// The same picture, and another capture of the same finger.
std::vector<std::vector<Sample>> one_finger_under_two_names() {
  const auto finger = tests::random_finger(3);
  return {{sample(FingerPosition::kRightIndex, finger), sample(FingerPosition::kLeftIndex, finger)},
          {sample(FingerPosition::kRightIndex, finger),
           sample(FingerPosition::kLeftIndex, tests::another_capture(finger, 2, 0.5, 0.02))}};
}

template <class Answer>
void expect_refused(const Result<Answer>& got) {
  ASSERT_FALSE(got.ok());
  EXPECT_EQ(got.error().kind, ErrorKind::kInvalidInput);
  EXPECT_EQ(got.error().field, "samples[1]");
  EXPECT_THAT(got.error().message, testing::AllOf(HasSubstr("right_index"), HasSubstr("left_index")));
}

TEST_F(SequenceTest, OneFingerUnderTwoNamesIsNotEnrolled) {
  for (const auto& fingers : one_finger_under_two_names()) {
    EnrolRequest request = enrol_request(1);
    request.samples = fingers;
    expect_refused(engine().enrol(local_call(), request));
  }
  enrol_person(1);
}

TEST_F(SequenceTest, OneFingerUnderTwoNamesIsNotSearchedNorVerified) {
  enrol_person(1);
  for (const auto& fingers : one_finger_under_two_names()) {
    IdentifyRequest search;
    search.samples = fingers;
    expect_refused(engine().identify(local_call(), search));
    VerifyRequest claim;
    claim.person_id = "p1";
    claim.samples = fingers;
    expect_refused(engine().verify(local_call(), claim));
  }
}

TEST_F(SequenceTest, CapturesOfOneFingerWithoutANameAreTaken) {
  const auto finger = tests::random_finger(3);
  EnrolRequest request = enrol_request(1);
  request.samples = {sample(FingerPosition::kUnknown, finger),
                     sample(FingerPosition::kUnknown, tests::another_capture(finger, 2))};
  EXPECT_TRUE(engine().enrol(local_call(), request).ok());
}

TEST_F(SequenceTest, ANoDoesNotStandOnRidgesThatContradictTheStatedResolution) {
  EnrolRequest known;
  known.person_id = "known";
  known.samples = {drawn_sample(FingerPosition::kRightIndex, 5, 500)};
  ASSERT_TRUE(engine().enrol(local_call(), known).ok());
  for (const double stated_ppi : {250.0, 1000.0}) {
    IdentifyRequest request;
    request.samples = {drawn_sample(FingerPosition::kRightIndex, 5, stated_ppi)};
    const auto answer = engine().identify(local_call(), request);
    ASSERT_TRUE(answer.ok()) << answer.error().text();
    EXPECT_NE(answer->decision, Decision::kNoMatch) << stated_ppi;
    ASSERT_EQ(answer->probe.size(), 1U);
    EXPECT_THAT(answer->probe[0].feedback, HasSubstr("contradicts the stated resolution")) << stated_ppi;
  }
}

}  // namespace
}  // namespace whorl::engine
