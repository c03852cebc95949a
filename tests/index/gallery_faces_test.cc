// Faces in a gallery: enrolled, found, erased, opened again, refused.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rocksdb/db.h>

#include <algorithm>
#include <atomic>
#include <numeric>
#include <random>
#include <thread>

#include "index/comparator/face_space.h"
#include "index/record/index_entry.h"
#include "index/search/shard_fault.h"
#include "index/shard/sample_preparation.h"
#include "templates/codec/native_face.h"
#include "tests/index/gallery_fixture.h"

namespace whorl::index {
namespace {

constexpr std::size_t kDimension = 128;

const face::NetworkId kNetwork{"a_network", {1, 2, 3, 4, 5, 6, 7, 8}};
const face::NetworkId kOther{"another", {8, 7, 6, 5, 4, 3, 2, 1}};

// A capture of a person's face: the person's own direction and a little noise.
face::FaceTemplate face_of(int person, int capture = 1, const face::NetworkId& network = kNetwork,
                           std::size_t dimension = kDimension) {
  std::mt19937 own(static_cast<unsigned>(person));
  std::mt19937 noise(static_cast<unsigned>(1000 * person + capture));
  std::normal_distribution<float> normal;
  std::vector<float> values(dimension);
  for (auto& v : values) v = normal(own) + 0.5F * normal(noise);
  return face::make_template(network, 60, values).value();
}

SampleRecord face_record(const face::FaceTemplate& face) { return native_sample(face).value(); }

EncounterRecord with_face(int person, int encounter = 1) {
  EncounterRecord record = record_of(person, encounter);
  record.samples.push_back(face_record(face_of(person, encounter)));
  return record;
}

EncounterRecord only_face(int person, int encounter = 1, const face::NetworkId& network = kNetwork) {
  EncounterRecord record;
  record.person_id = "p" + std::to_string(person);
  record.encounter_id = "e" + std::to_string(encounter);
  record.galleries = {"default"};
  record.samples.push_back(face_record(face_of(person, encounter, network)));
  return record;
}

SearchRequest face_request(const TestProbe& probe, std::size_t compare_all = 2000) {
  SearchRequest request;
  request.gallery_id = "default";
  request.probe = probe.samples();
  request.candidates.persons = 5;
  request.face_persons = 5;
  request.max_results = 5;
  request.compare_all_samples = compare_all;
  request.rank = best_score;
  return request;
}

class GalleryFaces : public GalleryTest {
 protected:
  void SetUp() override {
    options_.shard_fingers = 16;  // several shards, sealed and merged
    GalleryTest::SetUp();
  }
  // Whom a search of all the faces, kept in a plain list, would find.
  [[nodiscard]] static std::vector<std::string> slow(const face::FaceTemplate& probe, const std::vector<int>& persons,
                                                     std::size_t n) {
    std::vector<std::pair<double, std::string>> all;
    for (const int p : persons) {
      all.emplace_back(-face::compare(probe, face_of(p)).value(), "p" + std::to_string(p));
    }
    std::sort(all.begin(), all.end());
    std::vector<std::string> out;
    for (std::size_t i = 0; i < std::min(n, all.size()); ++i) out.push_back(all[i].second);
    return out;
  }
};

std::vector<int> up_to(int n) {
  std::vector<int> out(static_cast<std::size_t>(n));
  std::iota(out.begin(), out.end(), 0);
  return out;
}

TEST_F(GalleryFaces, AreFoundAtOnceByTheScanAndByComparingEverybody) {
  for (int p = 0; p < 100; ++p) add(only_face(p));
  for (const bool settled : {false, true}) {
    if (settled) gallery_->settle();
    for (const int p : {0, 17, 50, 99}) {
      const auto probe = face_of(p, 77);
      const auto expected = slow(probe, up_to(100), 5);
      EXPECT_EQ(expected.front(), "p" + std::to_string(p));
      EXPECT_EQ(found(face_request(probe)), expected);
      EXPECT_EQ(found(face_request(probe, 0)), expected);
    }
  }
}

TEST_F(GalleryFaces, TheReceiptCountsEverybodyAndWhoHasAFace) {
  for (int p = 0; p < 30; ++p) add(p % 3 == 0 ? record_of(p) : only_face(p));
  const auto probe = face_of(1, 9);
  for (const std::size_t all : {std::size_t{2000}, std::size_t{0}}) {
    const auto result = search(face_request(probe, all));
    EXPECT_TRUE(result.complete());
    EXPECT_EQ(result.gallery_size, 30U);
    EXPECT_EQ(result.comparable_persons, 20U);
    EXPECT_EQ(result.compared, all == 0 ? 5U : 20U);
  }
  EXPECT_EQ(gallery_->galleries(), (std::vector<GalleryCounts>{{"default", 30, 30, 10, 20}}));
}

TEST_F(GalleryFaces, AShardThatFailsShowsInTheReceipt) {
  for (int p = 0; p < 40; ++p) add(only_face(p));
  const ShardFault fault([](std::size_t shard) { return shard == 1 ? Status(internal_error("injected")) : Status(); });
  const auto probe = face_of(1, 9);
  const auto result = search(face_request(probe, 0));
  EXPECT_FALSE(result.complete());
  EXPECT_LT(result.searched, result.gallery_size);
}

TEST_F(GalleryFaces, ErasedFacesAreNotFound) {
  for (int p = 0; p < 60; ++p) add(only_face(p));
  gallery_->settle();
  const auto probe = face_of(30, 5);
  ASSERT_EQ(found(face_request(probe, 0)).front(), "p30");
  ASSERT_TRUE(gallery_->erase_person("p30").ok());
  for (const std::size_t all : {std::size_t{2000}, std::size_t{0}}) {
    EXPECT_THAT(found(face_request(probe, all)), testing::Not(testing::Contains("p30")));
  }
  for (int p = 0; p < 60; ++p) {
    if (p == 30) continue;
    ASSERT_TRUE(gallery_->erase_person("p" + std::to_string(p)).ok());
  }
  gallery_->settle();
  EXPECT_TRUE(found(face_request(probe, 0)).empty());
  EXPECT_EQ(search(face_request(probe, 0)).gallery_size, 0U);
}

TEST_F(GalleryFaces, AreThereAgainAfterReopeningWithAndWithoutSnapshots) {
  for (int p = 0; p < 50; ++p) add(p % 2 == 0 ? with_face(p) : only_face(p));
  const auto probe = face_of(33, 4);
  const auto before = found(face_request(probe, 0));
  ASSERT_EQ(before.front(), "p33");
  gallery_->settle();
  reopen();
  EXPECT_GT(gallery_->opening().encounters_from_snapshots, 0U);
  EXPECT_EQ(found(face_request(probe, 0)), before);
  EXPECT_EQ(gallery_->face_network(), kNetwork);
  gallery_.reset();
  drop_snapshots(options_.directory);
  reopen();
  EXPECT_EQ(gallery_->opening().encounters_from_snapshots, 0U);
  EXPECT_EQ(found(face_request(probe, 0)), before);
}

TEST_F(GalleryFaces, FingersAndFacesGiveTheUnionOfTheirCandidates) {
  for (int p = 0; p < 60; ++p) add(with_face(p));
  // Fingers of one person and the face of another: both must be compared, both ways.
  TestProbe both = probe_of(7);
  both.add(codec::Template(face_of(41, 3)), kFaceUnstated);
  SearchRequest request = request_of(both);
  request.compare_all_samples = 0;
  request.candidates.persons = 3;
  request.face_persons = 3;
  request.max_results = 10;
  const auto result = search(request);
  std::vector<std::string> ids;
  for (const auto& person : result.persons) {
    ids.push_back(person.person_id);
    EXPECT_EQ(pairs_of(person, Modality::kFinger), 1U);
    EXPECT_EQ(pairs_of(person, Modality::kFace), 1U);
  }
  EXPECT_THAT(ids, testing::IsSupersetOf({"p7", "p41"}));
  EXPECT_LT(ids.size(), 60U);
}

TEST_F(GalleryFaces, APersonEnrolledOftenTakesOnePlace) {
  for (int p = 0; p < 30; ++p) add(only_face(p));
  for (int e = 2; e < 30; ++e) add(only_face(3, e), PersonRule::kExisting);
  const auto result = search(face_request(face_of(3, 99), 0));
  ASSERT_EQ(result.persons.size(), 5U);
  EXPECT_EQ(result.persons[0].person_id, "p3");
  EXPECT_EQ(pairs_of(result.persons[0], Modality::kFace), 29U);
}

// Once, as many faces of one person as there are places, met first, shut everybody less alike out.
TEST_F(GalleryFaces, AsManyFacesOfOnePersonAsThereArePlacesShutNobodyOut) {
  add(only_face(3));
  for (int e = 2; e <= 5; ++e) add(only_face(3, e), PersonRule::kExisting);
  for (int p = 100; p < 111; ++p) add(record_of(p));  // the rest of the first shard has no face
  for (int p = 200; p < 240; ++p) add(only_face(p));
  EXPECT_EQ(search(face_request(face_of(3, 99), 0)).persons.size(), 5U);
}

TEST_F(GalleryFaces, OneNetworkOnly) {
  EXPECT_EQ(gallery_->face_network(), std::nullopt);
  add(only_face(1));
  const auto refused = gallery_->add(only_face(2, 1, kOther), PersonRule::kNew);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().kind, ErrorKind::kInvalidInput);
  EXPECT_THAT(refused.error().text(), testing::AllOf(testing::HasSubstr("a_network"), testing::HasSubstr("another")));
  EXPECT_FALSE(gallery_->encounters("p2").ok());
  const auto probe = face_of(1, 2, kOther);
  const auto search = gallery_->search(face_request(probe));
  ASSERT_FALSE(search.ok());
  EXPECT_EQ(search.error().kind, ErrorKind::kInvalidInput);
  EXPECT_FALSE(gallery_->compare("default", "p1", TestProbe(probe).samples()).ok());
  // The same name with other numbers.
  const auto longer = face_of(1, 2, kNetwork, 256);
  EXPECT_FALSE(gallery_->search(face_request(longer)).ok());
  reopen();
  EXPECT_FALSE(gallery_->add(only_face(2, 1, kOther), PersonRule::kNew).ok());
}

TEST_F(GalleryFaces, AnEnrolmentThatIsRefusedSettlesNoNetwork) {
  add(record_of(1));
  EXPECT_FALSE(gallery_->add(only_face(1, 2, kOther), PersonRule::kNew).ok());
  EXPECT_EQ(gallery_->face_network(), std::nullopt);
  add(only_face(2));
}

TEST_F(GalleryFaces, ADamagedFaceIsRefusedByName) {
  EncounterRecord record = only_face(1);
  record.samples.back().template_bytes[30] ^= 1;
  const auto refused = gallery_->add(record, PersonRule::kNew);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().field, "samples[0]");
}

