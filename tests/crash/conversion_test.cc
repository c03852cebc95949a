// A conversion that is killed again and again loses nothing and doubles nothing.
#include <gtest/gtest.h>

#include <random>

#include "index/gallery.h"
#include "index/store/store.h"
#include "tests/crash/killed_child.h"
#include "tests/support/old_gallery.h"
#include "tests/support/shared_data.h"

namespace whorl::index {
namespace {

constexpr int kPersons = 20'000;

bool is_on_the_way(const std::filesystem::path& gallery) {
  const auto store = Store::open({gallery, false});
  EXPECT_TRUE(store.ok()) << store.error().text();
  return store.ok() && (*store)->conversion_need().value().begun;
}

TEST(KilledConversion, GoesOnWithoutLossOrDoubles) {
  const tests::TemporaryDirectory directory;
  const auto path = directory.path() / "gallery";
  const std::vector<EncounterRecord> records = tests::make_old_gallery(path, kPersons);
  std::mt19937 random(78);
  int on_the_way = 0;  // kills that left some records converted and some not
  for (int round = 0; round < 60 && on_the_way < 10; ++round) {
    const auto time = std::chrono::milliseconds(5 + 10 * round + static_cast<int>(random() % 50));
    if (crash::run_killed_after(time, WHORL_CONVERT_ONCE, {path.string()}) != -1) break;
    if (is_on_the_way(path)) ++on_the_way;
  }
  EXPECT_GE(on_the_way, 1);
  GalleryOptions options;
  options.directory = path;
  options.create_if_missing = false;
  options.seal = true;
  const auto gallery = Gallery::open(options);
  ASSERT_TRUE(gallery.ok()) << gallery.error().text();
  const GalleryCounts counts = (*gallery)->galleries().at(0);
  EXPECT_EQ(counts.persons, records.size());
  EXPECT_EQ(counts.encounters, records.size());
  EXPECT_FALSE((*gallery)->opening().read_only);
  EXPECT_EQ((*gallery)->keys()->epoch, 1U);
  for (const EncounterRecord& record : records) {
    ASSERT_EQ((*gallery)->encounters(record.person_id).value(), std::vector{record});
  }
}

}  // namespace
}  // namespace whorl::index
