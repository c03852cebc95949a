// Many threads on one gallery: enrolling, searching, erasing. Small, so that the thread sanitizer can follow.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "tests/index/gallery_fixture.h"

namespace whorl::index {
namespace {

constexpr int kThreads = 4;

void in_threads(int n, const std::function<void(int)>& body) {
  std::vector<std::jthread> threads;
  for (int t = 0; t < n; ++t) threads.emplace_back([&body, t] { body(t); });
}

TEST_F(GalleryTest, OneOfManyEnrolsAPerson) {
  std::atomic<int> done = 0;
  std::atomic<int> refused = 0;
  in_threads(kThreads, [&](int t) {
    for (int i = 0; i < 5; ++i) {
      const auto added = gallery_->add(record_of(i, t), PersonRule::kNew);
      if (added.ok()) ++done;
      if (!added.ok() && added.error().kind == ErrorKind::kAlreadyExists) ++refused;
    }
  });
  EXPECT_EQ(done, 5);
  EXPECT_EQ(refused, 5 * (kThreads - 1));
  EXPECT_THAT(gallery_->galleries(), testing::ElementsAre(GalleryCounts{"default", 5, 5, 5}));
}

// Whoever changes the gallery meanwhile, every search covers exactly the persons of its snapshot and finds the
// person that stays.
TEST_F(GalleryTest, SearchesAreCompleteWhileOthersWrite) {
  options_.shard_fingers = 10;
  reopen();
  add(record_of(1000));
  std::atomic<int> writers = 2;
  std::atomic<int> searches = 0;
  in_threads(4, [&](int t) {
    if (t < 2) {
      for (int i = 0; i < 25; ++i) {
        EXPECT_TRUE(gallery_->add(record_of(t * 100 + i), PersonRule::kNew).ok());
        if (i >= 5) {
          EXPECT_TRUE(gallery_->erase_person("p" + std::to_string(t * 100 + i - 5)).ok());
        }
      }
      --writers;
      return;
    }
    const auto probe = probe_of(1000);
    SearchRequest request = request_of(probe);
    request.compare_all_samples = 0;
    request.candidates.persons = t == 2 ? 0 : 4;
    do {
      const auto result = gallery_->search(request);
      ASSERT_TRUE(result.ok()) << result.error().text();
      EXPECT_TRUE(result->complete()) << result->searched << " of " << result->gallery_size;
      ASSERT_FALSE(result->persons.empty());
      EXPECT_EQ(result->persons[0].person_id, "p1000");
      ++searches;
    } while (writers > 0);
  });
  EXPECT_GT(searches, 0);
  EXPECT_THAT(gallery_->galleries(), testing::ElementsAre(GalleryCounts{"default", 11, 11, 11}));
  reopen();
  EXPECT_THAT(gallery_->galleries(), testing::ElementsAre(GalleryCounts{"default", 11, 11, 11}));
}

TEST_F(GalleryTest, ReadersAndVerifiersMeetErasures) {
  for (int i = 0; i < 12; ++i) add(record_of(i));
  in_threads(3, [&](int t) {
    const auto probe = probe_of(3);
    for (int i = 0; i < 12; ++i) {
      const std::string id = "p" + std::to_string(i);
      if (t == 0) {
        EXPECT_TRUE(gallery_->erase_person(id).ok());
        continue;
      }
      const auto compared = gallery_->compare("ALL", id, probe.samples());
      EXPECT_TRUE(compared.ok() || compared.error().kind == ErrorKind::kNotFound);
      const auto records = gallery_->encounters(id);
      EXPECT_TRUE(records.ok() || records.error().kind == ErrorKind::kNotFound);
    }
  });
  EXPECT_THAT(gallery_->galleries(), testing::ElementsAre(GalleryCounts{"default", 0, 0, 0}));
}

}  // namespace
}  // namespace whorl::index
