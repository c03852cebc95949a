#include "engine/evaluation/persons.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <boost/json.hpp>
#include <cmath>
#include <random>

#include "engine/evaluation/person_pairs.h"
#include "engine/fusion.h"
#include "engine/known_position.h"

namespace whorl::evaluation {
namespace {

using engine::Calibration;
using testing::HasSubstr;

// Scores are dB: 1 for 1, up to 200.
Calibration identity() {
  return *Calibration::parse(R"({"format": "whorl-calibration", "version": 1, "extractor_version": 1,
    "comparator_version": 1, "source": "s", "impostors": 1000, "genuines": 0, "measured_db": 30, "max_db": 80,
    "knots": [[0, 0], [30, 30], [80, 80]], "fnmr_by_db": []})");
}

std::vector<Sample> population(int persons, int fingers, int impressions) {
  std::vector<Sample> out;
  for (int p = 0; p < persons; ++p) {
    for (int f = 0; f < fingers; ++f) {
      for (int i = 0; i < impressions; ++i) {
        const std::string subject = "s" + std::to_string(p);
        const std::string finger = subject + "/f" + std::to_string(f);
        out.push_back({finger + "_" + std::to_string(i), finger, true, subject});
      }
    }
  }
  return out;
}

// Non-mated comparisons: dB of a uniform p-value once what one position costs is off; with `alike` every finger of two
// people in the same impressions has one p-value. Mated pairs: `genuine` dB.
Trial trial_of(const std::vector<Sample>& samples, double mated, bool alike = false) {
  return *run_trial("made", samples, Protocol::kAllPairs, [&](std::size_t a, std::size_t b) {
    if (samples[a].finger == samples[b].finger) return mated;
    const auto tag = [&](std::size_t s) {
      const std::string impression = samples[s].name.substr(samples[s].name.rfind('_'));
      return std::hash<std::string>{}(alike ? samples[s].subject + impression : samples[s].name);
    };
    std::mt19937_64 random(tag(a) * 31 + tag(b));
    const double p = (static_cast<double>(random() >> 11) + 1) * 0x1p-53;
    return std::min(80.0, engine::calibrated_db(-10.0 * std::log10(p)));
  });
}

TEST(Persons, PositionsAreWhatFollowsTheSubject) {
  EXPECT_EQ(position_of({"", "s0001/right_index", true, "s0001"}), "right_index");
  EXPECT_EQ(position_of({"", "SET/101_4", true, "SET/101"}), "4");
  EXPECT_EQ(position_of({"", "1014", true, "101"}), "1014");
  EXPECT_EQ(position_of({"", "101", true, "101"}), "101");
  EXPECT_EQ(position_of({"", "a", true, ""}), "a");
}

TEST(Persons, CountsEveryComparison) {
  const auto samples = population(5, 4, 3);
  const auto study = study_fusion(trial_of(samples, 40), samples, identity(), {1, 2, 4});
  ASSERT_TRUE(study.ok()) << study.error().text();
  ASSERT_EQ(study->rows.size(), 3u);
  const std::size_t choices[] = {4, 6, 1};  // of 4 fingers 1, 2, 4
  for (std::size_t r = 0; r < 3; ++r) {
    EXPECT_EQ(study->rows[r].trial.mated.size(), 5 * 3 * choices[r]);
    EXPECT_EQ(study->rows[r].trial.non_mated.size(), 10 * 9 * choices[r]);
  }
  const double of_one = engine::known_position_db(40.0);
  const double alone = study->rows[0].trial.mated.front().value;
  EXPECT_EQ(alone, engine::brown_db(std::vector{of_one}, engine::kFingerCorrelation));
  EXPECT_DOUBLE_EQ(alone, of_one);
  const std::vector<double> four(4, of_one);
  EXPECT_DOUBLE_EQ(study->rows[2].trial.mated.front().value, engine::brown_db(four, engine::kFingerCorrelation));
  EXPECT_EQ(study->independence.comparisons, 10u * 9u * 6u);
  EXPECT_EQ(fingers_to_fuse(samples), 4u);
  EXPECT_EQ(fingers_to_fuse(population(1, 4, 3)), 0u);
}

// The slow twin: every combination written out by hand for two fingers.
TEST(Persons, TwoFingersAgreeWithTheLoopsWrittenOut) {
  const auto samples = population(3, 2, 2);
  const Trial trial = trial_of(samples, 12);
  std::vector<double> expected;
  const auto score = [&](std::size_t a, std::size_t b) {
    for (std::size_t i = 0; i < trial.pairs.size(); ++i) {
      if (trial.pairs[i].a != std::min(a, b) || trial.pairs[i].b != std::max(a, b)) continue;
      return engine::known_position_db(trial.values[i]);
    }
    return -1.0;
  };
  for (std::size_t p = 0; p < 3; ++p) {
    for (std::size_t q = p + 1; q < 3; ++q) {
      for (std::size_t i = 0; i < 2; ++i) {
        for (std::size_t j = 0; j < 2; ++j) {
          const std::vector<double> db = {score(p * 4 + i, q * 4 + j), score(p * 4 + 2 + i, q * 4 + 2 + j)};
          expected.push_back(engine::brown_db(db, engine::kFingerCorrelation));
        }
      }
    }
  }
  auto got = values_of(study_fusion(trial, samples, identity(), {2})->rows.front().trial.non_mated);
  std::sort(got.begin(), got.end());
  std::sort(expected.begin(), expected.end());
  ASSERT_EQ(got.size(), expected.size());
  for (std::size_t i = 0; i < got.size(); ++i) EXPECT_NEAR(got[i], expected[i], 1e-9);
}

// One finger's claim holds; fused claims are cautious, for the engine corrects for a correlation that is not there.
TEST(Persons, IndependentFingersHaveNoCorrelationAndTheirClaimsAreNotOverstated) {
  const auto samples = population(25, 4, 4);
  const auto study = study_fusion(trial_of(samples, 60), samples, identity(), {1, 2, 4});
  ASSERT_TRUE(study.ok());
  EXPECT_NEAR(study->independence.correlation, 0.0, 0.03);
  EXPECT_LE(study->independence.low, study->independence.correlation);
  EXPECT_GE(study->independence.high, study->independence.correlation);
  EXPECT_NEAR(study->independence.both, 0.01, 0.003);
  EXPECT_NEAR(study->independence.both_if_apart, 0.01, 0.001);
  for (const FusionRow& row : study->rows) {
    const ClaimedLevel& ten = row.claims.levels[1];
    if (row.k == 1) {
      EXPECT_NEAR(ten.observed.value(), 0.1, 0.02);
    } else {
      EXPECT_LT(ten.observed.value(), 0.1) << row.k;
      EXPECT_GT(ten.observed.value(), 0.04) << row.k;
    }
    EXPECT_TRUE(row.failures.empty());
  }
}

TEST(Persons, FingersThatSayTheSameAreFoundOut) {
  const auto samples = population(25, 4, 4);
  const auto study = study_fusion(trial_of(samples, 60, true), samples, identity(), {2, 4});
  ASSERT_TRUE(study.ok());
  EXPECT_NEAR(study->independence.correlation, 1.0, 0.01);
  EXPECT_NEAR(study->independence.both, 0.1, 0.02);
  for (const FusionRow& row : study->rows) EXPECT_EQ(row.claims.levels[3].verdict(), Verdict::kOverstated) << row.k;
}

TEST(Persons, FailuresAreListedWithTheirSamples) {
  const auto samples = population(12, 2, 5);
  Trial trial = trial_of(samples, 60);
  // One impression of one finger of one person that no other matches: its pairs score 0.
  for (std::size_t i = 0; i < trial.pairs.size(); ++i) {
    if (trial.pairs[i].mated && (trial.pairs[i].a == 0 || trial.pairs[i].b == 0)) trial.values[i] = 0;
  }
  const auto study = study_fusion(trial, samples, identity(), {1, 2});
  ASSERT_TRUE(study.ok());
  EXPECT_EQ(study->rows[0].failures.size(), 4u);
  EXPECT_EQ(study->rows[1].failures.size(), 0u);  // the other finger carries the person
  const std::string csv = fusion_failures_csv({*study}, {samples});
  EXPECT_THAT(csv, HasSubstr("made,1,s0,s0/f0_0,s0/f0_1,0.00,0.00,"));
  EXPECT_EQ(std::count(csv.begin(), csv.end(), '\n'), 5);
}

TEST(Persons, ALargeSampleIsDrawnFromItsSeed) {
  const auto samples = population(10, 4, 4);
  const Trial trial = trial_of(samples, 60);
  PersonOptions options;
  options.max_comparisons = 500;  // of 45 * 16 * 6 = 4,320
  const auto values = [&] {
    return values_of(study_fusion(trial, samples, identity(), {2}, options)->rows.front().trial.non_mated);
  };
  const auto once = values();
  EXPECT_NEAR(static_cast<double>(once.size()), 500, 100);
  EXPECT_EQ(once, values());
  options.seed = 2;
  EXPECT_NE(once, values());
}

TEST(Persons, ThinningTakesEachNumberOnceInOrder) {
  Thinning all(10, 10, 1);
  for (std::uint64_t i = 0; i < 10; ++i, all.advance()) EXPECT_EQ(all.next(), i);
  Thinning some(100'000, 1'000, 1);
  std::uint64_t taken = 0;
  double sum = 0;
  for (std::uint64_t before = 0; some.next() < 100'000; before = some.next(), some.advance(), ++taken) {
    ASSERT_TRUE(taken == 0 || some.next() > before || taken == 1);
    sum += static_cast<double>(some.next());
  }
  EXPECT_NEAR(static_cast<double>(taken), 1'000, 120);
  EXPECT_NEAR(sum / static_cast<double>(taken), 50'000, 4'000);
}

TEST(Persons, BlocksNumberTheirComparisons) {
  const Block mated{1, 1, {"f"}, 4, 4};
  EXPECT_EQ(mated.size(), 6u);
  std::vector<std::pair<std::uint64_t, std::uint64_t>> seen;
  for (std::uint64_t i = 0; i < mated.size(); ++i) seen.push_back(mated.at(i));
  EXPECT_THAT(seen, testing::ElementsAre(std::pair(0, 1), std::pair(0, 2), std::pair(0, 3), std::pair(1, 2),
                                         std::pair(1, 3), std::pair(2, 3)));
  EXPECT_EQ((Block{1, 1, {"f"}, 0, 0}.size()), 0u);
  EXPECT_EQ((Block{1, 2, {"f"}, 2, 3}.at(4)), std::pair(std::uint64_t{1}, std::uint64_t{1}));
}

TEST(Persons, RefusesWhatItCannotFuse) {
  const auto samples = population(4, 2, 3);
  const Trial trial = trial_of(samples, 60);
  EXPECT_EQ(study_fusion(trial, samples, identity(), {3}).error().field, "fuse");
  EXPECT_EQ(study_fusion(trial, samples, identity(), {0}).error().field, "fuse");
  Trial fvc = *run_trial("fvc", samples, Protocol::kFvc, [](std::size_t, std::size_t) { return 1.0; });
  EXPECT_EQ(study_fusion(fvc, samples, identity(), {2}).error().field, "protocol");
  const auto many = population(2, 11, 2);
  EXPECT_EQ(study_fusion(trial_of(many, 60), many, identity(), {2}).error().field, "subject");
}

TEST(Persons, TheReportsNameTheirFigures) {
  const auto samples = population(12, 2, 4);
  const FusionStudy study = *study_fusion(trial_of(samples, 60), samples, identity(), {1, 2});
  const std::string text = fusion_text(study);
  for (const char* expected : {"Persons of made", "FNMR at FMR 1 %", "correlation of their dB", "2 fingers fused",
                               "not supported"}) {  // 0.01 % of 2,112 comparisons
    EXPECT_THAT(text, HasSubstr(expected));
  }
  const auto json = fusion_json(study);
  EXPECT_EQ(json.at("rows").at(1).at("fingers").to_number<std::int64_t>(), 2);
  EXPECT_EQ(json.at("rows").at(1).at("fmr100").at("fnmr").at("trials").to_number<std::int64_t>(), 12 * 6);
  EXPECT_FALSE(json.at("rows").at(1).at("fmr10000").at("supported").as_bool());
  EXPECT_EQ(json.at("independence").at("comparisons").to_number<std::int64_t>(), 66 * 16);
}

}  // namespace
}  // namespace whorl::evaluation
