// A rotation of keys that is killed again and again loses nobody, and leaves one key when it is let finish.
//
// WHORL_ROTATION_KILLS: how many kills (default 12).
#include <gtest/gtest.h>

#include <random>
#include <set>

#include "index/gallery.h"
#include "tests/crash/killed_child.h"
#include "tests/crash/rotated_people.h"
#include "tests/support/shared_data.h"
#include "tests/support/wished.h"

namespace whorl::index {
namespace {

constexpr int kStay = 400;  // people who were there before

GalleryOptions options_of(const std::filesystem::path& path) {
  GalleryOptions options;
  options.directory = path;
  options.threads = 2;
  options.shard_fingers = kMaxFingers;
  return options;
}

std::size_t keys_in(const std::filesystem::path& path) {
  std::size_t out = 0;
  for (const auto& entry : std::filesystem::directory_iterator(path / "keys")) {
    out += entry.path().filename().string().starts_with("kek-") ? 1 : 0;
  }
  return out;
}

TEST(KilledRotation, LosesNobodyAndGoesOn) {
  const int kills = tests::wished("WHORL_ROTATION_KILLS", 12);
  const tests::TemporaryDirectory directory;
  const auto path = directory.path() / "gallery";
  {
    const auto gallery = Gallery::open(options_of(path));
    ASSERT_TRUE(gallery.ok()) << gallery.error().text();
    std::vector<EncodedRecord> batch;
    for (int i = 0; i < kStay; ++i) batch.push_back(*encoded(crash::rotated_person(i)));
    ASSERT_EQ((*gallery)->load(std::move(batch), "all", {})->encounters, static_cast<std::uint64_t>(kStay));
    (*gallery)->settle();
  }
  std::mt19937 random(26);
  int between = 0;  // kills that left two keys
  std::uint32_t epoch = 0;
  for (int kill = 0; kill < kills; ++kill) {
    const auto time = std::chrono::milliseconds(100 + random() % 2000);
    const int status =
        crash::run_killed_after(time, WHORL_ROTATE_UNTIL_KILLED, {path.string(), std::to_string(10'000 + kill * 1000)});
    ASSERT_EQ(status, -1) << "it ended by itself";
    between += keys_in(path) > 1 ? 1 : 0;
    const auto gallery = Gallery::open(options_of(path));
    ASSERT_TRUE(gallery.ok()) << gallery.error().text();
    EXPECT_GE((*gallery)->keys()->epoch, epoch);
    epoch = (*gallery)->keys()->epoch;
    for (int i = 0; i < kStay; ++i) {
      const auto read = (*gallery)->encounter("p" + std::to_string(i), "e");
      ASSERT_TRUE(read.ok()) << read.error().text();
      ASSERT_EQ(*read, crash::rotated_person(i));
    }
    if (kill % 3 == 0) {
      ASSERT_TRUE((*gallery)->rotate_keys().ok());
      EXPECT_EQ(keys_in(path), 1U);
      EXPECT_TRUE((*gallery)->keys()->earlier_epochs.empty());
    }
  }
  std::printf("%d kills, %d of them left two keys, epoch %u\n", kills, between, epoch);
}

}  // namespace
}  // namespace whorl::index
