// A calibration from the people of a gallery, without labels.
#include "engine/gallery_scores.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "datasets/template_people.h"
#include "index/record/native_sample.h"
#include "tests/engine/face_fixture.h"
#include "tests/support/shared_data.h"

namespace whorl::engine {
namespace {

using datasets::TemplatePerson;

constexpr std::uint64_t kSeed = 11;
constexpr int kFingers = 2;

index::EncounterRecord encounter_of(std::uint64_t number, const std::string& person_id, const std::string& encounter_id,
                                    std::uint64_t impression) {
  index::EncounterRecord out;
  out.person_id = person_id;
  out.encounter_id = encounter_id;
  out.galleries = {std::string(index::kDefaultGallery)};
  for (const auto& made : TemplatePerson(kSeed, number, kFingers).capture(impression)) {
    out.samples.push_back(index::native_sample(made.position, made.extracted).value());
  }
  return out;
}

class GalleryScoring : public testing::Test {
 protected:
  void SetUp() override {
    index::GalleryOptions options;
    options.directory = directory_.path() / "gallery";
    options.threads = 1;
    auto opened = index::Gallery::open(options);
    ASSERT_TRUE(opened.ok()) << opened.error().text();
    gallery_ = std::move(opened).value();
  }
  void add(const index::EncounterRecord& record) {
    const auto added = gallery_->add(record, index::PersonRule::kEither);
    ASSERT_TRUE(added.ok()) << added.error().text();
  }
  void add_people(std::uint64_t n) {
    for (std::uint64_t i = 0; i < n; ++i) add(encounter_of(i, "p" + std::to_string(i), "e", 0));
  }

