// Samples that shards do not keep whole: made again from records, kept for a while, never missed in silence.
#include "index/search/whole_samples.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "index/shard/sample_preparation.h"
#include "index/store/store.h"
#include "tests/index/gallery_fixture.h"

namespace whorl::index {
namespace {

using testing::HasSubstr;

constexpr std::size_t kPlenty = std::size_t{1} << 20;
constexpr WholeSamples::Wanted kFirstFinger{Modality::kFinger, 0};

// A store with the records of some people, and a sealed shard made of them.
class WholeSamplesTest : public testing::Test {
 protected:
  static constexpr int kPeople = 6;

  void SetUp() override {
    store_ = Store::open({directory_.path() / "gallery", true}).value();
    std::vector<NewEncounter> all;
    for (int i = 0; i < kPeople; ++i) {
      const EncounterRecord record = record_of(i);
      const EncodedRecord stored = encoded(record).value();
      const RecordDigest digest = record_digest(stored.key, stored.value);
      ASSERT_TRUE(store_->records().put(stored, index_entry(record, digest), {}).ok());
      all.push_back(prepare_new(record, digest, Validation::kWhole).value());
      whole_.push_back(all.back().samples[0].bytes);
    }
    shard_ = SealedShard::make(lay_out_shard(all.size(), [&](std::size_t i) { return all[i].entry(); })).value();
  }

  void erase_record(int i) {
    const std::string id = "e1";
    ASSERT_TRUE(store_->records().erase("p" + std::to_string(i), std::span(&id, 1), 0, {}).ok());
  }

  // Everybody of the shard but those in gone_.
  WholeSamples::Enrolled enrolled() {
    return [this](const std::string& person, std::string_view) -> std::optional<RecordDigest> {
      if (gone_.count(person) != 0) return {};
      return shard_->digest(static_cast<std::size_t>(std::stoi(person.substr(1))));
    };
  }

  tests::TemporaryDirectory directory_;
  std::unique_ptr<Store> store_;
  std::shared_ptr<SealedShard> shard_;
  std::set<std::string> gone_;
  std::vector<std::vector<std::byte>> whole_;
};

TEST_F(WholeSamplesTest, AreWhatWasPreparedWhenTheyWereEnrolled) {
  WholeSamples samples(store_->records(), kPlenty, enrolled());
  for (int round = 0; round < 2; ++round) {
    for (std::size_t i = 0; i < kPeople; ++i) {
      EXPECT_TRUE(shard_->whole(i, Modality::kFinger, 0).empty());
      const auto got = samples.get(*shard_, i, {&kFirstFinger, 1});
      ASSERT_TRUE(got.ok()) << got.error().text();
      ASSERT_TRUE(got->has_value());
      EXPECT_EQ(*(*got)->at(0), whole_[i]);
    }
  }
  EXPECT_EQ(samples.cache().missed, static_cast<std::uint64_t>(kPeople));
  EXPECT_EQ(samples.cache().found, static_cast<std::uint64_t>(kPeople));
}

TEST_F(WholeSamplesTest, TheCacheKeepsToItsBoundAndForgets) {
  const std::size_t bound = 16 * (whole_[0].size() + 300);
  WholeSamples samples(store_->records(), bound, enrolled());
  for (std::size_t i = 0; i < kPeople; ++i) ASSERT_TRUE(samples.get(*shard_, i, {&kFirstFinger, 1}).ok());
  EXPECT_LE(samples.cache().bytes, bound);
  EXPECT_GT(samples.cache().bytes, 0U);
  for (std::size_t i = 0; i < kPeople; ++i) samples.forget(shard_->digest(i));
  EXPECT_EQ(samples.cache().bytes, 0U);
  WholeSamples none(store_->records(), 0, enrolled());
  ASSERT_TRUE(none.get(*shard_, 0, {&kFirstFinger, 1}).ok());
  EXPECT_EQ(none.cache().bytes, 0U);
}

TEST_F(WholeSamplesTest, WhoWasErasedIsLeftOut) {
  WholeSamples samples(store_->records(), 0, enrolled());
  erase_record(2);
  gone_.insert("p2");
  const auto got = samples.get(*shard_, 2, {&kFirstFinger, 1});
  ASSERT_TRUE(got.ok()) << got.error().text();
  EXPECT_FALSE(got->has_value());
}

TEST_F(WholeSamplesTest, ARecordThatIsGoneWithoutAnErasureIsNoSilentMiss) {
  WholeSamples samples(store_->records(), 0, enrolled());
  erase_record(3);
  const auto got = samples.get(*shard_, 3, {&kFirstFinger, 1});
  ASSERT_FALSE(got.ok());
  EXPECT_EQ(got.error().kind, ErrorKind::kCorruption);
  EXPECT_THAT(got.error().message, HasSubstr("p3/e1"));
}

TEST_F(WholeSamplesTest, ARecordOfOtherFingersIsNoSilentMiss) {
  WholeSamples samples(store_->records(), 0, enrolled());
  EncounterRecord other = record_of(4);
  other.samples[0].position = static_cast<std::uint8_t>(FingerPosition::kLeftThumb);
  const EncodedRecord stored = encoded(other).value();
  ASSERT_TRUE(store_->records().put(stored, index_entry(other, record_digest(stored.key, stored.value)), {}).ok());
  const auto got = samples.get(*shard_, 4, {&kFirstFinger, 1});
  ASSERT_FALSE(got.ok());
  EXPECT_EQ(got.error().kind, ErrorKind::kCorruption);
}

// Searches of a gallery whose shards are sealed, with a cache and without.
class SealedGalleryTest : public GalleryTest {
 protected:
  void SetUp() override {
    options_.shard_fingers = 20;
    GalleryTest::SetUp();
    for (int i = 0; i < 60; ++i) add(record_of(i));
    gallery_->settle();
  }
};

TEST_F(SealedGalleryTest, AnswersDoNotDependOnTheCache) {
  std::vector<std::string> with;
  for (int i = 0; i < 70; ++i) {
    const TestProbe probe = probe_of(i);
    const SearchResult result = search(request_of(probe));
    EXPECT_TRUE(result.complete());
    with.push_back(result.persons.at(0).person_id + " " + std::to_string(result.persons[0].rank_value));
  }
  options_.template_cache_bytes = 0;
  reopen();
  for (int i = 0; i < 70; ++i) {
    const TestProbe probe = probe_of(i);
    const SearchResult result = search(request_of(probe));
    EXPECT_TRUE(result.complete());
    EXPECT_EQ(result.persons.at(0).person_id + " " + std::to_string(result.persons[0].rank_value),
              with[static_cast<std::size_t>(i)]);
  }
  EXPECT_EQ(gallery_->memory().cache_bytes, 0U);
}

TEST_F(SealedGalleryTest, NothingIsKeptOfWhoWasErased) {
  const TestProbe probe = probe_of(5);
  SearchRequest request = request_of(probe);
  EXPECT_EQ(search(request).persons.at(0).person_id, "p5");
  const std::uint64_t before = gallery_->memory().cache_bytes;
  ASSERT_TRUE(gallery_->erase_person("p5").ok());
  EXPECT_LT(gallery_->memory().cache_bytes, before);
  EXPECT_NE(search(request).persons.at(0).person_id, "p5");
}

}  // namespace
}  // namespace whorl::index
