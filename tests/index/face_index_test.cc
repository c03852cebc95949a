// Faces found by a FAISS index over a shard: who is found, and that the index is asked.
#include "index/shard/face_index.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <set>

#include "base/simd.h"
#include "index/search/face_neighbours.h"
#include "index/shard/sample_preparation.h"
#include "tests/index/gallery_fixture.h"

namespace whorl::index {
namespace {

constexpr std::size_t kDimension = 64;

// Embeddings of people who look like nobody else, two of each person alike.
std::vector<std::int8_t> drawn_faces(std::size_t people, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  std::normal_distribution<float> normal;
  std::vector<std::int8_t> out;
  for (std::size_t p = 0; p < people; ++p) {
    std::vector<float> person(kDimension);
    for (float& x : person) x = normal(random);
    for (int capture = 0; capture < 2; ++capture) {
      for (const float x : person) {
        out.push_back(static_cast<std::int8_t>(std::clamp(30 * (x + 0.5F * normal(random)), -127.0F, 127.0F)));
      }
    }
  }
  return out;
}

std::span<const std::int8_t> row_of(const std::vector<std::int8_t>& faces, std::size_t row) {
  return std::span(faces).subspan(row * kDimension, kDimension);
}

TEST(FaceIndex, NamesTheMateAmongTheNearestAndComesBackFromItsBytes) {
  constexpr std::size_t kPeople = 3000;
  const auto faces = drawn_faces(kPeople, 1);
  const auto built = FaceIndex::build(faces, kDimension);
  ASSERT_NE(built, nullptr);
  const auto read = FaceIndex::read(built->bytes(), 2 * kPeople, kDimension);
  ASSERT_TRUE(read.ok()) << read.error().text();
  int found = 0;
  for (std::size_t person = 0; person < 200; ++person) {
    const FaceProbe probe(row_of(faces, 2 * person));
    auto nearest = built->nearest(probe, 50);
    auto again = (*read)->nearest(probe, 50);
    std::sort(nearest.begin(), nearest.end());
    std::sort(again.begin(), again.end());
    ASSERT_EQ(nearest, again);
    found += std::binary_search(nearest.begin(), nearest.end(), 2 * person + 1) ? 1 : 0;
  }
  EXPECT_GE(found, 198);
}

TEST(FaceIndex, BytesOfAnotherIndexAreRefused) {
  const auto faces = drawn_faces(300, 2);
  const auto built = FaceIndex::build(faces, kDimension);
  const auto bytes = built->bytes();
  EXPECT_FALSE(FaceIndex::read(bytes, 599, kDimension).ok());
  EXPECT_FALSE(FaceIndex::read(bytes, 600, kDimension / 2).ok());
  EXPECT_FALSE(FaceIndex::read(std::span(bytes).first(bytes.size() - 1), 600, kDimension).ok());
  EXPECT_FALSE(FaceIndex::read({}, 600, kDimension).ok());
  EXPECT_EQ(FaceIndex::build(std::span(faces).first(33), 33), nullptr);  // no pairs of numbers
}

// A gallery with more faces than are scanned at once.
class IndexedFaces : public GalleryTest {
 protected:
  static constexpr std::size_t kPeople = FaceIndex::kFewest + 600;

  void SetUp() override {
    options_.shard_fingers = 2 * FaceIndex::kFewest;
    options_.face_index = FaceIndexUse::kAlways;  // of Debian's FAISS, too
    GalleryTest::SetUp();
    faces_ = drawn_faces(kPeople, 3);
    std::vector<EncodedRecord> batch;
    for (std::size_t person = 0; person < kPeople; ++person) batch.push_back(encoded(record(person)).value());
    const auto loaded = gallery_->load(std::move(batch), "faces", {});
    ASSERT_TRUE(loaded.ok()) << loaded.error().text();
    ASSERT_EQ(loaded->encounters, kPeople);
    gallery_->settle();
  }

  [[nodiscard]] face::FaceTemplate face(std::size_t row) const {
    const auto values = row_of(faces_, row);
    return face::make_template({"a_network", {}}, 50, std::vector<float>(values.begin(), values.end())).value();
  }
  [[nodiscard]] EncounterRecord record(std::size_t person) const {
    EncounterRecord out;
    out.person_id = "p" + std::to_string(person);
    out.encounter_id = "e1";
    out.galleries = {"default"};
    out.samples = {native_sample(face(2 * person)).value()};
    return out;
  }
  [[nodiscard]] std::vector<std::string> found(const face::FaceTemplate& probe) const {
    const TestProbe owned(probe);
    SearchRequest request = request_of(owned);
    request.compare_all_samples = 0;
    request.candidates.persons = 10;
    std::vector<std::string> out;
    const SearchResult result = search(request);
    EXPECT_TRUE(result.complete());
    for (const PersonScore& person : result.persons) out.push_back(person.person_id);
    return out;
  }

  std::vector<std::int8_t> faces_;
};

TEST_F(IndexedFaces, AreFoundAsAScanFindsThem) {
  for (std::size_t person = 0; person < 60; ++person) {
    const auto indexed = found(face(2 * person + 1));
    FaceIndex::use(FaceIndexUse::kNever);
    const std::uint64_t before = FaceIndex::asked();
    const auto scanned = found(face(2 * person + 1));
    EXPECT_EQ(FaceIndex::asked(), before);
    FaceIndex::use(FaceIndexUse::kAlways);
    ASSERT_EQ(indexed.at(0), "p" + std::to_string(person));
    EXPECT_EQ(indexed, scanned);
  }
}

TEST_F(IndexedFaces, SearchesGoThroughFaiss) {
  const auto by = gallery_->searched_by();
  EXPECT_EQ(by.back().by, FaceIndex::kType);
  EXPECT_GT(by.back().samples, FaceIndex::kFewest);
  const std::uint64_t before = FaceIndex::asked();
  EXPECT_EQ(found(face(7)).at(0), "p3");
  EXPECT_GT(FaceIndex::asked(), before);
}

TEST_F(IndexedFaces, WhoIsErasedIsLeftOut) {
  ASSERT_TRUE(gallery_->erase_person("p11").ok());
  const auto who = found(face(23));
  EXPECT_EQ(std::find(who.begin(), who.end(), "p11"), who.end());
  EXPECT_EQ(who.size(), 10U);
}

TEST_F(IndexedFaces, AreThereAgainFromTheSnapshot) {
  const auto before = found(face(9));
  reopen();
  EXPECT_GT(gallery_->opening().encounters_from_snapshots, FaceIndex::kFewest);
  EXPECT_EQ(found(face(9)), before);
}

}  // namespace
}  // namespace whorl::index
