// Transactions of ANSI/NIST-ITL.
#include "templates/interchange/itl.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "templates/interchange/check.h"
#include "templates/interchange/samples.h"
#include "tests/interchange/drawn_records.h"

namespace whorl::interchange {
namespace {

using Rules = std::vector<std::string>;

Bytes raw_image() { return Bytes(std::size_t{40} * 36, 200); }

Rules rules(const Bytes& file) { return tests::rules_of(check(file).findings); }

// With one text for another of the same length.
Bytes with(Bytes file, std::string_view from, std::string_view to) {
  const auto at = std::search(file.begin(), file.end(), from.begin(), from.end());
  EXPECT_NE(at, file.end()) << from;
  std::copy(to.begin(), to.end(), at);
  return file;
}

TEST(Itl, ATransactionIsReadWhole) {
  const Bytes file = tests::drawn_itl("NONE", raw_image());
  const Report report = check(file);
  EXPECT_EQ(report.verdict, Verdict::kValid);
  EXPECT_EQ(report.edition, "0500");
  EXPECT_EQ(rules(file), Rules{});
  const auto sample = first_sample_of(file, Modality::kFinger);
  ASSERT_TRUE(sample.ok()) << sample.error().text();
  EXPECT_EQ(sample->position, 7);
  EXPECT_EQ(sample->resolution_ppi, 500.0);
}

TEST(Itl, SeparatorsInsideAnImageAreItsBytes) {
  Bytes image = raw_image();
  std::fill_n(image.begin(), 100, kItlFile);
  std::fill_n(image.begin() + 200, 100, kItlGroup);
  EXPECT_EQ(rules(tests::drawn_itl("NONE", image)), Rules{});
}

TEST(Itl, EachFaultHasItsRule) {
  const Bytes file = tests::drawn_itl("NONE", raw_image());
  EXPECT_EQ(rules(with(file, "1.002:0500", "1.002:0599")), Rules{"AN-03"});
  EXPECT_EQ(rules(with(file, "1.005:20240102", "1.005:20240230")), Rules{"AN-05"});
  EXPECT_EQ(rules(with(file,
                       "1.003:1\x1f"
                       "2",
                       "1.003:1\x1f"
                       "3")),
            Rules{"AN-06"});
  EXPECT_EQ(rules(with(file, "14.002:01", "14.002:02")), Rules{"AN-09"});
  EXPECT_EQ(rules(with(file, "14.003:0", "14.003:z")), Rules{"AN-11"});
  EXPECT_EQ(rules(with(file, "14.007:36", "14.007:37")), Rules{"AN-12"});
  EXPECT_EQ(rules(with(file, "2.003:", "3.003:")), Rules{"AN-16"});
  EXPECT_EQ(rules(with(file, "14.004:", "14.003:")), (Rules{"AN-04", "AN-17"}));
  EXPECT_EQ(rules(with(file, "1.002:0500", "1.002:0201")), Rules{"AN-20"});
  EXPECT_EQ(rules(with(file, "1.011:00.00", "1.011:00,00")), Rules{"AN-22"});
  EXPECT_EQ(rules(tests::drawn_itl("JPEGB", raw_image())), Rules{"AN-14"});
  EXPECT_EQ(rules(tests::drawn_itl("JPEGB", tests::drawn_jpeg(40, 30))), Rules{"AN-13"});
}

constexpr std::string_view kDepthAndPosition =
    "14.012:8\x1d"
    "14.013:7";

FileSamples positioned(const std::string& field) {
  EXPECT_EQ(field.size(), kDepthAndPosition.size());
  return samples_in(with(tests::drawn_itl("NONE", raw_image()), kDepthAndPosition, field), {});
}

TEST(Itl, OfSeveralPossibleFingersNoneIsCertain) {
  const FileSamples two = positioned(
      "14.013:0000007\x1e"
      "02");
  ASSERT_EQ(two.samples.size(), 1U);
  EXPECT_EQ(two.samples[0].position, 0);
  const FileSamples one = positioned(
      "14.013:00000002\x1f"
      "0");
  ASSERT_EQ(one.samples.size(), 1U);
  EXPECT_EQ(one.samples[0].position, 2);
}

TEST(Itl, WhatIsNoFingerIsNotOneBesideAFingerEither) {
  for (const char* field : {"14.013:00000258\x1f"
                            "0",
                            "14.013:07\x1e"
                            "0000013",
                            "14.013:00000022\x1f"
                            "0",
                            "14.013:00000000-2"}) {
    const FileSamples found = positioned(field);
    EXPECT_TRUE(found.samples.empty()) << field;
    EXPECT_EQ(found.left.size(), 1U) << field;
  }
}

// So many minutiae of INCITS 378, the angle of the last as given.
std::string rows_378(int count, const std::string& last_angle) {
  std::string out;
  for (int i = 1; i <= count; ++i) {
    out += (i > 1 ? "\x1e" : "") + std::to_string(i) + "\x1f" + std::to_string(37 * i % 300 + 20) + "\x1f" +
           std::to_string(91 * i % 300 + 20) + "\x1f" + (i == count ? last_angle : std::to_string(13 * i % 180)) +
           "\x1f"
           "1\x1f"
           "80";
  }
  return out;
}

TEST(Itl, MinutiaeOfOtherUnitsAreNotUsedAndSaid) {
  const auto of = [](std::string_view units, std::string_view position, const std::string& rows) {
    return samples_in(tests::drawn_itl_minutiae(units, position, rows), {});
  };
  EXPECT_EQ(of("1", "2", rows_378(20, "179")).samples.size(), 1U);
  EXPECT_TRUE(of("1", "2", rows_378(20, "179")).left.empty());
  for (const char* units : {"0", "3", "", "1 "}) {
    EXPECT_TRUE(of(units, "2", rows_378(20, "179")).samples.empty()) << units;
    EXPECT_EQ(of(units, "2", rows_378(20, "179")).left.size(), 1U) << units;
  }
  EXPECT_TRUE(of("1", "2", rows_378(20, "180")).samples.empty()) << "degrees";
  for (const char* position : {"13", "22", "255"}) {
    EXPECT_TRUE(of("1", position, rows_378(20, "179")).samples.empty()) << position;
    EXPECT_EQ(of("1", position, rows_378(20, "179")).left.size(), 1U) << position;
  }
}

TEST(Itl, AMalformedMinutiaIsCountedAsLeftOut) {
  const auto found = samples_in(tests::drawn_itl_minutiae("1", "2", rows_378(20, "x")), {});
  ASSERT_EQ(found.samples.size(), 1U);
  ASSERT_EQ(found.left.size(), 1U);
  EXPECT_NE(found.left[0].find("1 of 20 minutiae"), std::string::npos) << found.left[0];
}

TEST(Itl, WhatIsCutOrFollowsIsSaid) {
  Bytes file = tests::drawn_itl("NONE", raw_image());
  Bytes longer = file;
  longer.push_back('x');
  EXPECT_EQ(rules(longer), Rules{"GEN-02"});
  file.resize(file.size() - 20);
  EXPECT_TRUE(check(file).findings.has("GEN-01"));
}

}  // namespace
}  // namespace whorl::interchange
