// Erasing what is due, killed again and again: each encounter is there without a leaf of its erasure, or gone with one.
#include <gtest/gtest.h>

#include "audit/export_folder.h"
#include "audit/verification.h"
#include "index/gallery.h"
#include "tests/crash/killed_child.h"
#include "tests/crash/rotated_people.h"
#include "tests/support/shared_data.h"

namespace whorl::index {
namespace {

constexpr int kPeople = 800;
constexpr int kWantedKills = 3;
constexpr int kMostKills = 30;

// Soon after all of them were enrolled: nothing is due, and the housekeeping of whoever looks erases nobody.
class ThenWorld final : public World {
 public:
  std::chrono::system_clock::time_point now() override {
    return std::chrono::system_clock::time_point(std::chrono::milliseconds(1'700'000'060'000));
  }
  std::chrono::steady_clock::time_point ticks() override { return real_world().ticks(); }
  std::uint64_t random_u64() override { return real_world().random_u64(); }
};

class KilledRetention : public testing::Test {
 protected:
  [[nodiscard]] std::filesystem::path path() const { return directory_.path() / "gallery"; }
  std::unique_ptr<Gallery> opened(World* world) {
    GalleryOptions options;
    options.directory = path();
    options.threads = 2;
    options.world = world;
    auto gallery = Gallery::open(options);
    EXPECT_TRUE(gallery.ok()) << gallery.error().text();
    return gallery.ok() ? std::move(*gallery) : nullptr;
  }
  // Holds who is there against the log, which is verified; gives how many are.
  int there(Gallery& gallery, int look) {
    int out = 0;
    for (int i = 0; i < kPeople; ++i) out += gallery.encounter("p" + std::to_string(i), "e").ok() ? 1 : 0;
    const auto folder = directory_.path() / ("log-" + std::to_string(look));
    EXPECT_TRUE(gallery.export_audit(folder).ok());
    audit::ExportFolder log(folder);
    const auto key = crypto::NoteVerifier::parse(gallery.audit()->key);
    EXPECT_TRUE(key.ok());
    const auto verified = audit::verify(log, {*key});
    EXPECT_TRUE(verified.ok()) << verified.error().text();
    if (!verified.ok()) return out;
    EXPECT_EQ(verified->encounters, out);
    const auto erased = verified->operations.find("erase");
    EXPECT_EQ(erased == verified->operations.end() ? 0 : erased->second, static_cast<std::uint64_t>(kPeople - out));
    return out;
  }

  tests::TemporaryDirectory directory_;
  ThenWorld then_;
};

TEST_F(KilledRetention, NeitherLosesNorErasesTwice) {
  {
    const auto gallery = opened(&then_);
    ASSERT_NE(gallery, nullptr);
    std::vector<EncodedRecord> batch;
    for (int i = 0; i < kPeople; ++i) batch.push_back(*encoded(crash::rotated_person(i)));
    ASSERT_EQ(gallery->load(std::move(batch), "all", {})->encounters, static_cast<std::uint64_t>(kPeople));
    ASSERT_TRUE(gallery->set_retention(1).ok());
    ASSERT_EQ(there(*gallery, 0), kPeople);
  }
  int before = kPeople;
  int between = 0;  // kills that left some and took some
  auto time = std::chrono::microseconds(60'000);
  for (int kill = 1; kill <= kMostKills && between < kWantedKills && before > 0; ++kill) {
    crash::run_killed_after(time, WHORL_ERASE_DUE_UNTIL_KILLED, {path().string()});
    const auto gallery = opened(&then_);
    ASSERT_NE(gallery, nullptr);
    const int now = there(*gallery, kill);
    EXPECT_LE(now, before);
    between += now < before && now > 0 ? 1 : 0;
    if (now == before) time += time / 5;  // it was killed while it was opening
    before = now;
  }
  EXPECT_GT(between, 0);
  const auto gallery = opened(nullptr);
  ASSERT_NE(gallery, nullptr);
  const auto done = gallery->erase_due();
  ASSERT_TRUE(done.ok()) << done.error().text();
  EXPECT_EQ(done->due, 0U);
  EXPECT_EQ(there(*gallery, kMostKills + 1), 0);
  std::printf("%d kills in the midst\n", between);
}

}  // namespace
}  // namespace whorl::index
