#include "engine/evaluation/splits.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <random>

namespace whorl::evaluation {
namespace {

using testing::HasSubstr;

TEST(Fisher, IsTheExactTest) {
  EXPECT_EQ(fisher_p(0, 10, 0, 10), 1);
  EXPECT_EQ(fisher_p(0, 0, 3, 10), 1);
  // Fisher's tea: 3 of 4 and 1 of 4; 17/35, as the book has it.
  EXPECT_NEAR(fisher_p(3, 4, 1, 4), 34.0 / 70, 1e-9);
  EXPECT_NEAR(fisher_p(4, 4, 0, 4), 2.0 / 70, 1e-9);
  EXPECT_LT(fisher_p(100, 1000, 10, 1000), 1e-12);
}

struct Made {
  std::vector<Sample> samples;
  Trial trial;
};

// 20 people with two fingers of 6 impressions; the little fingers' mates are hardly alike.
Made made(const std::string& name = "made") {
  Made out;
  for (int p = 0; p < 20; ++p) {
    for (const std::string finger : {"index", "little"}) {
      for (int i = 0; i < 6; ++i) {
        const std::string subject = "s" + std::to_string(p);
        out.samples.push_back(
            {subject + finger + std::to_string(i), subject + "/" + finger, true, subject, static_cast<double>(i * 19)});
      }
    }
  }
  out.trial = *run_trial(name, out.samples, Protocol::kAllPairs, [&](std::size_t a, std::size_t b) {
    std::mt19937_64 random(a * 1009 + b);
    const double noise = static_cast<double>(random() >> 11) * 0x1p-53;
    if (out.samples[a].finger != out.samples[b].finger) return noise;
    return noise + (out.samples[a].finger.ends_with("little") ? 0.1 : 2);
  });
  return out;
}

const Split& split(const SplitStudy& study, const std::string& by) {
  for (const Split& s : study.splits) {
    if (s.by == by) return s;
  }
  throw std::runtime_error("no split by " + by);
}

TEST(Splits, ByPositionMarkThePartThatDiffers) {
  const Made data = made();
  const auto got = splits_of({data.trial}, {data.samples}, {});
  ASSERT_TRUE(got.ok()) << got.error().text();
  const Split& by = split(*got, "finger position");
  ASSERT_EQ(by.parts.size(), 2u);
  EXPECT_EQ(by.parts[0].name, "index");
  EXPECT_EQ(by.parts[0].fnmr.errors, 0u);
  EXPECT_EQ(by.parts[1].fnmr.trials, 20u * 15u);
  EXPECT_TRUE(by.parts[1].differs_fnmr);
  EXPECT_EQ(by.parts[0].fmr.trials, 20u * 19u / 2 * 36);  // non-mated pairs of one position
  EXPECT_EQ(split(*got, "quality").parts.size(), 4u);
  EXPECT_EQ(got->tests, 2u * (2 + 4));
}

TEST(Splits, OfNothingButChanceAreNotMarked) {
  const Made data = made();
  std::vector<std::string> values;
  std::mt19937_64 random(5);
  for (std::size_t i = 0; i < data.samples.size(); ++i) values.push_back(random() % 2 == 0 ? "one" : "other");
  const auto got = splits_of({data.trial}, {data.samples}, {{{"coin", values}}});
  ASSERT_TRUE(got.ok());
  for (const SplitPart& part : split(*got, "coin").parts) {
    EXPECT_FALSE(part.differs_fnmr) << part.p_fnmr;
    EXPECT_FALSE(part.differs_fmr) << part.p_fmr;
  }
  EXPECT_FALSE(splits_of({data.trial}, {data.samples}, {{{"coin", {"one"}}}}).ok());
}

TEST(Splits, BySensorWhereThereAreSeveralSets) {
  const Made one = made("one");
  const Made two = made("two");
  const auto got = splits_of({one.trial, two.trial}, {one.samples, two.samples}, {});
  ASSERT_TRUE(got.ok());
  EXPECT_EQ(split(*got, "sensor (set)").parts.size(), 2u);
}

TEST(Splits, TheReportsCautionOfManyComparisons) {
  const Made data = made();
  const auto got = splits_of({data.trial}, {data.samples}, {});
  const std::string text = splits_text(*got, &engine::Calibration::shipped());
  EXPECT_THAT(text, HasSubstr("Caution: 12 comparisons"));
  EXPECT_THAT(text, HasSubstr("Bonferroni"));
  EXPECT_THAT(text, HasSubstr(" dB)"));
  EXPECT_THAT(splits_csv(*got, nullptr), HasSubstr("made,finger position,index,"));
  EXPECT_EQ(splits_json(*got).at("tests").to_number<int>(), 12);
  EXPECT_EQ(splits_text({}, nullptr), "");
}

}  // namespace
}  // namespace whorl::evaluation
