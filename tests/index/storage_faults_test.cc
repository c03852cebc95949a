// Disks that fail under a gallery: nothing acknowledged is lost, nothing is acknowledged that is not kept, searches go
// on, the process lives, and the gallery takes changes again by itself once the disk does.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rocksdb/db.h>

#include <atomic>
#include <filesystem>
#include <future>
#include <memory>
#include <random>
#include <set>
#include <thread>

#include "tests/index/gallery_fixture.h"
#include "tests/support/faulty_disk.h"
#include "tests/support/wished.h"

namespace whorl::index {
namespace {

namespace fs = std::filesystem;
using testing::AnyOf;
using testing::HasSubstr;

std::string name_of(int person) { return "p" + std::to_string(person); }

std::size_t files_in(const fs::path& folder) {
  return static_cast<std::size_t>(
      std::distance(fs::recursive_directory_iterator(folder), fs::recursive_directory_iterator()));
}

class StorageFaults : public testing::Test {
 protected:
  void SetUp() override {
    options_.directory = directory_.path() / "gallery";
    options_.threads = 2;
    options_.shard_fingers = 20;
    options_.least_free_bytes = 0;
    options_.reopen_after = std::chrono::milliseconds(0);
    options_.env = disk_.env();
    options_.files = disk_.files();
    options_.events = [this](const Event& event) {
      const std::scoped_lock lock(heard_mutex_);
      heard_.push_back(event.code);
    };
    open();
    for (int i = 0; i < 12; ++i) enrol(i);
  }

  void open() {
    gallery_.reset();
    auto opened = Gallery::open(options_);
    ASSERT_TRUE(opened.ok()) << opened.error().text();
    gallery_ = std::move(opened).value();
  }

  void enrol(int person) {
    const auto added = gallery_->add(record_of(person), PersonRule::kNew);
    ASSERT_TRUE(added.ok()) << added.error().text();
    enrolled_.insert(person);
  }

  // Refused as something that may work later.
  void expect_refused(int person) {
    const auto refused = gallery_->add(record_of(person), PersonRule::kNew);
    ASSERT_FALSE(refused.ok());
    EXPECT_THAT(refused.error().kind, AnyOf(ErrorKind::kUnavailable, ErrorKind::kExhausted)) << refused.error().text();
  }

  static std::optional<std::string> first_of(const Gallery& gallery, int person) {
    const TestProbe probe = probe_of(person);
    const auto result = gallery.search(request_of(probe));
    if (!result.ok() || !result->complete() || result->persons.empty()) return std::nullopt;
    return result->persons[0].person_id;
  }

  // Exactly those who are enrolled are in the records and in the shards, and are found.
  void expect_exactly_enrolled(const Gallery& gallery) {
    EXPECT_EQ(gallery.galleries()[0].persons, enrolled_.size());
    for (const int person : enrolled_) {
      EXPECT_TRUE(gallery.encounters(name_of(person)).ok()) << person;
      EXPECT_EQ(first_of(gallery, person), name_of(person));
    }
  }
  void expect_all_kept() {
    expect_exactly_enrolled(*gallery_);
    open();
    expect_exactly_enrolled(*gallery_);
  }

  [[nodiscard]] bool heard(const std::string& code) {
    const std::scoped_lock lock(heard_mutex_);
    return std::find(heard_.begin(), heard_.end(), code) != heard_.end();
  }

