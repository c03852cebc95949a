// What the gallery refuses of new records, though it reads it: dot segments as ids, and more encounters than one person
// may have.
#include "tests/index/gallery_fixture.h"

namespace whorl::index {
namespace {

class DotSegments : public GalleryTest {};

TEST_F(DotSegments, AreNoIdsOfNewRecords) {
  for (const std::string& dots : std::vector<std::string>{".", ".."}) {
    EncounterRecord person = record_of(1);
    person.person_id = dots;
    EncounterRecord encounter = record_of(2);
    encounter.encounter_id = dots;
    EncounterRecord in_gallery = record_of(3);
    in_gallery.galleries = {"default", dots};
    std::vector<EncodedRecord> batch;
    for (const EncounterRecord& record : {person, encounter, in_gallery}) {
      const auto added = gallery_->add(record, PersonRule::kNew);
      ASSERT_FALSE(added.ok());
      EXPECT_EQ(added.error().kind, ErrorKind::kInvalidInput);
      batch.push_back(*encoded(record));  // as a build that took them wrote them
    }
    const auto loaded = gallery_->load(std::move(batch), "mark", {});
    ASSERT_TRUE(loaded.ok());
    EXPECT_EQ(loaded->refused.size(), 3u);
  }
  EXPECT_EQ(gallery_->galleries().front().persons, 0u);
  EncounterRecord three = record_of(4);
  three.person_id = "...";
  EXPECT_TRUE(gallery_->add(three, PersonRule::kNew).ok());
}

class ManyEncounters : public GalleryTest {};

TEST_F(ManyEncounters, OfOnePersonAreBounded) {
  const EncounterRecord one = record_of(1);
  const auto numbered = [&](std::size_t i) {
    EncounterRecord record = one;
    record.encounter_id = "n" + std::to_string(i);
    return record;
  };
  std::vector<EncodedRecord> batch;
  for (std::size_t i = 0; i < kMaxEncountersOfPerson + 2; ++i) batch.push_back(*encoded(numbered(i)));
  const auto loaded = gallery_->load(std::move(batch), "mark", {});
  ASSERT_TRUE(loaded.ok()) << loaded.error().text();
  EXPECT_EQ(loaded->encounters, kMaxEncountersOfPerson);
  ASSERT_EQ(loaded->refused.size(), 2u);
  EXPECT_EQ(loaded->refused[0].error.kind, ErrorKind::kAlreadyExists);
  const auto more = gallery_->add(numbered(1000), PersonRule::kExisting);
  ASSERT_FALSE(more.ok());
  EXPECT_EQ(more.error().field.text(), "person_id");
  ASSERT_TRUE(gallery_->erase_encounter("p1", "n0").ok());
  EXPECT_TRUE(gallery_->add(numbered(1000), PersonRule::kExisting).ok());
  EXPECT_FALSE(gallery_->add(numbered(1001), PersonRule::kExisting).ok());
  EXPECT_TRUE(gallery_->add(record_of(2), PersonRule::kNew).ok());
}

}  // namespace
}  // namespace whorl::index
