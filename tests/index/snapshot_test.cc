// Snapshots on disk: used when they verify, made again from the records when they do not, and never a different answer.
#include "index/live/snapshot.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rocksdb/db.h>

#include <map>

#include "index/store/store.h"
#include "tests/index/gallery_fixture.h"
#include "tests/support/raw_gallery.h"

namespace whorl::index {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;

using Answers = std::vector<std::pair<std::string, double>>;

// What a gallery says of the probes of persons 0, step, 2 step .., by candidates and exhaustively.
Answers answers_of(const Gallery& gallery, int persons, int step = 3) {
  Answers out;
  for (int i = 0; i < persons; i += step) {
    const auto probe = probe_of(i);
    SearchRequest request = request_of(probe);
    request.compare_all_samples = 0;
    for (const std::size_t candidates : {std::size_t{0}, std::size_t{5}}) {
      request.candidates.persons = candidates;
      const auto result = gallery.search(request);
      EXPECT_TRUE(result.ok() && result->complete());
      for (const auto& person : result->persons) out.emplace_back(person.person_id, person.rank_value);
    }
  }
  return out;
}

using Chunks = std::vector<Bytes>;
struct OnDisk {
  std::vector<SnapshotTable::ManifestEntry> manifest;
  std::map<std::uint64_t, Chunks> chunks;
};

class SnapshotTest : public GalleryTest {
 protected:
  static constexpr int kPersons = 60;

  void SetUp() override {
    options_.shard_fingers = 10;
    GalleryTest::SetUp();
    for (int i = 0; i < kPersons; ++i) add(record_of(i));
    for (int i = 0; i < kPersons; i += 7) add(record_of(i, 2), PersonRule::kExisting);
    for (int i = 4; i < kPersons; i += 9) ASSERT_TRUE(gallery_->erase_person("p" + std::to_string(i)).ok());
    gallery_->settle();
    ASSERT_EQ(gallery_->keeping().failures, 0U) << gallery_->keeping().last_failure;
    ASSERT_GT(gallery_->keeping().snapshots_written, 0U);
    before_ = answers_of(*gallery_, kPersons);
    counts_ = gallery_->galleries();
  }

  // With the gallery closed.
  template <class Change>
  void on_disk(Change change) {
    gallery_.reset();
    auto store = Store::open({options_.directory, false});
    ASSERT_TRUE(store.ok()) << store.error().text();
    change(**store);
  }

  static OnDisk read(const Store& opened) {
    const SnapshotTable& store = opened.snapshots();
    OnDisk out;
    out.manifest = store.manifest().value();
    for (const auto& stored : out.manifest) {
      const auto entry = parse_snapshot_entry(stored.epoch, stored.value);
      EXPECT_TRUE(entry.ok()) << entry.error().text();
      std::uint64_t left = entry->bytes;
      for (std::uint32_t i = 0; i < entry->chunks; ++i) {
        Bytes chunk(std::min<std::uint64_t>(left, kChunkBytes));
        EXPECT_TRUE(store.read_chunk(stored.epoch, i, std::as_writable_bytes(std::span(chunk))).ok());
        left -= chunk.size();
        out.chunks[stored.epoch].push_back(std::move(chunk));
      }
    }
    return out;
  }

  static void write(Store& store, std::uint64_t epoch, const Chunks& chunks) {
    const std::vector<ByteView> views(chunks.begin(), chunks.end());
    ASSERT_TRUE(store.snapshots().write_chunks(epoch, views).ok());
  }

  // Opens, and expects answers and counts of before, and this reason among those why snapshots were dropped.
  void expect_rebuilt(const std::string& reason) {
    reopen();
    EXPECT_THAT(gallery_->opening().snapshots_dropped, Contains(HasSubstr(reason)));
    EXPECT_GT(gallery_->opening().encounters_prepared, 0U);
    EXPECT_EQ(answers_of(*gallery_, kPersons), before_);
    EXPECT_THAT(gallery_->galleries(), counts_);
    // What was dropped has been written anew.
    gallery_->settle();
    EXPECT_EQ(gallery_->keeping().failures, 0U) << gallery_->keeping().last_failure;
    reopen();
    EXPECT_THAT(gallery_->opening().snapshots_dropped, IsEmpty());
    EXPECT_EQ(answers_of(*gallery_, kPersons), before_);
  }