  tests::TemporaryDirectory directory_;
  tests::FaultyDisk disk_;
  GalleryOptions options_;
  std::set<int> enrolled_;
  std::mutex heard_mutex_;
  std::vector<std::string> heard_;  // guarded by heard_mutex_
  std::unique_ptr<Gallery> gallery_;
};

// Whoever copies the gallery may be gone, and nobody may be there to let go of the moment.
TEST_F(StorageFaults, AMomentThatSomebodyKeepsIsNotWaitedFor) {
  constexpr std::chrono::seconds kPatience{60};
  auto moment = gallery_->moment().value();
  EXPECT_EQ(moment->names({}, 100)->encounters.size(), 12U);
  disk_.fill(0, std::uint64_t{1} << 40);
  expect_refused(50);
  disk_.make_room();
  auto enrolling = std::async(std::launch::async, [&] { return gallery_->add(record_of(51), PersonRule::kNew).ok(); });
  const bool in_time = enrolling.wait_for(kPatience) == std::future_status::ready;
  EXPECT_TRUE(in_time);
  if (!in_time) moment.reset();  // so that this test ends
  ASSERT_TRUE(enrolling.get());
  enrolled_.insert(51);
  ASSERT_TRUE(moment);
  EXPECT_TRUE(moment->ended());
  EXPECT_EQ(moment->names({}, 100).error().kind, ErrorKind::kUnavailable);
  EXPECT_EQ(moment->record("p1", "e1").error().kind, ErrorKind::kUnavailable);
  EXPECT_EQ(moment->digests().error().kind, ErrorKind::kUnavailable);
  auto next = gallery_->moment().value();
  EXPECT_FALSE(next->ended());
  EXPECT_EQ(next->names({}, 100)->encounters.size(), 13U);
  moment.reset();
  EXPECT_EQ(next->names({}, 100)->encounters.size(), 13U);
  next.reset();
  expect_all_kept();
}

TEST_F(StorageFaults, WhoeverReadsAMomentWhileTheDiskFailsIsToldSo) {
  std::atomic<bool> over = false;
  std::atomic<int> whole = 0;
  std::atomic<int> ended = 0;
  std::vector<std::thread> readers;
  for (int reader = 0; reader < 2; ++reader) {
    readers.emplace_back([&] {
      while (!over) {
        const auto moment = gallery_->moment();
        if (!moment.ok()) continue;
        for (int n = 0; n < 200 && !over; ++n) {
          const auto names = (*moment)->names({}, 100);
          if (names.ok()) {
            EXPECT_GE(names->encounters.size(), 12U);
            ++whole;
            continue;
          }
          EXPECT_EQ(names.error().kind, ErrorKind::kUnavailable) << names.error().text();
          EXPECT_TRUE((*moment)->ended());
          ++ended;
          break;
        }
      }
    });
  }
  for (int person = 60; person < 75; ++person) {
    disk_.fill(0, std::uint64_t{1} << 40);
    expect_refused(person);
    disk_.make_room();
    enrol(person);
  }
  over = true;
  for (std::thread& reader : readers) reader.join();
  EXPECT_GT(whole, 0);
  EXPECT_GT(ended, 0);
  expect_all_kept();
}

TEST_F(StorageFaults, AMarginIsKeptFree) {
  options_.least_free_bytes = 1000000;
  open();
  disk_.fill(~std::uint64_t{0}, 900000);
  const auto refused = gallery_->add(record_of(50), PersonRule::kNew);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().kind, ErrorKind::kExhausted);
  EXPECT_THAT(refused.error().message, HasSubstr("MiB are needed"));
  EXPECT_EQ(gallery_->health().error().kind, ErrorKind::kExhausted);
  EXPECT_EQ(first_of(*gallery_, 3), "p3");
  ASSERT_TRUE(gallery_->erase_person("p4").ok());  // erasing must be possible on a disk that is nearly full
  enrolled_.erase(4);
  disk_.make_room();
  EXPECT_TRUE(gallery_->health().ok());
  enrol(50);
  expect_all_kept();
}

TEST_F(StorageFaults, AFailedEnrolmentLeavesNoImageAndTheNextOnesDo) {
  options_.keep_images = true;
  open();
  const Bytes file(5000, 0x5a);
  EncounterRecord record = record_of(70);
  record.samples[0].image = reference_to(0, file);
  const std::vector<ImageToKeep> images{{*record.samples[0].image, {}, file}};
  disk_.fill(300, std::uint64_t{1} << 30);
  ASSERT_FALSE(gallery_->add(record, PersonRule::kNew, {}, images).ok());
  disk_.make_room();
  enrol(71);  // the database is opened again, and the failed enrolment taken back
  EXPECT_EQ(gallery_->image(record, 0).error().kind, ErrorKind::kNotFound);
  ASSERT_TRUE(gallery_->purge_erased().ok());
  for (const auto& row : tests::raw_rows(options_.directory)) EXPECT_NE(row.family, "images") << "it was taken back";
  ASSERT_TRUE(gallery_->add(record, PersonRule::kNew, {}, images).ok());
  enrolled_.insert(70);
  EXPECT_EQ(gallery_->image(record, 0)->bytes, file);
  expect_all_kept();
  EXPECT_EQ(gallery_->image(record, 0)->bytes, file);
}

TEST_F(StorageFaults, AFullDiskRefusesAndComesBack) {
  for (const std::uint64_t left : {0, 1, 100, 300}) {
    disk_.fill(left, std::uint64_t{1} << 30);
    expect_refused(100);
    expect_refused(101);
    EXPECT_FALSE(gallery_->health().ok());
    EXPECT_EQ(first_of(*gallery_, 3), "p3");
    EXPECT_NE(first_of(*gallery_, 100), "p100");
    disk_.make_room();
    enrol(static_cast<int>(200 + left));
    EXPECT_TRUE(gallery_->health().ok());
    expect_exactly_enrolled(*gallery_);
    EXPECT_EQ(gallery_->encounters("p100").error().kind, ErrorKind::kNotFound);
  }
  EXPECT_TRUE(heard("storage_failed"));
  EXPECT_TRUE(heard("storage_back"));
  enrol(100);
  expect_all_kept();
}

// RocksDB makes the families one after another.
TEST_F(StorageFaults, AGalleryThatWasKilledWhileItWasMadeIsMadeAgain) {
  gallery_.reset();
  enrolled_.clear();
  fs::remove_all(options_.directory);
  {
    rocksdb::Options options;
    options.create_if_missing = true;
    rocksdb::DB* made = nullptr;
    ASSERT_TRUE(rocksdb::DB::Open(options, options_.directory.string(), &made).ok());
    const std::unique_ptr<rocksdb::DB> db(made);
    rocksdb::ColumnFamilyHandle* index = nullptr;
    ASSERT_TRUE(db->CreateColumnFamily({}, "index", &index).ok());
    ASSERT_TRUE(db->DestroyColumnFamilyHandle(index).ok());
  }
  open();
  for (int i = 0; i < 4; ++i) enrol(i);
  expect_all_kept();
}

TEST_F(StorageFaults, AGalleryComesBackWithoutAChange) {
  disk_.fill(0, std::uint64_t{1} << 30);
  expect_refused(100);
  disk_.make_room();
  for (int i = 0; i < 100 && !gallery_->health().ok(); ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
  }
  EXPECT_TRUE(gallery_->health().ok());
}

TEST_F(StorageFaults, ASyncThatFailsIsNoAcknowledgement) {
  disk_.fail_syncs(true);
  expect_refused(100);
  expect_refused(101);
  EXPECT_EQ(first_of(*gallery_, 3), "p3");
  disk_.fail_syncs(false);
  enrol(102);
  expect_exactly_enrolled(*gallery_);
  EXPECT_EQ(gallery_->encounters("p100").error().kind, ErrorKind::kNotFound);
  enrol(100);
  expect_all_kept();
}

TEST_F(StorageFaults, AnEffectThatIsTakenBackIsNotToldOfBefore) {
  ASSERT_TRUE(gallery_->put_task("task", as_bytes("head"), as_bytes("request")).ok());
  audit::Asked asked;
  asked.task = "task";
  asked.task_answer = "enrolled";
  disk_.fail_syncs(true);
  ASSERT_FALSE(gallery_->add(record_of(50), PersonRule::kNew, {}, {}, asked).ok());
  disk_.fail_syncs(false);
  const auto effect = gallery_->task_body("task", TaskBody::kEffect);
  ASSERT_TRUE(effect.ok()) << effect.error().text();
  const bool told = effect->has_value();
  EXPECT_EQ(gallery_->encounters("p50").ok(), told);
  enrol(51);
  EXPECT_EQ(gallery_->encounters("p50").ok(), told) << "who was told that it is done, was told the truth";
  if (told) enrolled_.insert(50);
  expect_all_kept();
}

TEST_F(StorageFaults, AnErasureThatFailsIsWholeOrNotAtAll) {
  disk_.fail_syncs(true);
  const Status refused = gallery_->erase_person("p5");
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().kind, ErrorKind::kUnavailable);
  disk_.fail_syncs(false);
  enrol(102);
  const bool kept = gallery_->encounters("p5").ok();
  if (!kept) enrolled_.erase(5);
  EXPECT_EQ(first_of(*gallery_, 5) == "p5", kept);
  expect_all_kept();
}

