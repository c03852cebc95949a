// Images that a gallery keeps beside its records, and templates of other extractor versions.
#include "index/record/kept_image.h"

#include <gmock/gmock.h>
#include <rocksdb/db.h>

#include <atomic>
#include <random>
#include <thread>

#include "tests/index/gallery_fixture.h"

namespace whorl::index {
namespace {

using testing::HasSubstr;

Bytes file_of(std::uint64_t seed, std::size_t size = 3000) {
  std::mt19937_64 random(seed);
  Bytes out(size);
  for (auto& byte : out) byte = static_cast<std::uint8_t>(random());
  return out;
}

// A record and the files that its samples came from.
struct WithImages {
  EncounterRecord record;
  std::vector<Bytes> files;

  [[nodiscard]] std::vector<ImageToKeep> images() const {
    std::vector<ImageToKeep> out;
    for (std::size_t i = 0; i < files.size(); ++i) {
      out.push_back({*record.samples[i].image, {2, 500.25}, files[i]});
    }
    return out;
  }
};

WithImages with_images(int person, int encounter = 1, std::size_t bytes = 3000) {
  WithImages out{record_of(person, encounter), {}};
  const auto left = tests::another_capture(finger_of(person + 1000), static_cast<std::uint64_t>(encounter));
  out.record.samples.push_back(finger_record(FingerPosition::kLeftIndex, left));
  for (std::uint32_t i = 0; i < 2; ++i) {
    out.files.push_back(
        file_of(static_cast<std::uint64_t>(person) * 100 + static_cast<std::uint64_t>(encounter) * 10 + i, bytes));
    out.record.samples[i].image = reference_to(i, out.files.back());
  }
  return out;
}

// The database itself, while no gallery has it open.
class RawDatabase {
 public:
  explicit RawDatabase(const std::filesystem::path& directory) {
    EXPECT_TRUE(rocksdb::DB::ListColumnFamilies({}, directory.string(), &names).ok());
    std::vector<rocksdb::ColumnFamilyDescriptor> families;
    for (const auto& name : names) families.emplace_back(name, rocksdb::ColumnFamilyOptions());
    EXPECT_TRUE(rocksdb::DB::Open({}, directory.string(), families, &handles_, &db_).ok());
  }
  ~RawDatabase() {
    for (auto* handle : handles_) (void)db_->DestroyColumnFamilyHandle(handle);
    delete db_;
  }
  RawDatabase(const RawDatabase&) = delete;
  RawDatabase& operator=(const RawDatabase&) = delete;

  [[nodiscard]] bool has_images() const { return std::find(names.begin(), names.end(), "images") != names.end(); }
  void put_image(const std::string& key, const std::string& value) {
    ASSERT_TRUE(db_->Put({}, images(), key, value).ok());
  }
  void drop_image(const std::string& key) { ASSERT_TRUE(db_->Delete({}, images(), key).ok()); }
  [[nodiscard]] std::map<std::string, std::string> all_images() {
    std::map<std::string, std::string> out;
    const std::unique_ptr<rocksdb::Iterator> it(db_->NewIterator({}, images()));
    for (it->SeekToFirst(); it->Valid(); it->Next()) out[it->key().ToString()] = it->value().ToString();
    return out;
  }
  void put_format(char format) {
    ASSERT_TRUE(db_->Put({},
                         "\x01"
                         "format",
                         std::string("\0\0\0", 3) + format)
                    .ok());
  }
  void put_setting(const std::string& value) {
    ASSERT_TRUE(db_->Put({},
                         "\x01"
                         "images",
                         value)
                    .ok());
  }

  std::vector<std::string> names;