  Answers before_;
  std::vector<GalleryCounts> counts_;
};

TEST_F(SnapshotTest, OpeningPreparesOnlyWhatIsNotInASnapshot) {
  reopen();
  const OpeningReport& report = gallery_->opening();
  EXPECT_THAT(report.snapshots_dropped, IsEmpty());
  EXPECT_GT(report.snapshots_used, 0U);
  EXPECT_GT(report.encounters_from_snapshots, 40U);
  EXPECT_LT(report.encounters_prepared, 10U);
  EXPECT_EQ(report.encounters_from_snapshots + report.encounters_prepared, counts_[0].encounters);
  EXPECT_EQ(answers_of(*gallery_, kPersons), before_);
  EXPECT_THAT(gallery_->galleries(), counts_);
}

TEST_F(SnapshotTest, ErasedAndEnrolledAgainSinceTheSnapshotIsNotTakenFromIt) {
  ASSERT_TRUE(gallery_->erase_person("p10").ok());
  ASSERT_TRUE(gallery_->erase_person("p11").ok());
  add(record_of(11, 1));  // the very same record
  EncounterRecord other = record_of(12);
  other.samples = record_of(500).samples;
  ASSERT_TRUE(gallery_->erase_person("p12").ok());
  add(other);
  const Answers now = answers_of(*gallery_, kPersons, 1);
  for (int round = 0; round < 2; ++round) {
    reopen();
    EXPECT_EQ(answers_of(*gallery_, kPersons, 1), now);
    EXPECT_EQ(gallery_->galleries()[0].encounters, counts_[0].encounters - 1);
    gallery_->settle();
  }
}

TEST_F(SnapshotTest, ADamagedChunkIsMadeAgain) {
  on_disk([&](Store& store) {
    for (auto& [epoch, chunks] : read(store).chunks) {
      chunks[0][chunks[0].size() / 2] ^= 1;
      write(store, epoch, chunks);
    }
  });
  expect_rebuilt("chunk 0 is damaged, or another's");
}

TEST_F(SnapshotTest, AMissingChunkIsMadeAgain) {
  on_disk([&](Store& store) {
    for (const auto& [epoch, chunks] : read(store).chunks) {
      ASSERT_TRUE(store.snapshots().delete_chunks(epoch).ok());
    }
  });
  expect_rebuilt("chunk 0 is missing");
}

TEST_F(SnapshotTest, AShortenedChunkIsMadeAgain) {
  on_disk([&](Store& store) {
    for (auto& [epoch, chunks] : read(store).chunks) {
      chunks.back().pop_back();
      write(store, epoch, chunks);
    }
  });
  expect_rebuilt("wrong length");
}

TEST_F(SnapshotTest, ChunksOfAnotherSnapshotAreNotBelieved) {
  on_disk([&](Store& store) {
    const OnDisk disk = read(store);
    ASSERT_GE(disk.chunks.size(), 2U);
    const auto first = disk.chunks.begin();
    const auto second = std::next(first);
    write(store, first->first, second->second);
    write(store, second->first, first->second);
  });
  expect_rebuilt("snapshot ");
}

TEST_F(SnapshotTest, SwappedChunksOfOneSnapshotAreNotBelieved) {
  // A block of several chunks: some hundred people in one shard.
  options_.shard_fingers = 700;
  options_.directory = directory_.path() / "large";
  gallery_.reset();
  auto opened = Gallery::open(options_);
  ASSERT_TRUE(opened.ok());
  gallery_ = std::move(opened).value();
  for (int i = 0; i < 710; ++i) add(record_of(i));
  gallery_->settle();
  const Answers before = answers_of(*gallery_, 710, 40);
  on_disk([&](Store& store) {
    for (auto& [epoch, chunks] : read(store).chunks) {
      ASSERT_GT(chunks.size(), 2U);
      std::swap(chunks[0], chunks[1]);
      write(store, epoch, chunks);
    }
  });
  auto again = Gallery::open(options_);
  ASSERT_TRUE(again.ok()) << again.error().text();
  EXPECT_THAT((*again)->opening().snapshots_dropped, Contains(HasSubstr("is damaged, or another's")));
  EXPECT_EQ(answers_of(**again, 710, 40), before);
}

TEST_F(SnapshotTest, AReplayedOldSnapshotChangesNothing) {
  OnDisk old;
  on_disk([&](Store& store) { old = read(store); });
  reopen();
  for (int i = 0; i < kPersons; i += 2) {
    if ((i - 4) % 9 != 0) {
      ASSERT_TRUE(gallery_->erase_person("p" + std::to_string(i)).ok());
    }
  }
  for (int i = 100; i < 130; ++i) add(record_of(i));
  gallery_->settle();
  const Answers now = answers_of(*gallery_, 130, 1);
  const auto counts = gallery_->galleries();
  on_disk([&](Store& store) {
    for (const auto& entry : old.manifest) {
      write(store, entry.epoch, old.chunks[entry.epoch]);
      ASSERT_TRUE(store.snapshots().switch_manifest(entry.epoch, entry.value, {}).ok());
    }
  });
  reopen();
  EXPECT_EQ(answers_of(*gallery_, 130, 1), now);
  EXPECT_THAT(gallery_->galleries(), counts);
}

TEST_F(SnapshotTest, ATruncatedManifestIsMadeAgain) {
  for (const std::size_t left : {std::size_t{0}, std::size_t{10}, std::size_t{60}}) {
    on_disk([&](Store& store) {
      const auto manifest = store.snapshots().manifest().value();
      const auto chunks = read(store).chunks;
      for (const auto& entry : manifest) {
        write(store, entry.epoch, chunks.at(entry.epoch));
        ASSERT_TRUE(store.snapshots().switch_manifest(entry.epoch, ByteView(entry.value).first(left), {}).ok());
      }
    });
    expect_rebuilt("manifest entry");
  }
}

TEST_F(SnapshotTest, ChunksWithoutAManifestEntryAreCleanedUp) {
  std::size_t kept = 0;
  on_disk([&](Store& store) {
    kept = store.snapshots().chunk_epochs().value().size();
    write(store, 500, {Bytes(10, 1)});
    write(store, ~std::uint64_t{0}, {Bytes(10, 1)});
    ASSERT_EQ(store.snapshots().chunk_epochs().value().size(), kept + 2);
  });
  reopen();
  gallery_->settle();
  EXPECT_EQ(gallery_->keeping().failures, 0U) << gallery_->keeping().last_failure;
  EXPECT_EQ(answers_of(*gallery_, kPersons), before_);
  on_disk([&](Store& store) { EXPECT_EQ(store.snapshots().chunk_epochs().value().size(), kept); });
}

TEST_F(SnapshotTest, RowsOfAnotherSnapshotAreNotBelieved) {
  gallery_.reset();
  std::vector<tests::RawRow> entries;
  for (const auto& row : tests::raw_rows(options_.directory)) {
    if (row.family == "manifest") entries.push_back(row);
  }
  ASSERT_GE(entries.size(), 2U);
  std::swap(entries[0].value, entries[1].value);
  tests::put_raw(options_.directory, {entries[0], entries[1]});
  expect_rebuilt("manifest entry is damaged");
}

TEST_F(SnapshotTest, AnEntryThatSaysOtherThanItShouldIsRefused) {
  on_disk([&](Store& store) {
    const auto entry = store.snapshots().manifest().value().at(0);
    EXPECT_TRUE(parse_snapshot_entry(entry.epoch, entry.value).ok());
    for (std::size_t n = 0; n < entry.value.size(); ++n) {
      EXPECT_FALSE(parse_snapshot_entry(entry.epoch, ByteView(entry.value).first(n)).ok()) << n;
    }
    for (const std::size_t at : {std::size_t{0}, std::size_t{1}, entry.value.size() - 1}) {
      Bytes bad = entry.value;
      bad[at] ^= 0x40;
      EXPECT_FALSE(parse_snapshot_entry(entry.epoch, bad).ok()) << at;
    }
  });
}

TEST_F(SnapshotTest, ARecordThatTheIndexDoesNotMeanIsCorruption) {
  on_disk([&](Store& store) {
    const EncounterRecord record = record_of(1);
    const auto stored = encoded(record);
    ASSERT_TRUE(store.records().put(*stored, index_entry(record, RecordDigest{}), {}).ok());
  });
  const auto opened = Gallery::open(options_);
  ASSERT_FALSE(opened.ok());
  EXPECT_EQ(opened.error().kind, ErrorKind::kCorruption);
  EXPECT_THAT(opened.error().message, HasSubstr("index"));
}

TEST_F(SnapshotTest, SmallShardsBecomeLargerOnes) {
  const auto shards = [&] {
    const auto probe = probe_of(0);
    return search(request_of(probe)).shards_total;
  };
  EXPECT_LE(shards(), 8);
  const int before = shards();
  for (int i = 200; i < 800; ++i) add(record_of(i));
  gallery_->settle();
  EXPECT_LE(shards(), before + 20);
  const auto probe = probe_of(777);
  EXPECT_EQ(found(request_of(probe)).at(0), "p777");
  for (int i = 200; i < 800; ++i) ASSERT_TRUE(gallery_->erase_person("p" + std::to_string(i)).ok());
  gallery_->settle();
  EXPECT_LE(shards(), before + 2);
  EXPECT_EQ(answers_of(*gallery_, kPersons), before_);
}

TEST(OldGallery, OfTheFirstFormatIsRefusedAndLeftAsItIs) {
  const tests::TemporaryDirectory directory;
  const auto path = directory.path() / "gallery";
  const auto open = [&] {
    rocksdb::Options options;
    options.create_if_missing = true;
    rocksdb::DB* db = nullptr;
    EXPECT_TRUE(rocksdb::DB::Open(options, path.string(), &db).ok());
    return std::unique_ptr<rocksdb::DB>(db);
  };
  {
    const auto db = open();
    const std::string one("\0\0\0\1", 4);
    ASSERT_TRUE(db->Put(rocksdb::WriteOptions(),
                        "\x01"
                        "format",
                        one)
                    .ok());
    ASSERT_TRUE(db->Put(rocksdb::WriteOptions(),
                        "\x01"
                        "extractor",
                        one)
                    .ok());
  }
  GalleryOptions options;
  options.directory = path;
  const auto opened = Gallery::open(options);
  ASSERT_FALSE(opened.ok());
  EXPECT_EQ(opened.error().kind, ErrorKind::kInvalidInput);
  EXPECT_THAT(opened.error().message, HasSubstr("format 1"));
  EXPECT_THAT(opened.error().message, HasSubstr("re-enrol"));
  EXPECT_FALSE(std::filesystem::exists(path / "keys"));
  EXPECT_TRUE(open() != nullptr);  // the build that made it can open it still
}

}  // namespace
}  // namespace whorl::index