TEST_F(StorageFaults, ATornWriteLosesNothingAcknowledged) {
  disk_.fail_syncs(true);
  expect_refused(100);
  const fs::path after = directory_.path() / "after";
  disk_.copy_as_cut(options_.directory, after);
  disk_.fail_syncs(false);
  GalleryOptions options = options_;
  options.directory = after;
  const auto opened = Gallery::open(options);
  ASSERT_TRUE(opened.ok()) << opened.error().text();
  for (const int person : enrolled_) EXPECT_EQ(first_of(**opened, person), name_of(person));
  EXPECT_EQ((*opened)->galleries()[0].persons, enrolled_.size());
}

TEST_F(StorageFaults, AFolderThatVanishesTakesNoChanges) {
  const fs::path away = directory_.path() / "away";
  fs::rename(options_.directory, away);
  expect_refused(100);
  EXPECT_EQ(gallery_->health().error().kind, ErrorKind::kUnavailable);
  EXPECT_THAT(gallery_->health().error().message, HasSubstr("was removed or replaced"));
  EXPECT_EQ(first_of(*gallery_, 3), "p3");
  EXPECT_FALSE(gallery_->erase_person("p3").ok());
  fs::create_directory(options_.directory);  // another folder of the same name is not it
  EXPECT_FALSE(gallery_->health().ok());
  expect_refused(100);
  fs::remove_all(options_.directory);
  fs::rename(away, options_.directory);
  enrol(100);
  expect_all_kept();
}