TEST_F(GalleryFaces, AreLoadedInBulkAndForeignOnesRefusedOneByOne) {
  std::vector<EncodedRecord> batch;
  for (int p = 0; p < 40; ++p) {
    batch.push_back(encoded(p == 20 ? only_face(p, 1, kOther) : only_face(p)).value());
  }
  const auto outcome = gallery_->load(std::move(batch), "m", {});
  ASSERT_TRUE(outcome.ok()) << outcome.error().text();
  EXPECT_EQ(outcome->encounters, 39U);
  ASSERT_EQ(outcome->refused.size(), 1U);
  EXPECT_EQ(outcome->refused[0].person_id, "p20");
  const auto probe = face_of(31, 2);
  EXPECT_EQ(found(face_request(probe, 0)).front(), "p31");
}

TEST_F(GalleryFaces, VerifyComparesTheFace) {
  add(with_face(1));
  add(record_of(2));
  const auto probe = face_of(1, 2);
  const auto one = gallery_->compare("default", "p1", TestProbe(probe).samples());
  ASSERT_TRUE(one.ok());
  ASSERT_EQ(one->pairs.size(), 1U);
  EXPECT_EQ(one->pairs[0].modality, Modality::kFace);
  EXPECT_DOUBLE_EQ(one->pairs[0].score, face::compare(probe, face_of(1)).value());
  EXPECT_TRUE(gallery_->compare("default", "p2", TestProbe(probe).samples())->pairs.empty());
}

