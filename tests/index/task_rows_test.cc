// What a gallery keeps for tasks and of deduplications: gone with whom it names, and never taken for what it is not.
#include <gmock/gmock.h>

#include <atomic>
#include <optional>
#include <set>
#include <thread>

#include "index/store/people_changes.h"
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

// As what is known of somebody that no encounter says, and nothing that was asked.
TEST_F(TaskRows, WhatNamesAPersonAsAWholeStaysUntilTheLastOfTheirEncountersGoes) {
  for (int i = 1; i <= 2; ++i) add(record_of(1, i), i == 1 ? PersonRule::kNew : PersonRule::kExisting);
  add(record_of(2));
  add(record_of(3));
  const std::string whole(kWholePerson);
  EXPECT_FALSE(is_valid_id(whole));
  answer("of p1", {{"p1", whole}});
  answer("of p2", {{"p2", whole}});
  answer("of p3", {{"p3", whole}});
  answer("of p4", {{"p4", whole}});  // who is nobody yet
  ASSERT_TRUE(gallery_->erase_encounter("p1", "e1").ok());
  EXPECT_TRUE(has("of p1", TaskBody::kResult));
  ASSERT_TRUE(gallery_->erase_encounter("p1", "e2").ok());
  EXPECT_FALSE(has("of p1", TaskBody::kResult));
  EXPECT_FALSE(is_kept("of p1")) << "nor its head";
  ASSERT_TRUE(gallery_->move("p2", "p5", {}, true).ok());
  EXPECT_TRUE(has("of p2", TaskBody::kResult));
  ASSERT_TRUE(gallery_->erase_person("p5").ok());
  EXPECT_FALSE(is_kept("of p2"));
  EXPECT_TRUE(is_kept("of p3"));
  EXPECT_TRUE(is_kept("of p4"));
}

// -- while a task is worked on

TEST_F(TaskRows, WhatWasReadBeforeAMoveIsKeptUnderWhomTheyBecame) {
  for (int i = 1; i <= 3; ++i) add(record_of(i));
  EncounterRecord other = record_of(1);
  other.encounter_id = "other";
  add(other, PersonRule::kExisting);
  for (const char* id : {"read", "search", "read other"}) put(id, {});
  for (const char* id : {"read", "search", "read other"}) ASSERT_TRUE(gallery_->begin_task(id).ok());
  // Their data are read here; then, before there is a result, they become p4, and p4 becomes p5.
  ASSERT_TRUE(gallery_->move("p1", "p4", "e1", true).ok());
  ASSERT_TRUE(gallery_->move("p4", "p5", {}, true).ok());
  answer("read", {{"p1", "e1"}});
  answer("search", {{"p1", ""}, {"p2", ""}});
  answer("read other", {{"p1", "other"}});
  ASSERT_TRUE(gallery_->erase_person("p5").ok());
  EXPECT_FALSE(has("read", TaskBody::kResult));
  EXPECT_FALSE(has("search", TaskBody::kResult));
  EXPECT_TRUE(has("read other", TaskBody::kResult)) << "which is p1's still";
}

TEST_F(TaskRows, AResultThatNamesWhoWasErasedWhileItWasMadeIsNotKept) {
  for (int i = 1; i <= 3; ++i) add(record_of(i));
  EncounterRecord other = record_of(1);
  other.encounter_id = "other";
  add(other, PersonRule::kExisting);
  const std::vector<std::string> ids{"read", "read other", "search", "page", "about p3"};
  for (const std::string& id : ids) {
    put(id, {});
    ASSERT_TRUE(gallery_->begin_task(id).ok());
  }
  ASSERT_TRUE(gallery_->erase_encounter("p1", "e1").ok());
  answer("read", {{"p1", "e1"}});
  answer("read other", {{"p1", "other"}});
  answer("search", {{"p2", ""}, {"p1", ""}});
  answer("page", {{}});
  EXPECT_FALSE(has("read", TaskBody::kResult));
  EXPECT_TRUE(has("read other", TaskBody::kResult));
  EXPECT_FALSE(has("search", TaskBody::kResult)) << "it may have found them by what is gone";
  EXPECT_FALSE(has("page", TaskBody::kResult)) << "it may name anybody";
  for (const std::string& id : ids) EXPECT_TRUE(is_kept(id)) << "their senders are to be told";
  ASSERT_TRUE(gallery_->erase_person("p3").ok());
  answer("about p3", {{"p3", "e1"}});
  EXPECT_FALSE(has("about p3", TaskBody::kResult));
  EXPECT_FALSE(has("about p3", TaskBody::kRequest));
  // What begins afterwards is of a moment after it.
  put("later", {{"p3", ""}});
  ASSERT_TRUE(gallery_->begin_task("later").ok());
  answer("later", {{"p3", ""}});
  EXPECT_TRUE(has("later", TaskBody::kResult));
}

