// Enrolments, erasures and searches from many threads on one gallery whose shards are sealed, merged and
// written meanwhile: what was acknowledged is found by the very next search, what was erased is not, and no
// search is incomplete.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <deque>
#include <thread>

#include "tests/index/gallery_fixture.h"

namespace whorl::index {
namespace {

constexpr int kThreads = 8;
// A sanitizer slows every step down ten times and more.
#if defined(__SANITIZE_THREAD__)
constexpr int kEach = 50;
#elif defined(__SANITIZE_ADDRESS__)
constexpr int kEach = 200;
#else
constexpr int kEach = 1250;
#endif
constexpr int kChanges = kThreads * kEach;  // enrolments, and as many erasures
constexpr int kStay = 20;                   // a thread's persons that are enrolled at any time
constexpr int kResidents = 60;

// A finger as it is enrolled, and the same capture as a probe: this test is about who is seen, not who is
// alike.
struct Print {
  explicit Print(int seed)
      : capture(finger_of(seed)), stored(finger_record(FingerPosition::kRightIndex, capture)), probe(capture) {}
  fingerprint::FingerprintTemplate capture;
  SampleRecord stored;
  TestProbe probe;
};

struct Tally {
  std::atomic<int> enrolled = 0;
  std::atomic<int> erased = 0;
  std::atomic<int> not_found = 0;    // enrolled and acknowledged, but not first in the next search
  std::atomic<int> still_found = 0;  // erased and acknowledged, but in the next search
  std::atomic<int> incomplete = 0;   // searches whose receipt is not whole
  std::atomic<int> refused = 0;      // calls that gave an error
};

// One thread's persons: they come, stay for kStay others, and go. Their fingers are used again by later
// persons, but no two enrolled at once have the same.
class Clerk {
 public:
  Clerk(Gallery& gallery, int number, Tally& tally) : gallery_(gallery), number_(number), tally_(tally) {
    for (int i = 0; i < kStay + 1; ++i) prints_.emplace_back(1000 * (number + 1) + i);
  }

  void run() {
    for (int i = 0; i < kEach + kStay; ++i) {
      if (i < kEach) enrol(i);
      if (i >= kStay) erase(i - kStay);
    }
  }

 private:
  [[nodiscard]] const Print& print(int i) const { return prints_[static_cast<std::size_t>(i) % prints_.size()]; }
  [[nodiscard]] std::string id(int i) const { return "m" + std::to_string(number_) + "-" + std::to_string(i); }

  void enrol(int i) {
    EncounterRecord record;
    record.person_id = id(i);
    record.encounter_id = "e1";
    record.galleries = {"default"};
    record.samples = {print(i).stored};
    if (!gallery_.add(record, PersonRule::kNew).ok()) {
      ++tally_.refused;
      return;
    }
    ++tally_.enrolled;
    const auto ids = search(i);
    if (ids.empty() || ids[0] != record.person_id) ++tally_.not_found;
  }

  void erase(int i) {
    const Status status = i % 2 == 0 ? gallery_.erase_person(id(i)) : gallery_.erase_encounter(id(i), "e1");
    if (!status.ok()) {
      ++tally_.refused;
      return;
    }
    ++tally_.erased;
    const auto ids = search(i);
    if (std::find(ids.begin(), ids.end(), id(i)) != ids.end()) ++tally_.still_found;
  }

  std::vector<std::string> search(int i) {
    SearchRequest request = request_of(print(i).probe);
    request.compare_all_samples = 0;
    request.candidates.persons = 4;
    const auto result = gallery_.search(request);
    if (!result.ok()) {
      ++tally_.refused;
      return {};
    }
    if (!result->complete()) ++tally_.incomplete;
    std::vector<std::string> ids;
    for (const auto& person : result->persons) ids.push_back(person.person_id);
    return ids;
  }

  Gallery& gallery_;
  const int number_;
  Tally& tally_;
  std::deque<Print> prints_;
};

TEST_F(GalleryTest, AcknowledgedIsFoundAndErasedIsNotByTheNextSearchUnderLoad) {
  options_.shard_fingers = 16;
  reopen();
  for (int i = 0; i < kResidents; ++i) add(record_of(i));
  Tally tally;
  {
    std::deque<Clerk> clerks;
    for (int t = 0; t < kThreads; ++t) clerks.emplace_back(*gallery_, t, tally);
    std::vector<std::jthread> threads;
    for (Clerk& clerk : clerks) threads.emplace_back([&clerk] { clerk.run(); });
  }
  EXPECT_EQ(tally.enrolled, kChanges);
  EXPECT_EQ(tally.erased, kChanges);
  EXPECT_EQ(tally.not_found, 0);
  EXPECT_EQ(tally.still_found, 0);
  EXPECT_EQ(tally.incomplete, 0);
  EXPECT_EQ(tally.refused, 0);
  const KeepingReport keeping = gallery_->keeping();
  EXPECT_GT(keeping.shards_written, 0U);
  EXPECT_GT(keeping.snapshots_written, 0U);
  EXPECT_EQ(keeping.failures, 0U) << keeping.last_failure;
  std::printf(
      "%d enrolments, %d erasures, %d threads; meanwhile %llu shards sealed, merged or rewritten, %llu "
      "snapshots written\n",
      tally.enrolled.load(), tally.erased.load(), kThreads, static_cast<unsigned long long>(keeping.shards_written),
      static_cast<unsigned long long>(keeping.snapshots_written));
  for (int round = 0; round < 2; ++round) {
    EXPECT_THAT(gallery_->galleries(),
                testing::ElementsAre(GalleryCounts{"default", kResidents, kResidents, kResidents}));
    const auto probe = probe_of(7);
    SearchRequest request = request_of(probe);
    request.max_results = kResidents + kChanges;
    EXPECT_EQ(found(request).size(), static_cast<std::size_t>(kResidents));
    reopen();
  }
}

}  // namespace
}  // namespace whorl::index