// The gallery's own keys, read past the gallery while it is closed.
class RawGallery {
 public:
  explicit RawGallery(const std::filesystem::path& directory) {
    std::vector<std::string> names;
    EXPECT_TRUE(rocksdb::DB::ListColumnFamilies({}, directory.string(), &names).ok());
    std::vector<rocksdb::ColumnFamilyDescriptor> families;
    for (const auto& name : names) families.emplace_back(name, rocksdb::ColumnFamilyOptions());
    EXPECT_TRUE(rocksdb::DB::Open({}, directory.string(), families, &handles_, &db_).ok());
  }
  ~RawGallery() {
    for (auto* handle : handles_) (void)db_->DestroyColumnFamilyHandle(handle);
    delete db_;
  }
  RawGallery(const RawGallery&) = delete;
  RawGallery& operator=(const RawGallery&) = delete;
  [[nodiscard]] int format() const {
    std::string value;
    EXPECT_TRUE(db_->Get({},
                         "\x01"
                         "format",
                         &value)
                    .ok());
    return value.size() == 4 ? value[3] : -1;
  }
  void drop_face_space() {
    EXPECT_TRUE(db_->Delete({},
                            "\x01"
                            "faces")
                    .ok());
  }

 private:
  rocksdb::DB* db_ = nullptr;
  std::vector<rocksdb::ColumnFamilyHandle*> handles_;
};

