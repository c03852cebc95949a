// Bulk loads: everything accepted is there, once, whatever interrupts.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <fstream>
#include <map>
#include <thread>

#include "index/load_file.h"
#include "tests/index/gallery_fixture.h"

namespace whorl::index {
namespace {

using testing::HasSubstr;

class LoadTest : public GalleryTest {
 protected:
  void SetUp() override {
    options_.shard_fingers = 10;  // a batch has 320 fingers
    GalleryTest::SetUp();
  }

  [[nodiscard]] std::filesystem::path file(const std::string& name = "people") const {
    return directory_.path() / name;
  }

  void write(const std::vector<EncounterRecord>& records, const std::string& name = "people") const {
    auto writer = EncounterFileWriter::create(file(name));
    ASSERT_TRUE(writer.ok());
    for (const auto& record : records) ASSERT_TRUE(writer->add(record).ok());
    ASSERT_TRUE(writer->finish().ok());
  }

  static std::vector<EncounterRecord> people(int n) {
    std::vector<EncounterRecord> out;
    for (int i = 0; i < n; ++i) out.push_back(record_of((i * 7919) % n));  // in no order
    return out;
  }

  LoadReport load(const std::string& name = "people") {
    auto report = load_file(*gallery_, file(name));
    EXPECT_TRUE(report.ok()) << report.error().text();
    return report.ok() ? std::move(report).value() : LoadReport{};
  }

  LoadReport load_only(const LoadOnly& only) {
    auto report = load_file(*gallery_, file(), {}, real_file_system(), only);
    EXPECT_TRUE(report.ok()) << report.error().text();
    return report.ok() ? std::move(report).value() : LoadReport{};
  }