 private:
  rocksdb::ColumnFamilyHandle* images() {
    const auto at = std::find(names.begin(), names.end(), "images") - names.begin();
    return handles_[static_cast<std::size_t>(at)];
  }
  rocksdb::DB* db_ = nullptr;
  std::vector<rocksdb::ColumnFamilyHandle*> handles_;
};

class KeptImages : public GalleryTest {
 protected:
  void SetUp() override {
    options_.keep_images = true;
    options_.events = [this](const Event& event) { said_.push_back(event.code); };
    reopen();
  }
  void add_with_images(const WithImages& one, PersonRule rule = PersonRule::kNew) {
    const auto images = one.images();
    const auto added = gallery_->add(one.record, rule, {}, images);
    ASSERT_TRUE(added.ok()) << added.error().text();
  }
  // Puts the version of every sample of a record to another one, as another build would have written it.
  void set_version(const std::string& person, const std::string& encounter, std::uint32_t version) {
    const auto before = gallery_->encounter(person, encounter);
    ASSERT_TRUE(before.ok());
    EncounterRecord after = *before;
    for (SampleRecord& sample : after.samples) sample.extractor_version = version;
    const auto replaced = gallery_->replace_samples(*before, after);
    ASSERT_TRUE(replaced.ok()) << replaced.error().text();
    EXPECT_TRUE(*replaced);
  }
  std::vector<std::string> said_;
};

TEST_F(KeptImages, ReadBackAsTheyWere) {
  const WithImages one = with_images(1);
  add_with_images(one);
  add_with_images(with_images(1, 2), PersonRule::kExisting);
  for (int opening = 0; opening < 2; ++opening) {
    const auto record = gallery_->encounter("p1", "e1");
    ASSERT_TRUE(record.ok());
    EXPECT_EQ(*record, one.record);
    for (std::size_t i = 0; i < 2; ++i) {
      const auto image = gallery_->image(*record, i);
      ASSERT_TRUE(image.ok()) << image.error().text();
      EXPECT_EQ(image->bytes, one.files[i]);
      EXPECT_EQ(image->reading, (ImageReading{2, 500.25}));
    }
    EXPECT_EQ(gallery_->image(*record, 2).error().kind, ErrorKind::kNotFound);
    options_.keep_images = {};
    reopen();
  }
}

TEST_F(KeptImages, AreTheSettingOfTheGalleryNotOfTheOpening) {
  EXPECT_TRUE(gallery_->keeps_images());
  EXPECT_EQ(gallery_->opening().keeps_images_now, true);
  options_.keep_images = {};
  reopen();
  EXPECT_TRUE(gallery_->keeps_images());
  EXPECT_EQ(gallery_->opening().keeps_images_now, std::nullopt);
  add_with_images(with_images(1));
  options_.keep_images = false;
  reopen();
  EXPECT_FALSE(gallery_->keeps_images());
  ASSERT_THAT(gallery_->opening().notices(), testing::ElementsAre(HasSubstr("keeps no images")));
  options_.keep_images = {};
  reopen();
  EXPECT_FALSE(gallery_->keeps_images());
  const WithImages second = with_images(2);
  EXPECT_EQ(gallery_->add(second.record, PersonRule::kNew, {}, second.images()).error().kind, ErrorKind::kInvalidInput);
  EXPECT_TRUE(gallery_->image(*gallery_->encounter("p1", "e1"), 0).ok()) << "what was kept stays";
}

TEST_F(KeptImages, AreNothingInAGalleryThatKeepsNone) {
  options_.keep_images = {};
  options_.directory = directory_.path() / "plain";
  for (const std::optional<bool> setting : {std::optional<bool>(), std::optional(false)}) {
    gallery_.reset();
    options_.keep_images = setting;
    auto opened = Gallery::open(options_);
    ASSERT_TRUE(opened.ok());
    gallery_ = std::move(opened).value();
    EXPECT_FALSE(gallery_->keeps_images());
    add(record_of(setting ? 2 : 1));
  }
  ASSERT_TRUE(gallery_->erase_person("p1").ok());
  ASSERT_TRUE(gallery_->purge_erased().ok());
  gallery_.reset();
  EXPECT_THAT(RawDatabase(options_.directory).names,
              testing::UnorderedElementsAre("default", "index", "snapshots", "manifest", "marks", "audit", "tiles",
                                            "checkpoints"))
      << "there is no place for images";
}

TEST_F(KeptImages, HaveNoPlaceMadeInAGalleryThatIsRefused) {
  options_.keep_images = {};
  options_.directory = directory_.path() / "later";
  gallery_.reset();
  ASSERT_TRUE(Gallery::open(options_).ok());
  RawDatabase(options_.directory).put_format(99);
  options_.keep_images = true;
  EXPECT_EQ(Gallery::open(options_).error().kind, ErrorKind::kInvalidInput);
  EXPECT_FALSE(RawDatabase(options_.directory).has_images());
}

TEST_F(KeptImages, MustBeThoseThatTheSamplesName) {
  const WithImages one = with_images(1);
  const auto refused = [&](const EncounterRecord& record, const std::vector<ImageToKeep>& images) {
    const auto added = gallery_->add(record, PersonRule::kNew, {}, images);
    return !added.ok() && added.error().kind == ErrorKind::kInvalidInput;
  };
  EXPECT_TRUE(refused(one.record, {}));
  EXPECT_TRUE(refused(record_of(1), one.images()));
  auto twice = one.images();
  twice[1] = twice[0];
  EXPECT_TRUE(refused(one.record, twice));
  auto cut = one.images();
  cut[0].bytes = cut[0].bytes.first(10);
  EXPECT_TRUE(refused(one.record, cut));
  const Bytes large(kMaxKeptImageBytes + 1);
  EncounterRecord record = record_of(1);
  record.samples[0].image = reference_to(0, large);
  EXPECT_TRUE(refused(record, {{*record.samples[0].image, {}, large}}));
  EXPECT_FALSE(gallery_->encounters("p1").ok());
}

TEST_F(KeptImages, GoWithTheirEncounterAndLeaveTheDisk) {
  const WithImages first = with_images(1);
  const WithImages second = with_images(1, 2);
  const WithImages other = with_images(11, 1);
  std::map<const WithImages*, std::vector<std::string>> pieces;
  const auto add_one = [&](const WithImages& one, PersonRule rule) {
    const auto before = tests::raw_rows(options_.directory);
    add_with_images(one, rule);
    pieces[&one] = pieces_of(tests::rows_added(before, tests::raw_rows(options_.directory)), "images");
  };
  add_one(first, PersonRule::kNew);
  add_one(second, PersonRule::kExisting);
  add_one(other, PersonRule::kNew);
  reopen();  // into table files
  const auto on_disk = [&](const WithImages& one) { return found_in_files(options_.directory, pieces[&one]) > 0; };
  ASSERT_TRUE(on_disk(first) && on_disk(second) && on_disk(other));
  const auto kept = gallery_->encounter("p1", "e2");
  ASSERT_TRUE(kept.ok());
  ASSERT_TRUE(gallery_->erase_encounter("p1", "e2").ok());
  EXPECT_EQ(gallery_->image(*kept, 0).error().kind, ErrorKind::kNotFound);
  ASSERT_TRUE(gallery_->purge_erased().ok());
  EXPECT_FALSE(on_disk(second));
  EXPECT_TRUE(on_disk(first));
  EXPECT_TRUE(gallery_->image(*gallery_->encounter("p1", "e1"), 1).ok());
  ASSERT_TRUE(gallery_->erase_person("p1").ok());
  reopen();
  ASSERT_TRUE(gallery_->purge_erased().ok());
  EXPECT_FALSE(on_disk(first));
  EXPECT_TRUE(on_disk(other));
  EXPECT_EQ(gallery_->image(*gallery_->encounter("p11", "e1"), 0)->bytes, other.files[0]);
  gallery_.reset();
  EXPECT_EQ(RawDatabase(options_.directory).all_images().size(), 2u);
}

TEST_F(KeptImages, OfManyErasedPeopleLeaveTheDisk) {
  add_with_images(with_images(0, 1, 400));
  const auto first = tests::raw_rows(options_.directory);
  for (int i = 1; i < 80; ++i) add_with_images(with_images(i, 1, 400));
  const auto others = pieces_of(tests::rows_added(first, tests::raw_rows(options_.directory)), "images");
  reopen();
  EXPECT_EQ(found_in_files(options_.directory, others), others.size());
  for (int i = 1; i < 80; ++i) ASSERT_TRUE(gallery_->erase_person("p" + std::to_string(i)).ok());
  ASSERT_TRUE(gallery_->purge_erased().ok());
  EXPECT_EQ(found_in_files(options_.directory, others), 0U);
  EXPECT_EQ(found_in_files(options_.directory, pieces_of(first, "images")), 2U);
}

TEST_F(KeptImages, EveryChangedBitIsTold) {
  const WithImages one = with_images(1, 1, 40);
  add_with_images(one);
  gallery_.reset();
  std::map<std::string, std::string> images;
  {
    RawDatabase raw(options_.directory);
    images = raw.all_images();
    ASSERT_EQ(images.size(), 2u);
  }
  const auto [key, value] = *images.begin();
  const ImageReference named = *one.record.samples[0].image;
  const Bytes plain = image_value(as_bytes(key), {named, {}, one.files[0]});
  ASSERT_EQ(parse_image(as_bytes(key), plain, named)->bytes, one.files[0]);
  for (std::size_t bit = 0; bit < plain.size() * 8; ++bit) {
    Bytes changed = plain;
    changed[bit / 8] ^= static_cast<std::uint8_t>(1U << (bit % 8));
    EXPECT_FALSE(parse_image(as_bytes(key), changed, named).ok()) << bit;
  }
  for (std::size_t n = 0; n < plain.size(); ++n) {
    EXPECT_FALSE(parse_image(as_bytes(key), ByteView(plain).first(n), named).ok()) << n;
  }
  EXPECT_FALSE(parse_image(as_bytes(images.rbegin()->first), plain, named).ok()) << "under another key";
  const auto moved = moved_image(as_bytes(key), as_bytes(images.rbegin()->first), plain);
  ASSERT_TRUE(moved.ok());
  EXPECT_EQ(parse_image(as_bytes(images.rbegin()->first), *moved, named)->bytes, one.files[0]);

  std::string changed = value;
  changed[30] = static_cast<char>(changed[30] ^ 4);
  {
    RawDatabase raw(options_.directory);
    raw.put_image(key, changed);
    raw.drop_image(images.rbegin()->first);
  }
  reopen();
  const auto record = gallery_->encounter("p1", "e1");
  ASSERT_TRUE(record.ok());
  const auto damaged = gallery_->image(*record, 0);
  ASSERT_FALSE(damaged.ok());
  EXPECT_EQ(damaged.error().kind, ErrorKind::kCorruption);
  EXPECT_THAT(damaged.error().message, testing::AllOf(HasSubstr("p1/e1"), HasSubstr("image 0")));
  const auto missing = gallery_->image(*record, 1);
  ASSERT_FALSE(missing.ok());
  EXPECT_EQ(missing.error().kind, ErrorKind::kCorruption);
  EXPECT_THAT(missing.error().message, HasSubstr("missing"));
  EXPECT_THAT(found(request_of(probe_of(1))), testing::ElementsAre("p1")) << "searches need no image";
}

TEST_F(KeptImages, AChangedSettingIsNotBelieved) {
  gallery_.reset();
  for (const char* value : {"\x01\x01", "",
                            "a text that is longer than what a sealed setting needs at the very least, "
                            "so that its key is looked at"}) {
    RawDatabase(options_.directory).put_setting(value);
    const auto opened = Gallery::open(options_);
    ASSERT_FALSE(opened.ok());
    EXPECT_EQ(opened.error().kind, ErrorKind::kCorruption);
  }
}

TEST_F(KeptImages, DoNotTravelInFilesOfEncounters) {
  const WithImages one = with_images(1);
  const auto stored = encoded(one.record);
  ASSERT_TRUE(stored.ok());
  const auto loaded = gallery_->load({*stored}, "test", {});
  ASSERT_TRUE(loaded.ok());
  EXPECT_EQ(loaded->encounters, 1u);
  const auto record = gallery_->encounter("p1", "e1");
  ASSERT_TRUE(record.ok());
  EXPECT_EQ(record->samples[0].image, std::nullopt);
  EXPECT_EQ(record->samples[0].template_bytes, one.record.samples[0].template_bytes);
}

TEST_F(KeptImages, TemplatesOfOtherExtractorsAreSearchedComparedAndCounted) {
  add_with_images(with_images(1));
  add_with_images(with_images(2));
  add(record_of(3));
  set_version("p1", "e1", 7);
  set_version("p2", "e1", 0);
  set_version("p3", "e1", 7);
  gallery_->settle();
  for (int opening = 0; opening < 2; ++opening) {
    said_.clear();
    reopen();
    const std::vector<OtherExtractor> expected{{Modality::kFinger, 0, 2, 2}, {Modality::kFinger, 7, 3, 2}};
    EXPECT_EQ(gallery_->opening().other_extractors, expected);
    EXPECT_EQ(std::count(said_.begin(), said_.end(), "other_extractors"), 1);
    ASSERT_THAT(gallery_->opening().notices(),
                testing::ElementsAre(
                    testing::AllOf(HasSubstr("2 of an unknown version of the finger extractor (2 with a kept image)"),
                                   HasSubstr("3 of version 7 of the finger extractor (2 with a kept image)"),
                                   HasSubstr("whorl re-extract"), HasSubstr("come again"))));
    for (int i = 1; i <= 3; ++i) {
      const auto probe = probe_of(i);
      EXPECT_EQ(search(request_of(probe)).persons.at(0).person_id, "p" + std::to_string(i));
      EXPECT_TRUE(gallery_->compare("default", "p" + std::to_string(i), probe.samples()).ok());
    }
    gallery_->settle();
  }
}

TEST_F(KeptImages, WhatCouldBeExtractedAgainIsListed) {
  add_with_images(with_images(1));
  add_with_images(with_images(2));
  add(record_of(3));
  set_version("p2", "e1", 7);
  set_version("p3", "e1", 7);
  const auto others = gallery_->re_extractable(false);
  ASSERT_TRUE(others.ok());
  ASSERT_EQ(others->encounters.size(), 1u);
  EXPECT_EQ(others->encounters[0].person_id, "p2");
  EXPECT_EQ(others->samples, 2u);
  EXPECT_EQ(others->without_image, 1u);
  const auto all = gallery_->re_extractable(true);
  ASSERT_TRUE(all.ok());
  EXPECT_EQ(all->encounters.size(), 2u);
  EXPECT_EQ(all->samples, 4u);
}

TEST_F(KeptImages, ReplacedTemplatesAreFoundAfterTheNextOpening) {
  const WithImages one = with_images(1);
  add_with_images(one);
  add_with_images(with_images(1, 2), PersonRule::kExisting);
  const auto before = gallery_->encounter("p1", "e1");
  ASSERT_TRUE(before.ok());
  EncounterRecord after = *before;
  SampleRecord& finger = after.samples[0];
  const auto fresh = finger_record(FingerPosition::kRightIndex, tests::another_capture(finger_of(77), 1));
  finger.template_bytes = fresh.template_bytes;
  const auto counts = gallery_->galleries();
  gallery_->settle();
  const auto old_finger = search(request_of(probe_of(1))).persons.at(0).rank_value;
  ASSERT_TRUE(*gallery_->replace_samples(*before, after));
  EXPECT_FALSE(*gallery_->replace_samples(*before, after)) << "it has changed since";
  EXPECT_EQ(search(request_of(probe_of(1))).persons.at(0).rank_value, old_finger) << "nobody is missed meanwhile";
  gallery_->settle();
  for (int opening = 0; opening < 3; ++opening) {
    reopen();
    EXPECT_TRUE(gallery_->opening().snapshots_dropped.empty());
    const auto record = gallery_->encounter("p1", "e1");
    ASSERT_TRUE(record.ok());
    EXPECT_GT(record->updated_ms, 0u);
    EXPECT_EQ(record->samples[0].template_bytes, fresh.template_bytes);
    EXPECT_EQ(gallery_->image(*record, 0)->bytes, one.files[0]);
    EXPECT_EQ(gallery_->galleries(), counts);
    const auto result = search(request_of(probe_of(77)));
    ASSERT_EQ(result.persons.size(), 1u);
    EXPECT_GT(result.persons[0].rank_value, search(request_of(probe_of(55))).persons.at(0).rank_value);
    EXPECT_EQ(gallery_->compare("default", "p1", probe_of(77).samples())->encounter_ids,
              (std::vector<std::string>{"e1", "e2"}));
    gallery_->settle();
  }
}

TEST_F(KeptImages, NothingButTemplatesIsReplaced) {
  add_with_images(with_images(1));
  const auto before = gallery_->encounter("p1", "e1");
  ASSERT_TRUE(before.ok());
  EncounterRecord after = *before;
  after.client_data = "more";
  EXPECT_EQ(gallery_->replace_samples(*before, after).error().kind, ErrorKind::kInvalidInput);
  after = *before;
  after.samples.pop_back();
  EXPECT_EQ(gallery_->replace_samples(*before, after).error().kind, ErrorKind::kInvalidInput);
  after = *before;
  after.samples[0].image.reset();
  EXPECT_EQ(gallery_->replace_samples(*before, after).error().kind, ErrorKind::kInvalidInput);
  ASSERT_TRUE(gallery_->erase_person("p1").ok());
  EXPECT_EQ(gallery_->replace_samples(*before, *before).error().kind, ErrorKind::kNotFound);
}

// Searches and comparisons see everybody once while encounters are replaced and shards merged.
TEST_F(KeptImages, NobodyIsMissedWhileTemplatesAreReplaced) {
  options_.shard_fingers = 20;
  reopen();
  constexpr int kPeople = 30;
  for (int i = 0; i < kPeople; ++i) add(record_of(i));
  std::atomic<bool> done = false;
  std::thread changes([&] {
    for (std::uint32_t round = 1; round <= 20; ++round) {
      for (int i = 0; i < kPeople; ++i) set_version("p" + std::to_string(i), "e1", round);
    }
    done.store(true);
  });
  const auto probe = probe_of(5);
  do {
    const SearchResult result = search(request_of(probe));
    EXPECT_EQ(result.gallery_size, static_cast<std::uint64_t>(kPeople));
    EXPECT_EQ(result.searched, static_cast<std::uint64_t>(kPeople));
    ASSERT_FALSE(result.persons.empty());
    EXPECT_EQ(result.persons[0].person_id, "p5");
    const auto one = gallery_->compare("default", "p5", probe.samples());
    ASSERT_TRUE(one.ok()) << one.error().text();
    EXPECT_EQ(one->encounter_ids.size(), 1u);
  } while (!done.load());
  changes.join();
  EXPECT_EQ(gallery_->galleries().front().samples[Modality::kFinger], static_cast<std::uint64_t>(kPeople));
}

}  // namespace
}  // namespace whorl::index
