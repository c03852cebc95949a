// Whorl's templates as records of other systems, and back.
#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

#include "templates/interchange/check.h"
#include "templates/interchange/fingerprint_minutiae.h"
#include "templates/interchange/minutiae_writer.h"
#include "templates/interchange/samples.h"
#include "tests/interchange/drawn_records.h"
#include "tests/support/random_prints.h"

namespace whorl::interchange {
namespace {

using fingerprint::FingerPosition;

constexpr MinutiaeEdition kWritten[] = {MinutiaeEdition::kIso2005, MinutiaeEdition::kIso2011,
                                        MinutiaeEdition::kAnsi2004, MinutiaeEdition::kAnsi2009};

TEST(Writing, EveryEditionPassesTheCheckerWithoutAFinding) {
  const auto index = tests::random_finger(1);
  const auto thumb = tests::random_finger(2);
  const FingerToWrite fingers[] = {{&index, FingerPosition::kRightIndex, 0},
                                   {&thumb, FingerPosition::kLeftThumb, 0},
                                   {&thumb, FingerPosition::kRightIndex, 0}};
  for (const MinutiaeEdition edition : kWritten) {
    const auto bytes = write_minutiae(fingers, {edition});
    ASSERT_TRUE(bytes.ok()) << bytes.error().text();
    const Report report = check(*bytes);
    EXPECT_EQ(report.edition, name_of(edition));
    EXPECT_EQ(report.verdict, Verdict::kValid);
    EXPECT_EQ(tests::rules_of(report.findings), std::vector<std::string>{}) << name_of(edition);
  }
}

TEST(Writing, MinutiaeComeBackWithinARounding) {
  const auto finger = tests::random_finger(3);
  const FingerToWrite one{&finger, FingerPosition::kRightIndex, 0};
  for (const MinutiaeEdition edition : kWritten) {
    const auto bytes = write_minutiae({&one, 1}, {edition});
    ASSERT_TRUE(bytes.ok());
    const LenientReading read = read_leniently(*bytes);
    ASSERT_EQ(read.contents.minutiae.size(), 1u);
    const auto back = fingerprint_of(read.contents.minutiae[0]);
    ASSERT_TRUE(back.ok()) << back.error().text();
    EXPECT_EQ(back->width_px500, finger.width_px500);
    const double most = angle_unit_degrees(edition) / 2 * std::numbers::pi / 180 + 1e-3;
    std::size_t found = 0;
    for (const auto& minutia : back->minutiae) {
      for (const auto& source : finger.minutiae) {
        const double turn =
            std::remainder(double{minutia.direction_rad} - double{source.direction_rad}, 2 * std::numbers::pi);
        const bool same = std::abs(minutia.x_px500 - source.x_px500) <= 0.6F &&
                          std::abs(minutia.y_px500 - source.y_px500) <= 0.6F && std::abs(turn) <= most &&
                          minutia.type == source.type;
        if (!same) continue;
        ++found;
        break;
      }
    }
    EXPECT_EQ(found, back->minutiae.size()) << name_of(edition);
  }
}

TEST(Writing, CardsTakeTheBestMinutiaeAlone) {
  const auto finger = tests::random_finger(4);
  const FingerToWrite one{&finger, FingerPosition::kRightIndex, 0};
  const auto bytes = write_minutiae({&one, 1}, {MinutiaeEdition::kIsoCardNormal, 12});
  ASSERT_TRUE(bytes.ok());
  EXPECT_EQ(bytes->size(), 60u);
  EXPECT_EQ(check(*bytes, {nullptr, 0, "iso-card-normal"}).verdict, Verdict::kValid);
}

TEST(Writing, WhatCannotBeWrittenIsRefused) {
  const fingerprint::FingerprintTemplate empty{300, 400, 0, {}, {}, {}};
  const FingerToWrite none{&empty, FingerPosition::kUnknown, 0};
  EXPECT_FALSE(write_minutiae({&none, 1}, {}).ok());
  EXPECT_FALSE(write_minutiae({}, {}).ok());
  const auto finger = tests::random_finger(5);
  const FingerToWrite one{&finger, FingerPosition::kUnknown, 0};
  EXPECT_FALSE(write_minutiae({&one, 1}, {MinutiaeEdition::kAnsi2007Draft}).ok());
}

TEST(Foreign, MinutiaeBecomeASampleOfTheirFinger) {
  const auto sample = first_sample_of(tests::drawn_fmr(true, 20), Modality::kFinger);
  ASSERT_TRUE(sample.ok()) << sample.error().text();
  EXPECT_EQ(sample->position, 2);
  EXPECT_EQ(sample->format, Format::kNativeFinger);
}

}  // namespace
}  // namespace whorl::interchange