TEST_F(StorageFaults, AFolderThatIsRemovedTakesNoChanges) {
  fs::remove_all(options_.directory);
  expect_refused(100);
  expect_refused(101);
  EXPECT_FALSE(gallery_->health().ok());
  EXPECT_EQ(first_of(*gallery_, 3), "p3");
}

TEST_F(StorageFaults, AGalleryThatMayNotBeReadIsNotCalledAbsent) {
  gallery_.reset();
  disk_.forbid(options_.directory);
  options_.create_if_missing = false;
  const auto opened = Gallery::open(options_);
  ASSERT_FALSE(opened.ok());
  EXPECT_EQ(opened.error().kind, ErrorKind::kUnauthorised);
  EXPECT_THAT(opened.error().message, HasSubstr("Permission denied"));
}

TEST_F(StorageFaults, AGalleryThatIsOpenElsewhereSaysHowToAskIt) {
  const auto second = Gallery::open(options_);
  ASSERT_FALSE(second.ok());
  EXPECT_EQ(second.error().kind, ErrorKind::kUnavailable);
  EXPECT_THAT(second.error().message, HasSubstr("another whorl has the gallery"));
  EXPECT_THAT(second.error().message, HasSubstr("ask it over HTTP"));
}

TEST_F(StorageFaults, OpeningLeavesNothingBehind) {
  open();
  gallery_.reset();
  const std::size_t files = files_in(options_.directory);
  for (int i = 0; i < 10; ++i) {
    open();
    EXPECT_EQ(first_of(*gallery_, 3), "p3");
    gallery_.reset();
  }
  EXPECT_EQ(files_in(options_.directory), files);
}

TEST_F(StorageFaults, AFullDiskAtOpeningIsAnError) {
  gallery_.reset();
  disk_.fill(0, std::uint64_t{1} << 30);
  const auto opened = Gallery::open(options_);
  ASSERT_FALSE(opened.ok());
  EXPECT_EQ(opened.error().kind, ErrorKind::kUnavailable);
  disk_.make_room();
  open();
  expect_exactly_enrolled(*gallery_);
}

TEST_F(StorageFaults, WhatIsReadGoesOnWhileAFullDiskIsTried) {
  disk_.fill(0, std::uint64_t{1} << 30);
  expect_refused(50);
  expect_refused(50);  // opened again, to read alone
  auto still = disk_.stand_still();
  std::thread trying([&] { expect_refused(51); });
  while (disk_.waiting() == 0) std::this_thread::yield();
  for (const int person : enrolled_) EXPECT_TRUE(gallery_->encounters(name_of(person)).ok()) << person;
  still.unlock();
  trying.join();
  disk_.make_room();
  enrol(52);
  expect_all_kept();
}

