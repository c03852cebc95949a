#include "datasets/population.h"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <set>

#include "datasets/reader.h"
#include "templates/image/decode.h"
#include "templates/image/encode.h"
#include "tests/support/shared_data.h"

namespace whorl::datasets {
namespace {

Bytes contents(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  return Bytes{std::istreambuf_iterator<char>(in), {}};
}

// Small fingers: the sanitizers make growing them slow.
PopulationPlan small_plan(int subjects, int fingers, int impressions) {
  PopulationPlan out;
  out.subjects = subjects;
  out.fingers_per_subject = fingers;
  out.impressions = impressions;
  out.seed = 42;
  out.master.width_px500 = 128;
  out.master.height_px500 = 128;
  return out;
}

const PopulationPlan kPlan = small_plan(2, 2, 2);

TEST(Population, WritesWhatTheReaderReads) {
  const tests::TemporaryDirectory folder;
  std::uint64_t last = 0;
  const auto written = write_population(folder.path(), kPlan, [&](std::uint64_t done, std::uint64_t total) {
    EXPECT_EQ(total, 8u);
    EXPECT_GT(done, last);
    last = done;
    return true;
  });
  ASSERT_TRUE(written.ok()) << written.error().text();
  EXPECT_EQ(*written, 8u);
  EXPECT_EQ(last, 8u);
  const auto dataset = read_dataset(folder.path());
  ASSERT_TRUE(dataset.ok()) << dataset.error().text();
  ASSERT_EQ(dataset->samples.size(), 8u);
  std::set<std::string> fingers;
  std::set<std::string> images;
  for (const DatasetSample& sample : dataset->samples) {
    fingers.insert(sample.finger);
    images.emplace(as_text(contents(sample.path)));
    const auto image = image::decode_to_standard(contents(sample.path));  // the resolution is in the file
    ASSERT_TRUE(image.ok()) << image.error().text();
    EXPECT_EQ(image->width, ImpressionParameters{}.width_px500);
  }
  EXPECT_EQ(fingers,
            (std::set<std::string>{"s0001/right_index", "s0001/left_index", "s0002/right_index", "s0002/left_index"}));
  EXPECT_EQ(images.size(), 8u);
}

TEST(Population, TheSamePlanGivesTheSameBytes) {
  const tests::TemporaryDirectory a;
  const tests::TemporaryDirectory b;
  PopulationPlan plan = kPlan;
  plan.subjects = 1;
  ASSERT_TRUE(write_population(a.path(), plan).ok());
  ASSERT_TRUE(write_population(b.path(), plan).ok());
  EXPECT_EQ(contents(a.path() / "s0001/left_index_2.png"), contents(b.path() / "s0001/left_index_2.png"));
  const MasterFingerprint master = population_master(plan, 0, 1);
  EXPECT_EQ(contents(a.path() / "s0001/left_index_2.png"),
            image::encode_png(population_impression(plan, master, 0, 1, 1)).value());
}

TEST(Population, StoppingLeavesNoManifest) {
  const tests::TemporaryDirectory folder;
  const auto stopped = write_population(folder.path(), kPlan, [](std::uint64_t, std::uint64_t) { return false; });
  ASSERT_FALSE(stopped.ok());
  EXPECT_EQ(stopped.error().kind, ErrorKind::kUnavailable);
  EXPECT_FALSE(std::filesystem::exists(folder.path() / "manifest.csv"));
}

TEST(Population, RefusesImpossiblePlansAndPlaces) {
  const tests::TemporaryDirectory folder;
  for (const PopulationPlan& plan : {small_plan(0, 1, 1), small_plan(1, 11, 1), small_plan(1, 1, 0)}) {
    EXPECT_EQ(write_population(folder.path(), plan).error().kind, ErrorKind::kInvalidInput);
  }
  std::ofstream(folder.path() / "file") << "x";
  EXPECT_EQ(write_population(folder.path() / "file", kPlan).error().kind, ErrorKind::kUnavailable);
}

TEST(Population, TheFirstImpressionIsCleanAndTheRestVary) {
  std::set<ImpressionKind> kinds;
  for (int subject = 0; subject < 100; ++subject) {
    EXPECT_EQ(population_kind(kPlan, subject, 0, 0), ImpressionKind::kClean);
    kinds.insert(population_kind(kPlan, subject, 0, 1));
  }
  EXPECT_EQ(kinds.size(), std::size(kImpressionKinds));
}

TEST(Population, BentPrintsBendMoreAndMore) {
  PopulationPlan plan = small_plan(1, 1, 4);
  plan.bend = 3;
  const MasterFingerprint master = population_master(plan, 0, 0);
  PopulationPlan flat = plan;
  flat.bend = 0;
  EXPECT_EQ(population_impression(plan, master, 0, 0, 0).pixels, population_impression(flat, master, 0, 0, 0).pixels);
  for (int i = 1; i < 4; ++i) {
    EXPECT_EQ(population_kind(plan, 0, 0, i), ImpressionKind::kDistorted);
    EXPECT_EQ(population_impression(plan, master, 0, 0, i).pixels,
              make_impression(master, static_cast<std::uint64_t>(i), bent(i)).pixels);
  }
  plan.bend = kMostBend + 1;
  const tests::TemporaryDirectory folder;
  EXPECT_EQ(write_population(folder.path(), plan).error().kind, ErrorKind::kInvalidInput);
}

TEST(Population, EveryFingerOfAHandComesOnce) {
  std::set<fingerprint::FingerPosition> seen;
  for (int i = 0; i < 10; ++i) seen.insert(finger_order(i));
  EXPECT_EQ(seen.size(), 10u);
  EXPECT_FALSE(seen.contains(fingerprint::FingerPosition::kUnknown));
}

}  // namespace
}  // namespace whorl::datasets
