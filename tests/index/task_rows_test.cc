// What a gallery keeps for tasks and of deduplications: gone with whom it names, and never taken for what it is not.
#include <gmock/gmock.h>

#include <set>

#include "tests/index/gallery_fixture.h"

namespace whorl::index {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

audit::Asked work_of(const std::string& task) {
  audit::Asked out;
  out.task = task;
  return out;
}

class TaskRows : public GalleryTest {
 protected:
  [[nodiscard]] std::filesystem::path folder() const { return directory_.path() / "gallery"; }
  [[nodiscard]] bool has(const std::string& id, TaskBody which) const {
    const auto read = gallery_->task_body(id, which);
    EXPECT_TRUE(read.ok()) << read.error().text();
    return read.ok() && read->has_value();
  }
  [[nodiscard]] bool is_kept(const std::string& id) const {
    const auto all = gallery_->tasks();
    EXPECT_TRUE(all.ok());
    return std::any_of(all->tasks.begin(), all->tasks.end(), [&](const KeptTask& task) { return task.id == id; });
  }
  void put(const std::string& id, const std::vector<TaskName>& names) {
    ASSERT_TRUE(gallery_->put_task(id, as_bytes("head"), as_bytes("request"), names).ok());
  }
  void answer(const std::string& id, const std::vector<TaskName>& names) {
    const ByteView result = as_bytes("result");
    ASSERT_TRUE(gallery_->change_task(id, as_bytes("head"), Bytes(result.begin(), result.end()), names).ok());
  }
  [[nodiscard]] std::size_t name_rows() {
    gallery_.reset();
    const auto rows = tests::raw_rows(folder());
    reopen();
    return static_cast<std::size_t>(std::count_if(rows.begin(), rows.end(), [](const tests::RawRow& row) {
      return row.family == "marks" && row.key.starts_with('\x08');
    }));
  }
};

TEST_F(TaskRows, AResultGoesWithWhomItNames) {
  for (int i = 1; i <= 3; ++i) add(record_of(i));
  put("found p1", {});
  answer("found p1", {{"p1", ""}, {"p2", ""}});
  put("found p3", {});
  answer("found p3", {{"p3", ""}});
  put("may be anybody", {});
  answer("may be anybody", {{}});
  put("read p2", {{"p2", "e1"}});
  answer("read p2", {{"p2", ""}});
  ASSERT_TRUE(gallery_->erase_person("p1").ok());
  EXPECT_FALSE(has("found p1", TaskBody::kResult));
  EXPECT_TRUE(has("found p3", TaskBody::kResult));
  EXPECT_FALSE(has("may be anybody", TaskBody::kResult));
  EXPECT_TRUE(has("read p2", TaskBody::kResult));
  ASSERT_TRUE(gallery_->erase_encounter("p2", "e1").ok());
  EXPECT_FALSE(has("read p2", TaskBody::kResult));
  EXPECT_FALSE(is_kept("read p2")) << "its head says whom it was about";
  EXPECT_TRUE(has("found p3", TaskBody::kResult));
}

TEST_F(TaskRows, AnErasureTakesWhatWaitsAboutThemAndATasksErasureLeavesWhatCameAfter) {
  for (int i = 1; i <= 2; ++i) add(record_of(i));
  put("change", {{"p1", "e1"}});
  put("another", {{"p1", "e2"}});
  ASSERT_TRUE(gallery_->erase_encounter("p1", "e1").ok());
  EXPECT_FALSE(has("change", TaskBody::kRequest));
  EXPECT_TRUE(is_kept("change")) << "its sender is to be told";
  EXPECT_TRUE(has("another", TaskBody::kRequest));
  put("erase p2", {{"p2", ""}});
  put("p2 again", {{"p2", "e1"}});
  ASSERT_TRUE(gallery_->erase_person("p2", work_of("erase p2")).ok());
  EXPECT_TRUE(has("erase p2", TaskBody::kEffect));
  EXPECT_TRUE(has("p2 again", TaskBody::kRequest));
}

TEST_F(TaskRows, WhomAnEffectMadeTakesTheRequestAlong) {
  put("enrol", {});
  ASSERT_TRUE(gallery_->add(record_of(1), PersonRule::kNew, {}, {}, work_of("enrol")).ok());
  ASSERT_TRUE(has("enrol", TaskBody::kEffect));  // and the process ends before there is a result
  reopen();
  ASSERT_TRUE(gallery_->erase_person("p1").ok());
  EXPECT_FALSE(has("enrol", TaskBody::kEffect));
  EXPECT_FALSE(has("enrol", TaskBody::kRequest)) << "else it would be done again";
}

TEST_F(TaskRows, WhatNamesSomebodyNamesWhomTheyBecame) {
  add(record_of(1));
  add(record_of(2));
  put("found p1", {});
  answer("found p1", {{"p1", ""}});
  ASSERT_TRUE(gallery_->move("p1", "p3", {}, true).ok());
  EXPECT_TRUE(has("found p1", TaskBody::kResult));
  ASSERT_TRUE(gallery_->erase_person("p3").ok());
  EXPECT_FALSE(has("found p1", TaskBody::kResult));
}

// A task that asked for somebody by name, as a desk reads a record, and was answered before they became another.
TEST_F(TaskRows, AnAnswerAboutSomebodyGoesWithWhomTheyBecameWhateverItNames) {
  for (const bool merged : {true, false}) {
    EncounterRecord first = record_of(1);
    first.encounter_id = "first";
    add(first);
    if (merged) add(record_of(2));
    const std::string became = merged ? "p2" : "p3";
    const std::string read = "read before " + became;
    const std::string waits = "waits before " + became;
    put(read, {{"p1", ""}});
    put(waits, {{"p1", ""}});
    answer(read, {});
    const auto moved = gallery_->move("p1", became, {}, !merged);
    ASSERT_TRUE(moved.ok()) << moved.error().text();
    EXPECT_TRUE(has(read, TaskBody::kResult));
    reopen();
    ASSERT_TRUE(gallery_->erase_person(became).ok());
    EXPECT_FALSE(has(read, TaskBody::kResult)) << merged;
    EXPECT_FALSE(is_kept(read));
    EXPECT_TRUE(has(waits, TaskBody::kRequest)) << "it is about the one that it names";
  }
}

TEST_F(TaskRows, NamesHoldNobodysIdentifierAndGoWithTheirTask) {
  add(record_of(1));
  put("a", {{"somebody-named-here", "visit"}});
  put("b", {{"somebody-named-here", ""}});
  EXPECT_EQ(name_rows(), 2U);
  EXPECT_FALSE(holds_anywhere(directory_.path(), "somebody-named-here"));
  const std::string ids[] = {"a"};
  ASSERT_TRUE(gallery_->erase_tasks(ids).ok());
  gallery_.reset();
  {
    auto store = Store::open({folder(), false});
    ASSERT_TRUE(store.ok());
    ASSERT_TRUE((*store)->tasks().sweep().ok());
  }
  reopen();
  EXPECT_EQ(name_rows(), 1U);
}

// Every bit of a task's rows counts: what is changed, or put elsewhere, is not taken for anything.
TEST_F(TaskRows, NoChangedByteOfARowIsTakenForATask) {
  put("one", {{"p1", ""}});
  put("two", {});
  gallery_.reset();
  const auto rows = tests::raw_rows(folder());
  std::size_t looked = 0;
  for (const tests::RawRow& row : rows) {
    const bool of_task = row.family == "marks" && !row.key.empty() && row.key[0] >= '\x05' && row.key[0] <= '\x07';
    if (!of_task) continue;
    for (std::size_t i = 0; i < row.value.size(); i += 1 + row.value.size() / 24) {
      tests::RawRow changed = row;
      changed.value[i] = static_cast<char>(changed.value[i] ^ 0x40);
      tests::put_raw(folder(), {changed});
      reopen();
      const auto all = gallery_->tasks();
      ASSERT_TRUE(all.ok());
      bool noticed = all->damaged == 1;
      for (const char* id : {"one", "two"}) noticed = noticed || !gallery_->task_body(id, TaskBody::kRequest).ok();
      EXPECT_TRUE(noticed) << "byte " << i << " of a row of kind " << static_cast<int>(row.key[0]);
      gallery_.reset();
      ++looked;
    }
    tests::put_raw(folder(), {row});
  }
  EXPECT_GT(looked, 60U);
  // A row in another's place.
  std::vector<tests::RawRow> bodies;
  for (const tests::RawRow& row : rows) {
    if (row.family == "marks" && row.key.starts_with('\x07')) bodies.push_back(row);
  }
  ASSERT_THAT(bodies, SizeIs(2));
  tests::put_raw(folder(), {{bodies[0].family, bodies[0].key, bodies[1].value}});
  reopen();
  EXPECT_FALSE(gallery_->task_body("one", TaskBody::kRequest).ok() &&
               gallery_->task_body("two", TaskBody::kRequest).ok());
}

// -- deduplications

TEST_F(TaskRows, PairsAreKeptSealedInOrderOfScoreAndGoWithEither) {
  for (int i = 1; i <= 4; ++i) add(record_of(i, i));
  const KeptDuplicate pairs[] = {{"p1", "p2", 50'000}, {"p2", "p3", 70'000}, {"p3", "p4", 60'000}, {"p1", "p9", 1}};
  ASSERT_TRUE(gallery_->put_duplicates("default", as_bytes("how far"), pairs).ok());
  ASSERT_TRUE(gallery_->put_duplicates("other", as_bytes("elsewhere"), std::span(pairs).first(1)).ok());
  const auto kept = [&] { return *gallery_->duplicates("default"); };
  EXPECT_THAT(kept(), ElementsAre(pairs[1], pairs[2], pairs[0])) << "p9 is nobody";
  ASSERT_TRUE(gallery_->rotate_keys().ok());
  reopen();
  EXPECT_EQ(as_text(**gallery_->deduplication("default")), "how far");
  EXPECT_THAT(kept(), SizeIs(3));
  ASSERT_TRUE(gallery_->erase_person("p1").ok());
  EXPECT_THAT(kept(), ElementsAre(pairs[1], pairs[2]));
  EXPECT_THAT(*gallery_->duplicates("other"), IsEmpty());
  ASSERT_TRUE(gallery_->move("p3", "p2", {}, false).ok());  // they are one now
  EXPECT_THAT(kept(), IsEmpty());
  ASSERT_TRUE(gallery_->drop_duplicates("default").ok());
  EXPECT_FALSE(gallery_->deduplication("default")->has_value());
  EXPECT_TRUE(gallery_->deduplication("other")->has_value());
  gallery_.reset();
  EXPECT_FALSE(holds_anywhere(directory_.path(), "how far"));
}

TEST_F(TaskRows, PersonsComeInTheirOrderOnceEach) {
  for (int i = 1; i <= 12; ++i) add(record_of(i));
  add(record_of(5, 2), PersonRule::kEither);
  ASSERT_TRUE(gallery_->set_status("p3", "e1", EncounterStatus::kInactive).ok());
  gallery_->settle();
  EXPECT_THAT(*gallery_->persons_after("default", "p2"), ElementsAre("p4", "p5", "p6", "p7", "p8", "p9"));
  EXPECT_THAT(*gallery_->persons_after("ALL", ""), SizeIs(11));
  EXPECT_FALSE(gallery_->persons_after("nowhere", "").ok());
}

TEST_F(TaskRows, APageOfAGalleryIsAPieceOfTheWholeInOrder) {
  for (int i = 1; i <= 23; ++i) add(record_of(i));
  const auto whole = gallery_->content("default", 0, 100);
  ASSERT_TRUE(whole.ok());
  ASSERT_THAT(whole->entries, SizeIs(23));
  for (std::size_t offset = 0; offset <= 24; ++offset) {
    for (const std::size_t limit : {std::size_t{1}, std::size_t{5}, std::size_t{40}}) {
      const auto page = gallery_->content("default", offset, limit);
      ASSERT_TRUE(page.ok());
      const std::size_t begin = std::min<std::size_t>(offset, 23);
      const std::size_t end = std::min<std::size_t>(begin + limit, 23);
      const std::vector<GalleryPage::Entry> wanted(whole->entries.begin() + static_cast<std::ptrdiff_t>(begin),
                                                   whole->entries.begin() + static_cast<std::ptrdiff_t>(end));
      EXPECT_EQ(page->entries, wanted) << offset << " " << limit;
    }
  }
}

TEST_F(TaskRows, AnswersOfSeveralEncountersNameTheirNewPerson) {
  for (int i = 1; i <= 3; ++i) {
    KeptAnswer keep;
    keep.key[0] = static_cast<std::uint8_t>(i);
    keep.answer = {1, 2, 3};
    EncounterRecord record = record_of(i);
    record.person_id = "p";
    record.encounter_id = "e" + std::to_string(i);
    ASSERT_TRUE(gallery_->add(record, PersonRule::kEither, keep).ok());
  }
  add(record_of(9));
  ASSERT_TRUE(gallery_->move("p", "p9", "e2", false).ok());
  Sha256 key{};
  key[0] = 2;
  EXPECT_EQ((*gallery_->kept_answer(key))->person_id, "p9");
  key[0] = 1;
  EXPECT_EQ((*gallery_->kept_answer(key))->person_id, "p");
}

}  // namespace
}  // namespace whorl::index
