// kill -9 in the middle of a bulk load, again and again: it comes to its end with nothing lost and nothing doubled.
#include <gtest/gtest.h>

#include <random>

#include "index/load_file.h"
#include "index/record/native_sample.h"
#include "tests/crash/killed_child.h"
#include "tests/support/random_prints.h"
#include "tests/support/shared_data.h"

namespace whorl::index {
namespace {

constexpr int kPersons = 2000;

void write_people(const std::filesystem::path& path) {
  const SampleRecord finger = native_sample(FingerPosition::kUnknown, tests::random_finger(1)).value();
  auto writer = EncounterFileWriter::create(path);
  ASSERT_TRUE(writer.ok());
  for (int i = 0; i < kPersons; ++i) {
    EncounterRecord record;
    record.person_id = "p" + std::to_string(i);
    record.encounter_id = "e";
    record.galleries = {"default"};
    record.samples.push_back(finger);
    ASSERT_TRUE(writer->add(record).ok());
  }
  ASSERT_TRUE(writer->finish().ok());
}

TEST(KilledLoad, GoesOnWithoutLossOrDoubles) {
  const tests::TemporaryDirectory directory;
  const auto file = directory.path() / "people";
  const auto path = directory.path() / "gallery";
  write_people(file);
  std::mt19937 random(77);
  int killed = 0;
  int status = -1;
  // Each round gets a little longer, so that one comes to its end however slow the machine is.
  for (int round = 0; status == -1; ++round) {
    ASSERT_LT(round, 200);
    const auto time = std::chrono::milliseconds(30 + 25 * round + static_cast<int>(random() % 100));
    status = crash::run_killed_after(time, WHORL_LOAD_ONCE, {path.string(), file.string()});
    if (status == -1) ++killed;
  }
  // 4: the kill before came between the load's end and the process's, so everybody was enrolled already.
  EXPECT_TRUE(status == 0 || status == 4) << status;
  EXPECT_GT(killed, 0);
  GalleryOptions options;
  options.directory = path;
  options.create_if_missing = false;
  const auto gallery = Gallery::open(options);
  ASSERT_TRUE(gallery.ok()) << gallery.error().text();
  const GalleryCounts counts = (*gallery)->galleries().at(0);
  EXPECT_EQ(counts.persons, static_cast<std::uint64_t>(kPersons));
  EXPECT_EQ(counts.encounters, static_cast<std::uint64_t>(kPersons));
  for (int i = 0; i < kPersons; i += 37) EXPECT_TRUE((*gallery)->encounter("p" + std::to_string(i), "e").ok());
}

}  // namespace
}  // namespace whorl::index
