// What a "no" is expected to miss.
#include "engine/expected_miss.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/known_position.h"
#include "tests/engine/engine_fixture.h"

namespace whorl::engine {
namespace {

using testing::HasSubstr;

// A thousand mated comparisons, ten of them in each decibel from 0 to 99; non-mated ones are counted to 30 dB.
const Calibration& ramp() {
  static const Calibration calibration = [] {
    std::string json = R"({"format":"whorl-calibration","version":1,"extractor_version":1,"comparator_version":2,)"
                       R"("source":"drawn","impostors":10000,"genuines":1000,"measured_db":30,"max_db":100,)"
                       R"("knots":[[0,0],[100,100]],"fnmr_by_db":[)";
    for (int db = 0; db <= 100; db += 5) {
      json += (db == 0 ? "[" : ",[") + std::to_string(db) + "," + std::to_string(db / 100.0) + "]";
    }
    return Calibration::parse(json + "]}").value();
  }();
  return calibration;
}

ProbeSample finger_of_minutiae_alone(FingerPosition position, int quality, bool decisive = true,
                                     fingerprint::FlowMap flow = {}) {
  fingerprint::FingerprintTemplate print = tests::random_finger(static_cast<std::uint64_t>(position) + 1);
  print.flow = std::move(flow);
  print.quality = static_cast<std::uint8_t>(quality);
  return {static_cast<std::uint8_t>(position), PreparedContent(std::move(print)), decisive,
          static_cast<std::uint32_t>(position)};
}

ProbeSample finger(FingerPosition position, int quality, bool decisive = true) {
  return finger_of_minutiae_alone(position, quality, decisive, {1, 1, {{0, 90}}});
}

// Ten people were found, each with so many fingers to compare.
std::optional<ExpectedMiss> miss(std::vector<ProbeSample> fingers, std::size_t of_each, double review_db,
                                 std::uint64_t comparable = 40, std::uint64_t pairs_of_each = 1) {
  ScoredPerson person;
  person.by_finger.resize(of_each);
  const std::vector<ScoredPerson> persons(10, person);
  Receipt receipt;
  receipt.gallery_size = receipt.searched = receipt.compared = 40;
  receipt.comparable = comparable;
  const std::uint64_t compared = 40 * pairs_of_each * fingers.size();
  return expected_miss({std::move(fingers)}, ramp(), {receipt, compared, persons}, review_db);
}

constexpr auto kRight = FingerPosition::kRightIndex;
constexpr auto kLeft = FingerPosition::kLeftIndex;
constexpr auto kUnknown = FingerPosition::kUnknown;

TEST(ExpectedMiss, OfOneFingerIsTheShareOfMatesBelowTheReviewLine) {
  for (const double line : {5.0, 12.5, 20.0, 50.0}) {
    const auto unknown = miss({finger(kUnknown, 80)}, 1, line);
    ASSERT_TRUE(unknown);
    EXPECT_NEAR(unknown->rate, line / 100, 1e-9);
    EXPECT_TRUE(unknown->second_finger_helps);
    EXPECT_NEAR(miss({finger(kRight, 80)}, 1, line)->rate, calibrated_db(line) / 100, 1e-9)
        << "a stated position pays for itself";
  }
}

TEST(ExpectedMiss, GrowsWithTheLineTheTriesAndPoorQuality) {
  const double plain = miss({finger(kUnknown, 80)}, 1, 10)->rate;
  EXPECT_GT(miss({finger(kUnknown, 80)}, 1, 11)->rate, plain);
  EXPECT_NEAR(miss({finger(kUnknown, 80)}, 1, 10, 40, 10)->rate, 0.2, 1e-9) << "ten tries, 10 dB";
  EXPECT_GT(miss({finger(kUnknown, 30)}, 1, 10)->rate, plain);
  EXPECT_EQ(miss({finger(kUnknown, 30)}, 1, 90)->rate, 1) << "never more than everybody";
  EXPECT_EQ(miss({finger(kUnknown, 80)}, 1, 150)->rate, 1) << "beyond what any mate reaches";
}

TEST(ExpectedMiss, IsMoreOfAFingerKnownByItsMinutiaeAlone) {
  const double whole = miss({finger(kUnknown, 80)}, 1, 10)->rate;
  const double alone = miss({finger_of_minutiae_alone(kUnknown, 80)}, 1, 10)->rate;
  EXPECT_GT(alone, 2 * whole);
  EXPECT_EQ(miss({finger_of_minutiae_alone(kUnknown, 80), finger(kUnknown, 80)}, 1, 10)->rate, whole)
      << "the better one";
}

TEST(ExpectedMiss, ASecondGoodFingerThatPeopleHaveLowersIt) {
  const double one = miss({finger(kRight, 80)}, 1, 20)->rate;
  const auto two = miss({finger(kRight, 80), finger(kLeft, 80)}, 2, 20);
  EXPECT_LT(two->rate, one / 5);
  EXPECT_FALSE(two->second_finger_helps);
  EXPECT_EQ(miss({finger(kRight, 80), finger(kLeft, 80)}, 1, 20)->rate, one) << "people have one finger";
  EXPECT_EQ(miss({finger(kRight, 80), finger(kLeft, 30)}, 2, 20)->rate, one) << "the other one is poor";
  EXPECT_EQ(miss({finger(kRight, 80), finger(kLeft, 5, false)}, 2, 20)->rate, one) << "the other one is of no use";
}

TEST(ExpectedMiss, NothingMissedOfSoManyIsNotNever) {
  EXPECT_NEAR(miss({finger(kUnknown, 80)}, 1, 0)->rate, 3.0 / 1000, 1e-9);
}

TEST(ExpectedMiss, WhoCannotBeComparedIsMissed) {
  const double all = miss({finger(kUnknown, 80)}, 1, 20)->rate;
  EXPECT_NEAR(miss({finger(kUnknown, 80)}, 1, 20, 36)->rate, 1 - 0.9 * (1 - all), 1e-9);
}

TEST(ExpectedMiss, IsNotKnownWithoutAGoodFingerOrMatedComparisons) {
  EXPECT_FALSE(miss({finger(kUnknown, 5, false)}, 1, 20));
  EXPECT_FALSE(miss({}, 0, 20));
  const Receipt receipt;
  EXPECT_FALSE(expected_miss({{finger(kUnknown, 80)}}, ramp(), {receipt, 0, {}}, 20)) << "nobody was searched";
}

class ExpectedMissOfAnswers : public EngineTest {};

TEST_F(ExpectedMissOfAnswers, StandsInTheAnswerAndInTheSentenceOfANo) {
  for (int i = 0; i < 20; ++i) enrol_person(i);
  IdentifyRequest two = identify_person(555);
  IdentifyRequest one = two;
  one.samples.resize(1);
  const auto of_one = engine().identify({}, one);
  const auto of_two = engine().identify({}, two);
  ASSERT_TRUE(of_one.ok() && of_two.ok());
  ASSERT_TRUE(of_one->expected_miss_rate && of_two->expected_miss_rate);
  EXPECT_LT(*of_two->expected_miss_rate, *of_one->expected_miss_rate);
  EXPECT_THAT(of_one->reason, HasSubstr("such a search misses about 1 in "));
  EXPECT_THAT(of_one->reason, HasSubstr(" of the people enrolled: add a second finger."));
  EXPECT_THAT(of_two->reason, testing::Not(HasSubstr("add a second finger")));
  EXPECT_TRUE(engine().identify({}, identify_person(7))->expected_miss_rate) << "of a match too";
}

}  // namespace
}  // namespace whorl::engine