  tests::TemporaryDirectory directory_;
  std::unique_ptr<index::Gallery> gallery_;
};

std::uint64_t count_of(const std::vector<Calibration::NonMated>& populations) {
  std::uint64_t out = 0;
  for (const auto& population : populations) {
    for (const auto& tally : population.scores) out += tally.count;
  }
  return out;
}

double highest_of(const std::vector<Calibration::NonMated>& populations) {
  double out = 0;
  for (const auto& population : populations) {
    for (const auto& tally : population.scores) out = std::max(out, tally.score);
  }
  return out;
}

TEST_F(GalleryScoring, ComparesEveryPairOfPeopleAndGivesACalibration) {
  constexpr std::uint64_t kPeople = 100;
  add_people(kPeople);
  const auto scores = score_gallery(*gallery_, {});
  ASSERT_TRUE(scores.ok()) << scores.error().text();
  EXPECT_EQ(scores->people, kPeople);
  EXPECT_EQ(scores->pairs, kPeople * (kPeople - 1) / 2);
  EXPECT_EQ(scores->set_aside, 0U);
  EXPECT_TRUE(scores->mated.empty());
  // Two fingers of one position and one of two, of every pair.
  EXPECT_EQ(count_of(scores->non_mated), 3 * scores->pairs);
  ASSERT_EQ(scores->non_mated.size(), 2U);
  EXPECT_TRUE(scores->non_mated[0].one_position);
  EXPECT_FALSE(scores->non_mated[1].one_position);
  const auto fitted = Calibration::fit(scores->non_mated, scores->mated, "a gallery", scores->origin);
  ASSERT_TRUE(fitted.ok()) << fitted.error().text();
  EXPECT_TRUE(fitted->check_versions().ok());
  EXPECT_GT(fitted->measured_db(), 25);
}

// Where all people have the one finger, nothing says what a score is worth where no position is stated.
TEST_F(GalleryScoring, ClaimsNoMoreOfOnePositionThanWasCountedWhereThereIsNoOther) {
  for (std::uint64_t i = 0; i < 70; ++i) {
    index::EncounterRecord record = encounter_of(i, "p" + std::to_string(i), "e", 0);
    record.samples.resize(1);
    add(record);
  }
  const auto scores = score_gallery(*gallery_, {});
  ASSERT_TRUE(scores.ok()) << scores.error().text();
  ASSERT_EQ(scores->non_mated.size(), 1U);
  EXPECT_EQ(count_of(scores->non_mated), scores->pairs);
  EXPECT_FALSE(scores->non_mated.front().one_position);
}

TEST_F(GalleryScoring, SetsAsideAPersonUnderTwoNumbers) {
  add_people(100);
  const auto without = score_gallery(*gallery_, {});
  for (std::uint64_t i = 0; i < 3; ++i) add(encounter_of(i, "again" + std::to_string(i), "e", 1));
  const auto with = score_gallery(*gallery_, {});
  ASSERT_TRUE(without.ok() && with.ok());
  EXPECT_EQ(with->set_aside, 3U);
  // Both comparisons of one position at least; that of two different fingers of theirs is a stranger's like others.
  EXPECT_LE(count_of(with->non_mated), 3 * with->pairs - 2 * with->set_aside);
  EXPECT_GE(count_of(with->non_mated), 3 * (with->pairs - with->set_aside));
  // What is left is strangers' all the same.
  EXPECT_LT(Calibration::shipped().db(highest_of(with->non_mated)),
            Calibration::shipped().db(highest_of(without->non_mated)) + 10);
}

TEST_F(GalleryScoring, TakesEncountersOfOnePersonForMates) {
  add_people(70);
  add(encounter_of(0, "p0", "later", 1));
  const auto scores = score_gallery(*gallery_, {});
  ASSERT_TRUE(scores.ok());
  ASSERT_EQ(scores->mated.size(), static_cast<std::size_t>(kFingers));
  for (const double score : scores->mated) EXPECT_GT(Calibration::shipped().db(score), 40);
}

TEST_F(GalleryScoring, GivesFacesDecibelsWithoutLabels) {
  const auto add_face = [&](int person, int capture, const std::string& id) {
    index::EncounterRecord record;
    record.person_id = id;
    record.encounter_id = "e";
    record.galleries = {std::string(index::kDefaultGallery)};
    record.samples.push_back(index::native_sample(0, face_of(person, capture)).value());
    add(record);
  };
  for (int i = 0; i < 120; ++i) add_face(i, 0, "p" + std::to_string(i));
  for (int i = 0; i < 3; ++i) add_face(i, 1, "again" + std::to_string(i));
  GalleryScoresRequest request;
  request.modality = Modality::kFace;
  const auto scores = score_gallery(*gallery_, request);
  ASSERT_TRUE(scores.ok()) << scores.error().text();
  EXPECT_EQ(scores->set_aside, 3U);
  EXPECT_EQ(count_of(scores->non_mated), scores->pairs - scores->set_aside);
  EXPECT_EQ(scores->origin, Calibration::faces(kNetwork.text()));
  EXPECT_FALSE(scores->non_mated.front().one_position);
  EXPECT_TRUE(Calibration::fit(scores->non_mated, scores->mated, "faces", scores->origin).ok());
}

TEST_F(GalleryScoring, TheSameSeedDrawsTheSamePeople) {
  add_people(100);
  GalleryScoresRequest request;
  request.people = 70;
  const auto once = score_gallery(*gallery_, request);
  const auto again = score_gallery(*gallery_, request);
  request.seed = 2;
  const auto others = score_gallery(*gallery_, request);
  ASSERT_TRUE(once.ok() && again.ok() && others.ok());
  EXPECT_EQ(once->people, 70U);
  const auto knots = [](const GalleryScores& s) { return Calibration::fit(s.non_mated, {}, "g")->knots(); };
  EXPECT_EQ(knots(*once), knots(*again));
  EXPECT_NE(knots(*once), knots(*others));
}

TEST_F(GalleryScoring, RefusesAGalleryOfTooFewPeople) {
  add_people(20);
  const auto scores = score_gallery(*gallery_, {});
  ASSERT_FALSE(scores.ok());
  EXPECT_THAT(scores.error().text(), testing::AllOf(testing::HasSubstr("20"), testing::HasSubstr("64")));
  GalleryScoresRequest faces;
  faces.modality = Modality::kFace;
  EXPECT_FALSE(score_gallery(*gallery_, faces).ok());
}

TEST_F(GalleryScoring, LeavesALeafBeforeAnythingIsRead) {
  add_people(64);
  const auto before = gallery_->audit();
  ASSERT_TRUE(score_gallery(*gallery_, {}).ok());
  const auto after = gallery_->audit();
  ASSERT_TRUE(before && after);
  EXPECT_EQ(after->leaves, before->leaves + 1);
}

}  // namespace
}  // namespace whorl::engine
