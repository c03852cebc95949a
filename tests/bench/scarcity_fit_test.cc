// What is taken off where prints show little: that the fit finds what is there, and that it holds on prints that
// nothing was fitted to.
#include "bench/training/scarcity_fit.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <random>

#include "bench/training/damage.h"
#include "datasets/synthetic.h"
#include "templates/fingerprint/compare/compare.h"
#include "templates/fingerprint/compare/score_model.h"
#include "tests/support/shared_data.h"

namespace whorl::training {
namespace {

using engine::Calibration;
using fingerprint::ScoreModels;

// Models whose log odds are the feature kSupport, whatever else is there.
ScoreModels by_support() {
  ScoreModels out;
  for (auto* model : {&out.minutiae, &out.full}) {
    model->inverse_deviation.fill(0.5F);  // what lies further than 6 of it counts as 6
    model->straight[fingerprint::kSupport] = 2;
  }
  return out;
}

// A decibel of it is half a log odd, and 30 dB lie at log odds of -2: below the gate of the second models.
Calibration known() {
  Calibration::NonMated scores{"known", {}};
  constexpr int kScores = 2'000'000;
  for (int i = 0; i < kScores; ++i) {
    const double db = -10 * std::log10((i + 0.5) / kScores);
    scores.scores.push_back({fingerprint::raw_score(static_cast<float>(db / 2 - 17)), 1});
  }
  return Calibration::fit({scores}, {}, "test").value();
}

// Pairs that show so much, of which so many a thousand reach 30 dB.
std::vector<PartPair> pairs_of(float minutiae, float cells, double a_thousand, std::uint64_t seed) {
  std::mt19937_64 draws(seed);
  std::vector<PartPair> out(20'000);
  for (PartPair& pair : out) {
    pair.evidence.aligned = pair.evidence.has_ridges = true;
    auto& features = pair.evidence.features;
    features[fingerprint::kMinutiaeSmaller] = minutiae;
    features[fingerprint::kOverlap] = cells;
    features[fingerprint::kOverlapShare] = 1;
    const double drawn = static_cast<double>(draws() >> 11) * 0x1p-53;
    features[fingerprint::kSupport] = drawn < a_thousand / 1000 ? -1.9F : -9;
  }
  return out;
}

// Of half the minutiae twice as many reach 30 dB, of half the area half as many again. Whole synthetic prints show more
// than whole real ones, so they ask for more to be taken off the others, and that is what is taken.
TEST(ScarcityFit, FindsHowMuchMoreOftenFewMinutiaeAndSmallAreasReachAScore) {
  Models models;
  models.without = {by_support()};
  models.all = by_support();
  const auto more = [](double number, double area) { return std::pow(number, -1) * std::pow(area, -std::log2(1.5)); };
  std::vector<PartPairs> parts;
  std::uint64_t seed = 0;
  constexpr float kWholeReal = 1.6F;       // times 25 minutiae
  constexpr float kWholeSynthetic = 2.0F;  // and so many
  for (const float area : {1.6F, 1.0F, 0.5F}) {
    for (const float number : {1.6F, 1.0F, 0.5F, 0.25F}) {
      const bool whole = parts.empty();
      const float synthetic = whole ? kWholeSynthetic : number;
      parts.push_back(
          {"",
           pairs_of(25 * number, 150 * area, 6 * more(static_cast<double>(number), static_cast<double>(area)), ++seed),
           pairs_of(25 * synthetic, 150 * area, 12 * more(static_cast<double>(synthetic), static_cast<double>(area)),
                    ++seed)});
    }
  }
  const auto found = fit_scarcity(parts, models, known());
  ASSERT_TRUE(found.ok());
  const auto off = [&](float number, float area) {
    fingerprint::Features features{};
    features[fingerprint::kMinutiaeSmaller] = 25 * number;
    features[fingerprint::kOverlap] = 150 * area;
    features[fingerprint::kOverlapShare] = 1;
    return static_cast<double>(found->taken_off(features));
  };
  const auto expected = [&](double number, double area) {
    return 5 * std::log10(more(number, area) / more(static_cast<double>(kWholeSynthetic), 1.6));
  };
  EXPECT_NEAR(off(kWholeSynthetic, 1.6F), 0, 0.4);
  EXPECT_NEAR(off(kWholeReal, 1.6F), expected(1.6, 1.6), 0.4);
  EXPECT_NEAR(off(1, 1), expected(1, 1), 0.4);
  EXPECT_NEAR(off(0.25F, 1), expected(0.25, 1), 0.4);
  EXPECT_NEAR(off(1, 0.5F), expected(1, 0.5), 0.4);
  EXPECT_NEAR(off(0.25F, 0.5F), expected(0.25, 0.5), 0.4);
}

// By the models of all sets every pair reaches 30 dB here.
TEST(ScarcityFit, CountsRealPairsByTheModelsThatLeftTheirSetsOut) {
  Models models;
  models.without = {by_support()};
  models.all = ScoreModels{};
  const auto pairs = pairs_of(40, 240, 0, 1);
  EXPECT_EQ(parts_table({{"few", pairs, pairs}}, models, known()),
            "| seen / expected | non-mated pairs | 20 dB | 30 dB | 40 dB |\n|---|---:|---:|---:|---:|\n"
            "| few, real | 20000 | 0 / 200.0 | 0 / 20.0 | 0 / 2.0 |\n"
            "| few, synthetic | 20000 | 20000 / 200.0 | 20000 / 20.0 | 0 / 2.0 |\n");
}

TEST(ScarcityFit, RefusesWhatHasNoWholePrints) {
  Models models;
  models.without = {by_support()};
  models.all = by_support();
  EXPECT_FALSE(fit_scarcity({{"", pairs_of(25, 150, 6, 1), {}}}, models, known()).ok());
  EXPECT_FALSE(fit_scarcity({}, models, known()).ok());
}

TEST(PartOf, IsARectangleOfThePicture) {
  const auto print = datasets::make_impression(datasets::make_master(7), 7);
  const auto part = part_of(print, 0.5, 1);
  EXPECT_EQ(part.width, print.width / 2);
  EXPECT_EQ(part.height, print.height / 2);
  ASSERT_EQ(part.pixels.size(), static_cast<std::size_t>(part.width) * static_cast<std::size_t>(part.height));
  EXPECT_NE(part.pixels, part_of(print, 0.5, 2).pixels);
  const auto row =
      std::search(print.pixels.begin(), print.pixels.end(), part.pixels.begin(), part.pixels.begin() + part.width);
  EXPECT_NE(row, print.pixels.end());
  EXPECT_EQ(part_of(print, 1, 3).pixels, print.pixels);
  EXPECT_EQ(smaller(print, 0.5).width, print.width / 2);
}

// 198 pairs are promised at 20 dB and 20 at 30 dB. Before anything was taken off, six times as many reached 20 dB.
TEST(Scarcity, ClaimsHoldOnPartsOfPrintsThatNothingWasFittedTo) {
  const auto folder = tests::shared_fingerprints();
  if (!folder) GTEST_SKIP() << "no measurement data: data/fingerprints/manifest.csv is absent";
  const auto corpus = load_corpora({(*folder / "manifest.csv").string()}, {"FCJ2020_A"});
  ASSERT_TRUE(corpus.ok());
  CorpusSet parts;
  constexpr std::size_t kOneIn = 3;  // captures
  for (std::size_t i = 0; i < corpus->front().images.size(); i += kOneIn) {
    parts.samples.push_back(corpus->front().samples[i]);
    parts.images.push_back(part_of(corpus->front().images[i], 0.6, i));
  }
  const Prints prints = prepare(parts, {}, {});
  std::vector<double> decibels;
  for (std::size_t i = 0; i < prints.samples.size(); ++i) {
    for (std::size_t j = i + 1; j < prints.samples.size(); ++j) {
      if (!prints.prepared[i] || !prints.prepared[j] || prints.samples[i].finger == prints.samples[j].finger) continue;
      decibels.push_back(
          Calibration::shipped().db(fingerprint::compare(*prints.prepared[i], *prints.prepared[j]).score));
    }
  }
  ASSERT_GT(decibels.size(), 15'000U);
  for (const auto& [db, most] : {std::pair{20, 2.0}, std::pair{30, 3.0}}) {
    const auto seen = std::count_if(decibels.begin(), decibels.end(), [&](double d) { return d >= db; });
    const double ratio = static_cast<double>(seen) / static_cast<double>(decibels.size()) * std::pow(10, db / 10.0);
    std::printf("parts of FCJ2020_A from %d dB: %.2f times what is promised\n", db, ratio);
    EXPECT_LT(ratio, most);
    EXPECT_GT(ratio, 0.2);
  }
}

}  // namespace
}  // namespace whorl::training