TEST_F(StorageFaults, ABulkLoadOnAFullDiskIsWholeOrNotAtAll) {
  std::vector<EncodedRecord> batch;
  for (int i = 300; i < 330; ++i) batch.push_back(encoded(record_of(i)).value());
  for (const std::uint64_t left : {0, 1000, 20000, 40000, 60000, 80000}) {
    disk_.fill(left, std::uint64_t{1} << 30);
    const auto refused = gallery_->load(batch, "mark", as_bytes("here"));
    disk_.make_room();
    if (refused.ok() && refused->encounters > 0) {
      for (int i = 300; i < 330; ++i) enrolled_.insert(i);
    } else if (!refused.ok()) {
      EXPECT_EQ(refused.error().kind, ErrorKind::kUnavailable) << refused.error().text();
    }
    enrol(static_cast<int>(400 + left));
    // A load that failed late may be there after all: then all of it is, with its mark.
    if (gallery_->encounters("p300").ok()) {
      for (int i = 300; i < 330; ++i) enrolled_.insert(i);
    }
    const auto mark = gallery_->load_mark("mark");
    ASSERT_TRUE(mark.ok()) << mark.error().text();
    EXPECT_EQ(mark->has_value(), enrolled_.count(300) > 0);
    expect_exactly_enrolled(*gallery_);
  }
  const auto again = gallery_->load(batch, "mark", as_bytes("here"));
  ASSERT_TRUE(again.ok()) << again.error().text();
  for (int i = 300; i < 330; ++i) enrolled_.insert(i);
  expect_all_kept();
}

TEST_F(StorageFaults, ASnapshotThatCannotBeWrittenIsSaid) {
  disk_.fill(4000, std::uint64_t{1} << 30);
  int person = 500;
  while (gallery_->add(record_of(person), PersonRule::kNew).ok()) enrolled_.insert(person++);
  gallery_->settle();
  EXPECT_GT(gallery_->keeping().failures + (heard("storage_failed") ? 1U : 0U), 0U);
  disk_.make_room();
  enrol(600);
  for (int i = 601; i < 640; ++i) enrol(i);
  gallery_->settle();
  EXPECT_GT(gallery_->keeping().snapshots_written, 0U);
  expect_all_kept();
}

TEST_F(StorageFaults, BytesOfErasedPeopleLeaveTheDisk) {
  EncounterRecord record = record_of(900);
  record.person_id = "canary-in-the-mine";
  const auto before = tests::raw_rows(options_.directory);
  ASSERT_TRUE(gallery_->add(record, PersonRule::kNew).ok());
  const auto added = tests::rows_added(before, tests::raw_rows(options_.directory));
  std::vector<std::string> pieces = pieces_of(added, "default");
  for (std::string& piece : pieces_of(added, "index")) pieces.push_back(std::move(piece));
  for (int i = 700; i < 740; ++i) enrol(i);  // so that a shard is sealed and lies on disk
  gallery_->settle();
  const auto with_shards = tests::raw_rows(options_.directory);
  EXPECT_EQ(found_in_files(options_.directory, pieces), 2U);
  ASSERT_TRUE(gallery_->erase_person("canary-in-the-mine").ok());
  EXPECT_EQ(found_in_files(options_.directory, pieces), 2U);
  const Status purged = gallery_->purge_erased();
  ASSERT_TRUE(purged.ok()) << purged.error().text();
  EXPECT_EQ(found_in_files(options_.directory, pieces), 0U);
  // The chunks that held them are gone with their key.
  const auto gone = tests::rows_added(tests::raw_rows(options_.directory), with_shards);
  EXPECT_EQ(found_in_files(options_.directory, pieces_of(gone, "snapshots")), 0U);
  expect_all_kept();
}