TEST_F(GalleryFaces, AFaceWhoseNetworkTheGalleryDoesNotNameStopsTheOpening) {
  for (int p = 0; p < 40; ++p) add(only_face(p));
  gallery_->settle();
  gallery_.reset();
  RawGallery(options_.directory).drop_face_space();
  const auto opened = Gallery::open(options_);
  ASSERT_FALSE(opened.ok());
  EXPECT_EQ(opened.error().kind, ErrorKind::kCorruption);
  EXPECT_THAT(opened.error().text(),
              testing::AllOf(testing::HasSubstr("gallery record p"), testing::HasSubstr("network")));
}

// Whoever comes and goes meanwhile, every search covers its snapshot and finds the face that stays.
TEST_F(GalleryFaces, SearchesAreCompleteWhileOthersWrite) {
  add(only_face(1000));
  std::atomic<int> writers = 2;
  const auto write = [&](int t) {
    for (int i = 0; i < 60; ++i) {
      const int person = t * 100 + i;
      EXPECT_TRUE(gallery_->add(i % 2 == 0 ? only_face(person) : with_face(person), PersonRule::kNew).ok());
      if (i < 5) continue;
      EXPECT_TRUE(gallery_->erase_person("p" + std::to_string(person - 5)).ok());
    }
    --writers;
  };
  const auto look = [&](std::size_t compare_all) {
    const auto probe = face_of(1000, 7);
    do {
      const auto result = gallery_->search(face_request(probe, compare_all));
      ASSERT_TRUE(result.ok()) << result.error().text();
      EXPECT_TRUE(result->complete()) << result->searched << " of " << result->gallery_size;
      ASSERT_FALSE(result->persons.empty());
      EXPECT_EQ(result->persons[0].person_id, "p1000");
    } while (writers > 0);
  };
  {
    const std::jthread first(write, 0);
    const std::jthread second(write, 1);
    const std::jthread scan(look, std::size_t{0});
    const std::jthread everybody(look, std::size_t{2000});
  }
  EXPECT_EQ(gallery_->galleries(), (std::vector<GalleryCounts>{{"default", 11, 11, 6, 11}}));
  reopen();
  EXPECT_EQ(gallery_->galleries(), (std::vector<GalleryCounts>{{"default", 11, 11, 6, 11}}));
}

// Names of the dead that come again with another face: an older snapshot must not bring the old face back.
TEST_F(GalleryFaces, WhoIsEnrolledAgainHasTheNewFace) {
  for (int p = 0; p < 40; ++p) add(only_face(p));
  gallery_->settle();
  ASSERT_TRUE(gallery_->erase_person("p7").ok());
  EncounterRecord again = only_face(7);
  again.samples.back() = face_record(face_of(5000));
  add(again);
  for (const bool opened_again : {false, true}) {
    if (opened_again) reopen();
    const auto old_face = search(face_request(face_of(7, 9), 0));
    ASSERT_FALSE(old_face.persons.empty());
    EXPECT_LT(old_face.persons[0].pairs.at(0).score, 0.5);
    EXPECT_EQ(found(face_request(face_of(5000, 9), 0)).front(), "p7");
  }
}

TEST(FaceSpace, BytesGoThereAndBack) {
  const FaceSpace space{kNetwork, 128};
  EXPECT_EQ(parse_space(encode_space(space)).value(), space);
  Bytes bytes = encode_space(space);
  for (std::size_t n = 0; n < bytes.size(); ++n) EXPECT_FALSE(parse_space(ByteView(bytes).first(n)).ok());
  bytes.push_back(0);
  EXPECT_FALSE(parse_space(bytes).ok());
}

TEST(FaceRecords, GoThereAndBackAndKeepTheirBounds) {
  for (const EncounterRecord& record : {only_face(1), with_face(2), record_of(3)}) {
    const auto stored = encoded(record);
    ASSERT_TRUE(stored.ok());
    EXPECT_EQ(parse_record(stored->key, stored->value).value(), record);
    const IndexEntry entry = index_entry(record, {});
    EXPECT_EQ(parse_index(encode_index(entry)).value(), entry);
  }
  EncounterRecord record = only_face(1);
  record.samples[0].quality = 101;
  EXPECT_FALSE(encoded(record).ok());
  record.samples[0].quality = 1;
  record.samples[0].template_bytes.resize(codec::kMaxNativeFaceBytes + 1);
  EXPECT_FALSE(encoded(record).ok());
  record.samples.assign(2, only_face(1).samples[0]);
  EXPECT_FALSE(encoded(record).ok());
}

}  // namespace
}  // namespace whorl::index
