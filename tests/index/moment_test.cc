// A gallery at one moment, and another one that is made alike by it.
#include "index/moment.h"

#include <gmock/gmock.h>

#include "tests/index/gallery_fixture.h"
#include "tests/support/moved_world.h"

namespace whorl::index {
namespace {

class MomentTest : public GalleryTest {
 protected:
  void SetUp() override {
    options_.keep_images = true;
    GalleryTest::SetUp();
    GalleryOptions options;
    options.directory = directory_.path() / "other";
    options.threads = 2;
    options.keep_images = true;
    options.lets_go_when_told = true;
    options.world = &world_;
    other_ = Gallery::open(options).value();
  }
  static std::vector<Moment::Named> all_of(const Moment& moment) {
    std::vector<Moment::Named> out;
    Bytes from;
    do {
      auto page = moment.names(from, 2).value();
      from = page.next;
      out.insert(out.end(), page.encounters.begin(), page.encounters.end());
    } while (!from.empty());
    return out;
  }
  static CopiedEncounter copied(const Moment& moment, const Moment::Named& named) {
    CopiedEncounter out{moment.record(named.person_id, named.encounter_id).value(), {}};
    const auto record = parse_record(out.record.key, out.record.value).value();
    for (const auto& image : images_named(record)) {
      out.images.push_back(moment.image(named.person_id, named.encounter_id, image).value());
    }
    return out;
  }
  std::size_t copy(const Moment& moment) {
    std::vector<CopiedEncounter> all;
    for (const auto& named : all_of(moment)) all.push_back(copied(moment, named));
    const auto put = other_->put_copied(std::move(all));
    EXPECT_TRUE(put.ok()) << put.error().text();
    return put.ok() ? *put : 0;
  }
  [[nodiscard]] std::vector<GalleryDigest> digests(const Gallery& gallery) const {
    return gallery.moment().value()->digests().value();
  }
  void add_with_image(int person) {
    EncounterRecord record = record_of(person);
    const Bytes file(5000, static_cast<std::uint8_t>(person));
    record.samples[0].image = reference_to(0, file);
    const ImageToKeep image{*record.samples[0].image, {2, 500.25}, file};
    ASSERT_TRUE(gallery_->add(record, PersonRule::kNew, {}, std::span(&image, 1)).ok());
  }

  tests::MovedWorld world_;
  std::unique_ptr<Gallery> other_;
};

TEST_F(MomentTest, IsAsTheGalleryWasWhateverIsChangedAndRotatedMeanwhile) {
  for (int i = 0; i < 5; ++i) add(record_of(i));
  add_with_image(7);
  const auto moment = gallery_->moment().value();
  const auto before = moment->digests().value();
  ASSERT_TRUE(gallery_->erase_person("p1").ok());
  ASSERT_TRUE(gallery_->erase_person("p7").ok());
  add(record_of(9));
  ASSERT_TRUE(gallery_->rotate_keys().ok());
  EXPECT_EQ(all_of(*moment).size(), 6U);
  EXPECT_EQ(moment->digests().value(), before);
  EXPECT_EQ(copied(*moment, {"p7", "e1", {}}).images.size(), 1U);
  EXPECT_EQ(moment->record("p9", "e1").error().kind, ErrorKind::kNotFound);
  EXPECT_NE(digests(*gallery_), before);
}

TEST_F(MomentTest, ACopyIsAlikeAndASecondOneHasNothingToDo) {
  for (int i = 0; i < 5; ++i) add(record_of(i));
  add_with_image(7);
  ASSERT_TRUE(gallery_->set_hold("p3", {}, true).ok());
  ASSERT_TRUE(gallery_->set_galleries("p2", "e1", {"visa", "default"}).ok());
  ASSERT_TRUE(gallery_->set_status("p4", "e1", EncounterStatus::kInactive).ok());
  const auto moment = gallery_->moment().value();
  EXPECT_EQ(copy(*moment), 6U);
  EXPECT_EQ(digests(*other_), digests(*gallery_));
  ASSERT_EQ(digests(*other_).size(), 2U);
  EXPECT_EQ(digests(*other_)[0].encounters, 6U);
  const auto record = other_->encounter("p7", "e1").value();
  EXPECT_EQ(other_->image(record, 0).value().bytes, Bytes(5000, 7));
  EXPECT_EQ(other_->search(request_of(probe_of(0))).value().persons.at(0).person_id, "p0");
  EXPECT_EQ(copy(*moment), 0U);
}

TEST_F(MomentTest, WhatIsHereAndIsAnotherGoesForWhatIsCopiedEvenUnderAHold) {
  add(record_of(1));
  EncounterRecord old = record_of(1);
  old.samples = record_of(5).samples;
  old.hold = true;
  ASSERT_TRUE(other_->add(old, PersonRule::kNew).ok());
  ASSERT_TRUE(other_->add(record_of(8), PersonRule::kNew).ok());
  EXPECT_EQ(copy(*gallery_->moment().value()), 1U);
  EXPECT_NE(digests(*other_), digests(*gallery_)) << "somebody else is here still";
  ASSERT_TRUE(other_->set_hold("p8", {}, true).ok());
  ASSERT_TRUE(other_->erase_copied("p8", "e1").ok());
  ASSERT_TRUE(other_->erase_copied("p8", "e1").ok());
  EXPECT_EQ(digests(*other_), digests(*gallery_));
}

TEST_F(MomentTest, AnswersComeWithTheirKeys) {
  for (std::uint8_t i = 0; i < 3; ++i) {
    KeptAnswer keep;
    keep.key.fill(i);
    keep.answer = {i};
    ASSERT_TRUE(gallery_->add(record_of(i), PersonRule::kNew, keep).ok());
  }
  const auto moment = gallery_->moment().value();
  copy(*moment);
  Bytes from;
  do {
    auto page = moment->answers(from, 2).value();
    from = page.next;
    ASSERT_TRUE(other_->put_copied_answers(page.answers).ok());
  } while (!from.empty());
  Sha256 key{};
  key.fill(2);
  ASSERT_TRUE(other_->kept_answer(key).value().has_value());
  EXPECT_EQ(other_->kept_answer(key).value()->answer, Bytes{2});
  ASSERT_TRUE(gallery_->erase_person("p2").ok());
  ASSERT_TRUE(other_->put_copied_answers(gallery_->moment().value()->answers({}, 9).value().answers).ok());
  EXPECT_EQ(other_->kept_answer(key).error().kind, ErrorKind::kNotFound) << "and that one is erased";
}

TEST_F(MomentTest, NothingIsLetGoButWhenItIsTold) {
  ASSERT_TRUE(other_->add(record_of(1), PersonRule::kNew).ok());
  EncounterRecord held = record_of(2);
  held.hold = true;
  ASSERT_TRUE(other_->add(held, PersonRule::kNew).ok());
  ASSERT_TRUE(other_->let_go(0).ok());
  EXPECT_TRUE(other_->encounter("p1", "e1").ok());
  ASSERT_TRUE(other_->let_go(1).ok());
  EXPECT_FALSE(other_->encounter("p1", "e1").ok());
  EXPECT_TRUE(other_->encounter("p2", "e1").ok());
}

}  // namespace
}  // namespace whorl::index