TEST_F(StorageFaults, ErasedBytesLeaveByThemselves) {
  options_.purge_after = std::chrono::seconds(0);
  open();
  EncounterRecord record = record_of(900);
  record.person_id = "canary-in-the-mine";
  const auto before = tests::raw_rows(options_.directory);
  ASSERT_TRUE(gallery_->add(record, PersonRule::kNew).ok());
  const auto pieces = pieces_of(tests::rows_added(before, tests::raw_rows(options_.directory)), "default");
  gallery_.reset();
  open();  // into table files
  EXPECT_GT(found_in_files(options_.directory, pieces), 0U);
  ASSERT_TRUE(gallery_->erase_person("canary-in-the-mine").ok());
  for (int i = 0; i < 300 && found_in_files(options_.directory, pieces) > 0; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
  }
  EXPECT_EQ(found_in_files(options_.directory, pieces), 0U);
  expect_all_kept();
}

// Rounds of changes and searches, each round under another fault. WHORL_FAULT_ROUNDS asks for more than the usual few.
class Rounds : public StorageFaults {
 protected:
  static int rounds() { return tests::wished("WHORL_FAULT_ROUNDS", 4); }

  // Enrols and erases while `fault` comes and goes; notes what was acknowledged, and what was neither acknowledged nor
  // refused for good.
  void round(int number, const std::function<void()>& fault, const std::function<void()>& mend) {
    std::atomic<bool> stop = false;
    std::atomic<int> searched = 0;
    std::thread searcher([&] {
      while (!stop.load()) {
        EXPECT_TRUE(first_of(*gallery_, 3).has_value());
        ++searched;
      }
    });
    const int begin = 1000 + number * 20;
    for (int person = begin; person < begin + 20; ++person) {
      if (person == begin + 5) fault();
      if (person == begin + 15) mend();
      const auto added = gallery_->add(record_of(person), PersonRule::kNew);
      if (added.ok()) enrolled_.insert(person);
      if (person % 4 != 0 || enrolled_.count(person - 3) == 0) continue;
      if (gallery_->erase_person(name_of(person - 3)).ok()) {
        enrolled_.erase(person - 3);
      } else {
        doubtful_.insert(person - 3);
      }
    }
    while (searched.load() == 0) std::this_thread::yield();
    stop.store(true);
    searcher.join();
    enrol(begin + 19 + 5000);
    // An erasure that failed is whole or not at all; which, the records say.
    for (const int person : doubtful_) {
      if (!gallery_->encounters(name_of(person)).ok()) enrolled_.erase(person);
    }
    doubtful_.clear();
    EXPECT_EQ(gallery_->galleries()[0].persons, enrolled_.size()) << "round " << number;
    EXPECT_TRUE(gallery_->health().ok());
  }
  std::set<int> doubtful_;
};

TEST_F(Rounds, UnderAFullDisk) {
  std::mt19937_64 random(1);
  for (int r = 0; r < rounds(); ++r) {
    round(
        r, [&] { disk_.fill(random() % 8000, std::uint64_t{1} << 30); }, [&] { disk_.make_room(); });
  }
  expect_all_kept();
}

TEST_F(Rounds, UnderASyncThatFails) {
  for (int r = 0; r < rounds(); ++r) {
    round(
        r, [&] { disk_.fail_syncs(true); }, [&] { disk_.fail_syncs(false); });
  }
  expect_all_kept();
}

TEST_F(Rounds, UnderTornWrites) {
  for (int r = 0; r < rounds(); ++r) {
    const fs::path after = directory_.path() / ("cut" + std::to_string(r));
    std::set<int> then;
    round(
        r, [&] { disk_.fail_syncs(true); },
        [&] {
          disk_.copy_as_cut(options_.directory, after);
          then = enrolled_;
          disk_.fail_syncs(false);
        });
    GalleryOptions options = options_;
    options.directory = after;
    auto opened = Gallery::open(options);
    ASSERT_TRUE(opened.ok()) << opened.error().text();
    for (const int person : then) EXPECT_TRUE((*opened)->encounters(name_of(person)).ok()) << person;
    opened->reset();  // its threads remove files, too
    fs::remove_all(after);
  }
  expect_all_kept();
}

TEST_F(Rounds, UnderAFolderThatVanishes) {
  const fs::path away = directory_.path() / "away";
  for (int r = 0; r < rounds(); ++r) {
    round(
        r, [&] { fs::rename(options_.directory, away); }, [&] { fs::rename(away, options_.directory); });
  }
  expect_all_kept();
}

}  // namespace
}  // namespace whorl::index