TEST_F(TaskRows, WhatIsNotedOfWhoWasErasedSinceItsWorkBeganIsNotWritten) {
  for (int i = 1; i <= 2; ++i) add(record_of(1, i), i == 1 ? PersonRule::kNew : PersonRule::kExisting);
  const auto note = [&](const std::string& id) {
    audit::Event event;
    event.operation = audit::Operation::kProtect;
    return gallery_->note_task(id, as_bytes("head"), event, "p1", {});
  };
  const auto leaf = [&] { return **gallery_->note({}, "", {}); };  // a number more each time
  for (const std::string id : {"in time", "too late", "given up"}) ASSERT_TRUE(gallery_->begin_task(id).ok());
  ASSERT_TRUE(gallery_->erase_encounter("p1", "e1").ok());
  ASSERT_TRUE(note("in time").ok()) << "they have another";
  ASSERT_TRUE(gallery_->erase_encounter("p1", "e2").ok());
  EXPECT_FALSE(is_kept("in time")) << "it went with them";
  const auto before = leaf();
  EXPECT_EQ(note("too late").error().kind, ErrorKind::kNotFound);
  EXPECT_FALSE(is_kept("too late"));
  EXPECT_EQ(leaf(), before + 1) << "nor is there a leaf of it";
  gallery_->end_task("given up");
  EXPECT_TRUE(note("given up").ok()) << "of whoever is called so next";
}

TEST_F(TaskRows, ATasksOwnErasureLeavesItsAnswer) {
  add(record_of(1));
  put("erase p1", {{"p1", ""}});
  ASSERT_TRUE(gallery_->begin_task("erase p1").ok());
  ASSERT_TRUE(gallery_->erase_person("p1", work_of("erase p1")).ok());
  answer("erase p1", {{"p1", ""}});
  EXPECT_TRUE(has("erase p1", TaskBody::kResult));
}

TEST_F(TaskRows, AnErasureOfOneEncounterLeavesAnswersAboutOthers) {
  for (int i = 1; i <= 3; ++i) add(record_of(1, i), i == 1 ? PersonRule::kNew : PersonRule::kExisting);
  const std::vector<std::pair<std::string, TaskName>> all{
      {"first", {"p1", "e1"}}, {"second", {"p1", "e2"}}, {"third", {"p1", "e3"}}, {"person", {"p1", ""}}};
  for (const auto& [id, name] : all) {
    put(id, {});
    answer(id, {name});
  }
  ASSERT_TRUE(gallery_->erase_encounter("p1", "e1").ok());
  EXPECT_FALSE(has("first", TaskBody::kResult));
  EXPECT_FALSE(has("person", TaskBody::kResult)) << "it may be about any of them";
  EXPECT_TRUE(has("second", TaskBody::kResult));
  EXPECT_TRUE(has("third", TaskBody::kResult));
  ASSERT_TRUE(gallery_->move("p1", "p2", "e2", true).ok());
  ASSERT_TRUE(gallery_->erase_person("p2").ok());
  EXPECT_FALSE(has("second", TaskBody::kResult));
  EXPECT_TRUE(has("third", TaskBody::kResult)) << "which nobody moved";
  ASSERT_TRUE(gallery_->erase_encounter("p1", "e3").ok());
  EXPECT_FALSE(has("third", TaskBody::kResult));
}

TEST(PeopleChangesTest, WorkBeginsAfterEveryChangeThatIsUnderWay) {
  PeopleChanges people;
  const PersonChange erased{"anna", {}, true, {}, {}};
  std::atomic<bool> begun = false;
  std::optional<PeopleChanges::Changing> changing = people.change(std::span(&erased, 1));
  std::thread worker([&] {
    people.begin("task");
    begun = true;
  });
  std::this_thread::sleep_for(std::chrono::milliseconds(50));
  EXPECT_FALSE(begun) << "what it reads could be of before, and what is remembered of after";
  changing.reset();
  worker.join();
  const TaskName anna{"anna", ""};
  EXPECT_FALSE(people.since_begin("task", std::span(&anna, 1)).erased);
  EXPECT_FALSE(people.since_begin("another", std::span(&anna, 1)).erased);
  changing = people.change(std::span(&erased, 1));
  changing.reset();
  EXPECT_TRUE(people.since_begin("task", std::span(&anna, 1)).erased);
}

TEST(PeopleChangesTest, NothingIsRememberedThatNobodyNeeds) {
  PeopleChanges people;
  const PersonChange moved{"anna", {"e"}, false, "bert", {}};
  const auto change = [&] { const auto held = people.change(std::span(&moved, 1)); };
  change();
  EXPECT_EQ(people.size(), 0U) << "nothing is worked on";
  people.begin("first");
  change();
  people.begin("second");
  change();
  EXPECT_EQ(people.size(), 2U);
  people.end("first");
  EXPECT_EQ(people.size(), 1U);
  people.end("first");
  people.end("second");
  EXPECT_EQ(people.size(), 0U);
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