  void expect_there(int n, int step) {
    EXPECT_EQ(gallery_->galleries()[0].persons, static_cast<std::uint64_t>(n));
    for (int i = 0; i < n; i += step) {
      const auto probe = probe_of(i);
      SearchRequest request = request_of(probe);
      request.max_results = 1;
      const SearchResult result = search(request);
      EXPECT_TRUE(result.complete());
      EXPECT_EQ(result.persons.at(0).person_id, "p" + std::to_string(i));
      EXPECT_EQ(gallery_->encounters("p" + std::to_string(i))->at(0), record_of(i));
    }
  }
};

TEST_F(LoadTest, WhoIsNotWantedIsPassedOverAndComesWithAnotherLoad) {
  write(people(400));
  const auto odd = [](std::string_view person) { return (person.back() - '0') % 2 == 1; };
  EXPECT_EQ(load_only({"odd", odd}).encounters, 200U);
  EXPECT_TRUE(gallery_->encounters("p201").ok());
  EXPECT_FALSE(gallery_->encounters("p200").ok());
  const LoadReport even = load_only({"even", [&](std::string_view person) { return !odd(person); }});
  EXPECT_EQ(even.encounters, 200U);
  EXPECT_EQ(even.refused, 0U);
  EXPECT_EQ(load_only({"nobody", [](std::string_view) { return false; }}).encounters, 0U);
  expect_there(400, 97);
}

TEST_F(LoadTest, EverybodyIsFoundAtOnceAndAfterReopening) {
  write(people(700));
  std::vector<std::uint64_t> progress;
  const auto report = load_file(*gallery_, file(), [&](std::uint64_t done, std::uint64_t total) {
    EXPECT_LE(done, total);
    progress.push_back(done);
  });
  ASSERT_TRUE(report.ok()) << report.error().text();
  EXPECT_EQ(report->encounters, 700U);
  EXPECT_EQ(report->fingers, 700U);
  EXPECT_EQ(report->refused, 0U);
  EXPECT_EQ(progress.size(), 4U);
  expect_there(700, 90);
  reopen();
  EXPECT_EQ(gallery_->opening().encounters_from_snapshots, 700U);
  EXPECT_THAT(gallery_->opening().snapshots_dropped, testing::IsEmpty());
  expect_there(700, 90);
  // Whoever was loaded is a person like any other.
  ASSERT_TRUE(gallery_->erase_person("p5").ok());
  add(record_of(6, 2), PersonRule::kExisting);
  EXPECT_EQ(gallery_->galleries()[0].encounters, 700U);
}

TEST_F(LoadTest, DuplicatesAndWhatIsNotAcceptableAreRefusedOneByOne) {
  add(record_of(3));
  auto records = people(20);
  records.push_back(record_of(7));     // a second time
  records.push_back(record_of(7, 2));  // another encounter of the same person
  records.push_back(record_of(100));
  records.back().galleries = {"ALL"};
  records.push_back(record_of(101));
  records.back().samples[0].template_bytes[9] ^= 1;
  write(records);
  const LoadReport report = load();
  EXPECT_EQ(report.encounters, 20U);
  ASSERT_EQ(report.refused, 4U);
  std::map<std::string, ErrorKind> refused;
  for (const auto& r : report.refusals) refused[r.person_id] = r.error.kind;
  EXPECT_EQ(refused, (std::map<std::string, ErrorKind>{{"p3", ErrorKind::kAlreadyExists},
                                                       {"p7", ErrorKind::kAlreadyExists},
                                                       {"p100", ErrorKind::kInvalidInput},
                                                       {"p101", ErrorKind::kInvalidInput}}));
  EXPECT_EQ(gallery_->galleries()[0].persons, 20U);
  EXPECT_EQ(gallery_->galleries()[0].encounters, 21U);
  // All of it again: nothing is loaded, everything is named.
  const LoadReport again = load();
  EXPECT_EQ(again.encounters, 0U);
  EXPECT_EQ(again.refused, 24U);
  EXPECT_EQ(gallery_->galleries()[0].encounters, 21U);
}

TEST_F(LoadTest, AFileThatWasCutIsLoadedUpToTheCutAndSaysSo) {
  write(people(400));
  std::filesystem::resize_file(file(), std::filesystem::file_size(file()) - 5000);
  const auto report = load_file(*gallery_, file());
  ASSERT_FALSE(report.ok());
  EXPECT_EQ(report.error().kind, ErrorKind::kInvalidInput);
  EXPECT_EQ(gallery_->galleries()[0].persons, 320U);  // the whole batches before it
}

TEST_F(LoadTest, AnInterruptedLoadGoesOnWhereItStopped) {
  write(people(700));
  // The disk copy of the state after one batch: what a kill leaves behind.
  struct Stop {};
  int calls = 0;
  EXPECT_THROW((void)load_file(*gallery_, file(),
                               [&](std::uint64_t, std::uint64_t) {
                                 if (++calls == 2) throw Stop();
                               }),
               Stop);
  EXPECT_EQ(gallery_->galleries()[0].persons, 320U);
  reopen();
  EXPECT_EQ(gallery_->galleries()[0].persons, 320U);
  const LoadReport report = load();
  EXPECT_EQ(report.resumed_after, 320U);
  EXPECT_EQ(report.encounters, 380U);
  EXPECT_EQ(report.refused, 0U);
  expect_there(700, 150);
}

TEST_F(LoadTest, InterruptedAfterItsLastBatchItComesToItsEnd) {
  write(people(400));
  struct Stop {};
  int calls = 0;
  EXPECT_THROW((void)load_file(*gallery_, file(),
                               [&](std::uint64_t, std::uint64_t) {
                                 if (++calls == 3) throw Stop();
                               }),
               Stop);
  EXPECT_EQ(gallery_->galleries()[0].persons, 400U);
  reopen();
  const LoadReport report = load();
  EXPECT_EQ(report.resumed_after, 400U);
  EXPECT_EQ(report.encounters, 0U);
  EXPECT_EQ(report.refused, 0U);
}

TEST_F(LoadTest, SearchesGoOnMeanwhile) {
  add(record_of(5000));
  write(people(640));
  std::atomic<bool> done = false;
  int searches = 0;
  std::jthread searcher([&] {
    const auto probe = probe_of(5000);
    SearchRequest request = request_of(probe);
    request.compare_all_samples = 0;
    request.candidates.persons = 3;
    do {
      const auto result = gallery_->search(request);
      ASSERT_TRUE(result.ok());
      EXPECT_TRUE(result->complete());
      EXPECT_EQ(result->persons.at(0).person_id, "p5000");
      ++searches;
    } while (!done);
  });
  EXPECT_EQ(load().encounters, 640U);
  done = true;
  searcher.join();
  EXPECT_GT(searches, 0);
}

TEST_F(LoadTest, TheMemoryLimitIsKept) {
  write(people(700));
  const std::uint64_t empty = gallery_->memory().total();
  options_.memory_limit_bytes = empty + (1 << 19);
  reopen();
  const auto report = load_file(*gallery_, file());
  ASSERT_FALSE(report.ok());
  EXPECT_EQ(report.error().kind, ErrorKind::kExhausted);
  EXPECT_THAT(report.error().message, HasSubstr("memory limit"));
  EXPECT_LE(gallery_->memory().total(), options_.memory_limit_bytes);
  Status status;
  for (int i = 1000; i < 2000 && status.ok(); ++i) {
    const auto added = gallery_->add(record_of(i), PersonRule::kNew);
    if (!added.ok()) status = added.error();
  }
  ASSERT_FALSE(status.ok());
  EXPECT_EQ(status.error().kind, ErrorKind::kExhausted);
  EXPECT_LE(gallery_->memory().total(), options_.memory_limit_bytes);
}

TEST_F(LoadTest, OpeningSaysWhatItWouldNeed) {
  write(people(700));
  (void)load();
  const std::uint64_t needed = gallery_->memory().total();
  gallery_.reset();
  options_.memory_limit_bytes = needed - (1 << 20);
  for (const bool snapshots : {true, false}) {
    if (!snapshots) drop_snapshots(options_.directory);
    const auto opened = Gallery::open(options_);
    ASSERT_FALSE(opened.ok());
    EXPECT_EQ(opened.error().kind, ErrorKind::kExhausted);
    EXPECT_THAT(opened.error().message, HasSubstr("needs about"));
    EXPECT_THAT(opened.error().message, HasSubstr("for 700 fingers"));
  }
  options_.memory_limit_bytes = needed * 2;
  reopen();
  EXPECT_EQ(gallery_->galleries()[0].persons, 700U);
}

}  // namespace
}  // namespace whorl::index
