// What the figures of docs/accuracy.md rest on: that a set which is left out leaves nothing behind.
#include <gtest/gtest.h>

#include "bench/training/damage.h"
#include "bench/training/leave_one_out.h"
#include "datasets/draws.h"
#include "datasets/synthetic.h"
#include "templates/fingerprint/extract/extract.h"

namespace whorl::training {
namespace {

// Training is compiled for AVX2 (bench/training/CMakeLists.txt).
bool machine_trains() {
#if defined(__x86_64__)
  return __builtin_cpu_supports("avx2") != 0;
#else
  return true;
#endif
}

fingerprint::Features features_about(double middle, datasets::Draws& draws) {
  fingerprint::Features out{};
  for (float& each : out) each = static_cast<float>(draws.normal(middle, 1));
  return out;
}

PairEvidence evidence_about(double middle, datasets::Draws& draws) {
  return {true, true, features_about(middle, draws)};
}

// Mated pairs lie about 2, others about 0.
SetEvidence set_of(const std::string& name, std::uint64_t seed) {
  datasets::Draws draws(seed);
  SetEvidence out;
  out.name = name;
  for (std::uint32_t i = 0; i < 60; ++i) {
    const bool mated = i % 3 == 0;
    out.pairs.push_back({i, i + 1, mated});
    out.evidence.push_back(evidence_about(mated ? 2 : 0, draws));
    out.damaged.push_back({evidence_about(mated ? 1 : 0, draws), mated});
  }
  return out;
}

// Of a few steps: what is asked is who takes part.
fingerprint::ScoreModel trained_without(const std::vector<SetEvidence>& sets, std::size_t left_out) {
  return train_first(sets, left_out, all_features(), {.epochs = 20}).full;
}

TEST(Training, ASetThatIsLeftOutLeavesNothingBehind) {
  if (!machine_trains()) GTEST_SKIP() << "this machine has no AVX2";
  const std::vector<SetEvidence> sets{set_of("one", 1), set_of("two", 2)};
  auto others = sets;
  others[0] = set_of("one", 3);
  EXPECT_EQ(trained_without(sets, 0).output, trained_without(others, 0).output);
  EXPECT_NE(trained_without(sets, 1).output, trained_without(others, 1).output);
}

TEST(Training, DamagedPrintsTrainAndAreLeftOutWithTheirSet) {
  if (!machine_trains()) GTEST_SKIP() << "this machine has no AVX2";
  const std::vector<SetEvidence> sets{set_of("one", 1), set_of("two", 2)};
  auto without = sets;
  without[0].damaged.clear();
  EXPECT_EQ(trained_without(sets, 0).output, trained_without(without, 0).output);
  EXPECT_NE(trained_without(sets, 1).output, trained_without(without, 1).output);
  auto lighter = sets;
  lighter[0].damaged_weight = 0.1;
  EXPECT_NE(trained_without(sets, 1).output, trained_without(lighter, 1).output);
}

TEST(Training, TheScaleOfFeaturesGoesByTheWeightOfTheirExamples) {
  if (!machine_trains()) GTEST_SKIP() << "this machine has no AVX2";
  std::vector<Example> examples;
  for (int i = 0; i < 40; ++i) {
    Example each;
    const bool light = i >= 20;
    each.features.fill(light ? 5.0F : 1.0F);
    each.mated = i % 2 == 0;
    each.weight = light ? 0.25 : 1;
    each.group = light ? 1 : 0;
    examples.push_back(each);
  }
  const auto model = train(examples, {.epochs = 1});
  EXPECT_NEAR(model.mean[0], (1 * 1 + 0.25 * 5) / 1.25, 1e-5);
  EXPECT_NEAR(model.inverse_deviation[0], 1 / 1.6, 1e-4);  // 4 apart, shares 0.8 and 0.2
}

TEST(Damage, IsDrawnBySeedAloneAndKeepsThePicturesSize) {
  const auto print = datasets::make_impression(datasets::make_master(7), 7);
  const auto once = damaged(print, 1);
  EXPECT_EQ(once.pixels, damaged(print, 1).pixels);
  EXPECT_NE(once.pixels, damaged(print, 2).pixels);
  EXPECT_NE(once.pixels, print.pixels);
  EXPECT_EQ(once.width, print.width);
  EXPECT_EQ(once.height, print.height);
  EXPECT_EQ(once.ppi, print.ppi);
}

TEST(Damage, LeavesAPrintThatIsWorse) {
  const auto print = datasets::make_impression(datasets::make_master(7), 7);
  const auto whole = fingerprint::extract(print);
  ASSERT_TRUE(whole.ok());
  int read = 0;
  int fewer = 0;
  constexpr int kTried = 20;
  for (std::uint64_t seed = 0; seed < kTried; ++seed) {
    const auto worse = fingerprint::extract(damaged(print, seed));
    if (!worse.ok()) continue;
    ++read;
    if (worse->minutiae.size() < whole->minutiae.size()) ++fewer;
  }
  EXPECT_GE(read, kTried * 3 / 4);
  EXPECT_GE(fewer, read * 3 / 4);
}

TEST(Damage, TakesAPictureWithoutAPrint) {
  image::GreyImage blank{120, 90, image::kStandardPpi, std::vector<std::uint8_t>(120 * 90, 255)};
  EXPECT_EQ(damaged(blank, 3).pixels.size(), blank.pixels.size());
}

}  // namespace
}  // namespace whorl::training
