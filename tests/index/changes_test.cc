// Changes of encounters that are there, tasks, and filters: on disk as one, seen as one, and the same after opening
// again.
#include <gmock/gmock.h>

#include <atomic>
#include <set>
#include <thread>

#include "index/store/audit_log.h"
#include "tests/index/gallery_fixture.h"

namespace whorl::index {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class Changes : public GalleryTest {
 protected:
  [[nodiscard]] std::vector<std::string> found_of(int person, const std::string& gallery = "default") const {
    const TestProbe probe = probe_of(person);
    std::vector<std::string> out;
    const SearchResult result = search(request_of(probe, gallery));
    EXPECT_TRUE(result.complete());
    for (const PersonScore& each : result.persons) {
      if (best_score(each) > 20) out.push_back(each.person_id);
    }
    return out;
  }
  // Everybody's encounters, "p1/e1", by the records; none twice.
  [[nodiscard]] std::multiset<std::string> all() const {
    std::multiset<std::string> out;
    const auto page = gallery_->content("ALL", 0, 1000);
    for (const auto& entry : page->entries) {
      out.insert(entry.person_id + "/" + entry.encounter_id);
      EXPECT_TRUE(gallery_->encounter(entry.person_id, entry.encounter_id).ok());
    }
    return out;
  }
  // In the head, then in sealed shards, then after opening again.
  template <class Check>
  void always(const Check& check) {
    check();
    gallery_->settle();
    check();
    reopen();
    check();
  }
};

TEST_F(Changes, AnInactiveEncounterIsKeptAndNotSearched) {
  for (int i = 1; i <= 4; ++i) add(record_of(i));
  ASSERT_TRUE(gallery_->set_status("p2", "e1", EncounterStatus::kInactive).ok());
  always([&] {
    EXPECT_THAT(found_of(2), IsEmpty());
    EXPECT_THAT(found_of(2, "ALL"), IsEmpty());
    EXPECT_THAT(found_of(1, "ALL"), ElementsAre("p1"));
    const TestProbe probe = probe_of(1);
    EXPECT_EQ(search(request_of(probe, "ALL")).gallery_size, 3U);
    EXPECT_EQ(gallery_->encounter("p2", "e1")->status, EncounterStatus::kInactive);
    EXPECT_FALSE(gallery_->compare("default", "p2", probe_of(2).samples()).ok());
    EXPECT_EQ(gallery_->content("default", 0, 10)->total, 4U);
    EXPECT_FALSE(gallery_->add(record_of(2), PersonRule::kEither).ok());  // it is there
  });
  ASSERT_TRUE(gallery_->set_status("p2", "e1", EncounterStatus::kActive).ok());
  always([&] {
    EXPECT_THAT(found_of(2), ElementsAre("p2"));
    EXPECT_EQ(search(request_of(probe_of(1), "ALL")).gallery_size, 4U);
  });
}

TEST_F(Changes, AGalleryOfInactiveEncountersAloneIsThere) {
  EncounterRecord record = record_of(1);
  record.galleries = {"VIP"};
  record.status = EncounterStatus::kInactive;
  add(record);
  always([&] {
    EXPECT_THAT(found_of(1, "VIP"), IsEmpty());
    const auto galleries = gallery_->galleries();
    ASSERT_EQ(galleries.size(), 2U);
    EXPECT_EQ(galleries[0].gallery_id, "VIP");
    EXPECT_EQ(galleries[0].encounters, 0U);
    EXPECT_FALSE(gallery_->search(request_of(probe_of(1), "nowhere")).ok());
  });
  ASSERT_TRUE(gallery_->erase_encounter("p1", "e1").ok());
  EXPECT_FALSE(gallery_->search(request_of(probe_of(1), "VIP")).ok());
}

TEST_F(Changes, OtherGalleriesAreSeenByTheNextSearch) {
  add(record_of(1));
  add(record_of(2));
  ASSERT_TRUE(gallery_->set_galleries("p1", "e1", {"VIP", "CRIMINAL"}).ok());
  always([&] {
    EXPECT_THAT(found_of(1), IsEmpty());
    EXPECT_THAT(found_of(1, "VIP"), ElementsAre("p1"));
    EXPECT_THAT(found_of(1, "CRIMINAL"), ElementsAre("p1"));
    EXPECT_EQ(search(request_of(probe_of(2))).gallery_size, 1U);
    EXPECT_THAT(*gallery_->galleries_of("p1", "e1"), ElementsAre("VIP", "CRIMINAL"));
  });
  EXPECT_FALSE(gallery_->set_galleries("p1", "e1", {"ALL"}).ok());
  EXPECT_FALSE(gallery_->set_galleries("p1", "e1", {}).ok());
  EXPECT_FALSE(gallery_->set_galleries("p1", "e1", {"a", "a"}).ok());
  EXPECT_FALSE(gallery_->set_galleries("p1", "e9", {"a"}).ok());
  EXPECT_FALSE(gallery_->set_galleries("p9", "e1", {"a"}).ok());
}

TEST_F(Changes, AnotherEncounterTakesThePlaceAndKeepsTheDateItWasMadeAt) {
  add(record_of(1));
  EncounterRecord fresh = record_of(7);
  fresh.person_id = "p1";
  fresh.created_ms = 5;
  fresh.biographic_data = R"({"name":"B"})";
  KeptEncounter kept{fresh, {}};
  ASSERT_TRUE(gallery_->replace(std::move(kept)).ok());
  always([&] {
    EXPECT_THAT(found_of(1), IsEmpty());
    EXPECT_THAT(found_of(7), ElementsAre("p1"));
    const auto record = gallery_->encounter("p1", "e1");
    EXPECT_EQ(record->created_ms, record_of(1).created_ms);
    EXPECT_GT(record->updated_ms, 0U);
    EXPECT_EQ(record->biographic_data, fresh.biographic_data);
    EXPECT_EQ(all(), std::multiset<std::string>{"p1/e1"});
  });
  fresh.encounter_id = "e9";
  EXPECT_FALSE(gallery_->replace({fresh, {}}).ok());
}

TEST_F(Changes, AMergedPersonIsGoneAndEveryEncounterIsThereOnce) {
  add(record_of(1));
  add(record_of(2));
  EncounterRecord second = record_of(2, 2);
  add(second, PersonRule::kExisting);
  EXPECT_FALSE(gallery_->move("p2", "p1", {}, false).ok());  // both have an e1
  EXPECT_EQ(all().size(), 3U);
  ASSERT_TRUE(gallery_->erase_encounter("p2", "e1").ok());
  ASSERT_TRUE(gallery_->move("p2", "p1", {}, false).ok());
  always([&] {
    EXPECT_EQ(all(), (std::multiset<std::string>{"p1/e1", "p1/e2"}));
    EXPECT_FALSE(gallery_->encounters("p2").ok());
    EXPECT_THAT(found_of(2), ElementsAre("p1"));
    EXPECT_EQ(search(request_of(probe_of(1))).gallery_size, 1U);
  });
  EXPECT_FALSE(gallery_->move("p1", "p1", {}, false).ok());
  EXPECT_FALSE(gallery_->move("p9", "p1", {}, false).ok());
  EXPECT_FALSE(gallery_->move("p1", "p9", {}, false).ok());
}

TEST_F(Changes, AMovedEncounterMakesThePersonWhereItMay) {
  add(record_of(1));
  EncounterRecord second = record_of(1, 2);
  add(second, PersonRule::kExisting);
  ASSERT_TRUE(gallery_->move("p1", "p2", "e2", true).ok());
  EXPECT_FALSE(gallery_->move("p1", "..", "e1", true).ok());
  EXPECT_FALSE(gallery_->move("p1", "p2", "e2", true).ok());
  always([&] {
    EXPECT_EQ(all(), (std::multiset<std::string>{"p1/e1", "p2/e2"}));
    EXPECT_EQ(search(request_of(probe_of(1))).gallery_size, 2U);
  });
}

TEST_F(Changes, ImagesAndKeptAnswersGoWithTheirEncounter) {
  options_.keep_images = true;
  reopen();
  EncounterRecord record = record_of(1);
  const Bytes picture = {1, 2, 3, 4};
  record.samples[0].image = reference_to(0, picture);
  const ImageToKeep image{*record.samples[0].image, {0, 500.0}, picture};
  KeptAnswer answer;
  answer.key.fill(7);
  answer.answer = {9};
  ASSERT_TRUE(gallery_->add(record, PersonRule::kNew, answer, std::span(&image, 1)).ok());
  ASSERT_TRUE(gallery_->move("p1", "p2", "e1", true).ok());
  always([&] {
    const auto moved = gallery_->encounter("p2", "e1");
    ASSERT_TRUE(moved.ok());
    const auto kept = gallery_->image(*moved, 0);
    ASSERT_TRUE(kept.ok()) << kept.error().text();
    EXPECT_EQ(kept->bytes, picture);
    const auto again = gallery_->kept_answer(answer.key);
    ASSERT_TRUE(again.ok() && again->has_value());
    EXPECT_EQ((*again)->person_id, "p2");
  });
  EncounterRecord plain = record_of(3);
  plain.person_id = "p2";
  ASSERT_TRUE(gallery_->replace({plain, {}}).ok());
  EXPECT_FALSE(gallery_->image(*gallery_->encounter("p2", "e1"), 0).ok());
}

// All encounters of a person move in one batch, which holds their images: more of them than fit are refused whole, and
// each goes by itself.
TEST_F(Changes, MoreImagesThanOneBatchBearsStayWhereTheyAre) {
  constexpr int kEncounters = 5;
  options_.keep_images = true;
  reopen();
  Bytes picture(kMostImageBytesOfMove / kEncounters + 1024);
  std::set<std::string> before;
  for (int i = 1; i <= kEncounters; ++i) {
    EncounterRecord record = record_of(1, i);
    std::fill(picture.begin(), picture.end(), static_cast<std::uint8_t>(i));
    record.samples[0].image = reference_to(0, picture);
    const ImageToKeep image{*record.samples[0].image, {0, 500.0}, picture};
    const PersonRule rule = i == 1 ? PersonRule::kNew : PersonRule::kExisting;
    ASSERT_TRUE(gallery_->add(record, rule, {}, std::span(&image, 1)).ok());
    before.insert("p1/e" + std::to_string(i));
  }
  const auto as_they_were = [&] {
    const auto now = all();
    return std::set<std::string>(now.begin(), now.end()) == before && now.size() == before.size();
  };
  const auto refused = gallery_->move("p1", "p9", {}, true);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code(), "too_many_images_to_move");
  EXPECT_TRUE(as_they_were());
  reopen();
  EXPECT_TRUE(as_they_were());
  ASSERT_TRUE(gallery_->move("p1", "p9", "e5", true).ok());
  ASSERT_TRUE(gallery_->move("p1", "p9", {}, false).ok());
  EXPECT_EQ(all(), (std::multiset<std::string>{"p9/e1", "p9/e2", "p9/e3", "p9/e4", "p9/e5"}));
  const auto kept = gallery_->image(*gallery_->encounter("p9", "e5"), 0);
  ASSERT_TRUE(kept.ok()) << kept.error().text();
  EXPECT_EQ(kept->bytes, picture);
}

#ifdef WHORL_SANITIZED
constexpr int kRoundsBesideChanges = 5;  // each change then takes some seconds
#else
constexpr int kRoundsBesideChanges = 40;
#endif

// A search that is under way when an encounter changes its place finds the person all the same.
TEST_F(Changes, NoSearchMissesSomebodyWhoIsThereBeforeAndAfter) {
  options_.shard_fingers = 16;
  options_.template_cache_bytes = 0;  // what is compared is read from the records
  reopen();
  for (int i = 1; i <= 60; ++i) add(record_of(i));
  gallery_->settle();
  std::atomic<bool> stop = false;
  std::thread changes([&] {
    for (int n = 0; !stop; ++n) {
      ASSERT_TRUE(gallery_
                      ->set_galleries(
                          "p5", "e1",
                          n % 2 == 0 ? std::vector<std::string>{"default", "VIP"} : std::vector<std::string>{"default"})
                      .ok());
      ASSERT_TRUE(gallery_->move(n % 2 == 0 ? "p6" : "q6", n % 2 == 0 ? "q6" : "p6", "e1", true).ok());
    }
  });
  for (int n = 0; n < kRoundsBesideChanges; ++n) {
    for (const int person : {5, 6}) {
      const TestProbe probe = probe_of(person);
      const auto result = gallery_->search(request_of(probe));
      if (!result.ok()) {  // changed too often meanwhile: an error, and no "nobody"
        EXPECT_EQ(result.error().kind, ErrorKind::kUnavailable);
        continue;
      }
      EXPECT_TRUE(result->complete());
      EXPECT_EQ(result->gallery_size, 60U);
      ASSERT_FALSE(result->persons.empty());
      EXPECT_EQ(result->persons.front().person_id.substr(1), std::to_string(person));
    }
  }
  stop = true;
  changes.join();
}

// For the sanitizers: what is counted is held while others replace it.
TEST_F(Changes, MemoryIsCountedBesideChanges) {
  std::atomic<bool> stop = false;
  std::thread counting([&] {
    while (!stop) EXPECT_GT(gallery_->memory().total(), 0U);
  });
  for (int i = 1; i <= 60; ++i) {
    add(record_of(i));
    if (i % 3 == 0) {
      EXPECT_TRUE(gallery_->erase_person("p" + std::to_string(i)).ok());
    }
  }
  stop = true;
  counting.join();
}

TEST_F(Changes, ContentComesInPagesAndInOrder) {
  for (const int i : {3, 1, 2}) add(record_of(i));
  const auto page = gallery_->content("default", 1, 1);
  ASSERT_TRUE(page.ok());
  EXPECT_EQ(page->total, 3U);
  ASSERT_EQ(page->entries.size(), 1U);
  EXPECT_EQ(page->entries[0].person_id, "p2");
  EXPECT_TRUE(gallery_->content("default", 9, 5)->entries.empty());
  EXPECT_FALSE(gallery_->content("nowhere", 0, 5).ok());
}

// -- filters

EncounterRecord about(int person, const std::string& biographic, const std::string& type = "VISA") {
  EncounterRecord record = record_of(person);
  record.biographic_data = biographic;
  record.encounter_type = type;
  return record;
}

using Term = EncounterFilter::Term;

class Filters : public Changes {
 protected:
  void SetUp() override {
    Changes::SetUp();
    add(about(1, R"({"dateOfBirth":"1985-11-30","gender":"M","age":7,"names":["x"]})"));
    add(about(2, R"({"dateOfBirth":"1999-01-01","gender":"F","age":70})", "ASYLUM"));
    EncounterRecord third = about(3, "");
    third.contextual_data = R"({"desk":"north","gender":"M"})";
    add(third);
  }
  [[nodiscard]] Result<SearchResult> searched(const std::vector<Term>& terms) const {
    const TestProbe probe = probe_of(1);
    SearchRequest request = request_of(probe);
    request.filter.terms = terms;
    return gallery_->search(request);
  }
  [[nodiscard]] std::set<std::string> left(const std::vector<Term>& terms) const {
    const auto result = searched(terms);
    EXPECT_TRUE(result.ok()) << result.error().text();
    std::set<std::string> out;
    if (!result.ok()) return out;
    EXPECT_TRUE(result->complete());
    for (const auto& person : result->persons) out.insert(person.person_id);
    EXPECT_EQ(result->gallery_size, out.size());
    return out;
  }
};

TEST_F(Filters, SearchesLookAtWhomTheFilterLeavesAndCountThoseAlone) {
  using Set = std::set<std::string>;
  always([&] {
    EXPECT_EQ(left({{false, "gender", {R"("M")"}, {}, {}}}), (Set{"p1", "p3"}));
    EXPECT_EQ(left({{false, "gender", {R"("M")", R"("F")"}, {}, {}}}), (Set{"p1", "p2", "p3"}));
    EXPECT_EQ(left({{false, "dateOfBirth", {}, R"("1980-01-01")", R"("1990-01-01")"}}), (Set{"p1"}));
    EXPECT_EQ(left({{false, "age", {}, "8", {}}}), (Set{"p2"}));
    EXPECT_EQ(left({{false, "age", {"7.0"}, {}, {}}}), (Set{"p1"}));
    EXPECT_EQ(left({{false, "age", {"9"}, {}, {}}}), Set{});
    EXPECT_EQ(left({{true, "", {R"("ASYLUM")"}, {}, {}}}), (Set{"p2"}));
    EXPECT_EQ(left({{false, "desk", {R"("north")"}, {}, {}}, {false, "gender", {R"("M")"}, {}, {}}}), (Set{"p3"}));
  });
}

TEST_F(Filters, AFilterThatMeansNothingIsAnError) {
  const auto result = searched({{false, "gendre", {R"("M")"}, {}, {}}});
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.error().kind, ErrorKind::kInvalidInput);
  EXPECT_EQ(left({{false, "gendre", {R"("M")"}, {}, {}, true}}), std::set<std::string>{});
  // Everybody's age is a number: of a text nobody could be told that nobody is there.
  for (const bool may_be_absent : {false, true}) {
    const auto other = searched({{false, "age", {R"("7")"}, {}, {}, may_be_absent}});
    ASSERT_FALSE(other.ok());
    EXPECT_EQ(other.error().kind, ErrorKind::kInvalidInput);
  }
}

TEST(FilterNumbers, AreWhatTheyAreHoweverLong) {
  const auto is = [](const std::string& kept, const std::string& asked) {
    EncounterRecord record;
    record.biographic_data = R"({"n":)" + kept + "}";
    const std::vector<Attribute> attributes = attributes_of(record);
    return holds({false, "n", {asked}, {}, {}}, *find_attribute(attributes, "n")) &&
           holds({false, "n", {}, asked, asked}, *find_attribute(attributes, "n"));
  };
  EXPECT_TRUE(is("98765432109876543", "98765432109876543"));
  EXPECT_FALSE(is("98765432109876543", "98765432109876544"));
  EXPECT_TRUE(is("18446744073709551615", "18446744073709551615"));
  EXPECT_FALSE(is("18446744073709551615", "18446744073709551614"));
  EXPECT_FALSE(is("-9223372036854775808", "18446744073709551615"));
  EXPECT_TRUE(is("44", "44.0"));
  EXPECT_FALSE(is("44", "44.000001"));
  for (const char* fraction :
       {"3.3095414601900755e-16", "3.7675121769614244e+231", "0.1", "5e-324", "-179.99999999999997"})
    EXPECT_TRUE(is(fraction, fraction)) << fraction;
}

TEST_F(Filters, InactiveEncountersAreNotLeft) {
  ASSERT_TRUE(gallery_->set_status("p1", "e1", EncounterStatus::kInactive).ok());
  EXPECT_EQ(left({{false, "gender", {R"("M")"}, {}, {}}}), std::set<std::string>{"p3"});
}

TEST(AttributesTest, TakeAnyBytes) {
  EncounterRecord record;
  record.biographic_data = R"({"a":1,"b":{"c":2},"d":true,"e":null})";
  const auto bytes = encode_attributes(attributes_of(record));
  ASSERT_TRUE(bytes);
  EXPECT_EQ(*parse_attributes(*bytes), attributes_of(record));
  EXPECT_EQ(attributes_of(record).size(), 2U);
  for (std::size_t n = 0; n < bytes->size(); ++n) EXPECT_FALSE(parse_attributes(ByteView(*bytes).first(n)).ok());
  record.biographic_data = R"({"a":")" + std::string(5000, 'x') + "\"}";
  EXPECT_FALSE(encode_attributes(attributes_of(record)));
}

// -- tasks

audit::Asked of_task(const std::string& id, const std::string& answer = "") {
  audit::Asked out;
  out.task = id;
  out.task_answer = answer;
  return out;
}

class Tasks : public Changes {
 protected:
  [[nodiscard]] std::optional<std::string> body(const std::string& id, TaskBody which) const {
    const auto read = gallery_->task_body(id, which);
    EXPECT_TRUE(read.ok()) << read.error().text();
    return read.ok() && *read ? std::optional(std::string(as_text(**read))) : std::nullopt;
  }
};

TEST_F(Tasks, AreKeptSealedAndComeBack) {
  const std::string secret = "a very personal request of somebody";
  ASSERT_TRUE(gallery_->put_task("task-one", as_bytes("the head of the task"), as_bytes(secret)).ok());
  ASSERT_TRUE(gallery_->put_task("task-two", as_bytes("head"), as_bytes("")).ok());
  always([&] {
    EXPECT_EQ(gallery_->tasks()->tasks.size(), 2U);
    EXPECT_EQ(body("task-one", TaskBody::kRequest), secret);
    EXPECT_EQ(body("task-one", TaskBody::kResult), std::nullopt);
    EXPECT_EQ(body("nobody", TaskBody::kRequest), std::nullopt);
  });
  const Bytes result(as_bytes("the result of it").begin(), as_bytes("the result of it").end());
  ASSERT_TRUE(gallery_->change_task("task-one", as_bytes("another head"), result).ok());
  ASSERT_TRUE(gallery_->rotate_keys().ok());
  always([&] {
    EXPECT_EQ(body("task-one", TaskBody::kRequest), std::nullopt);
    EXPECT_EQ(body("task-one", TaskBody::kResult), "the result of it");
    EXPECT_EQ(gallery_->tasks()->damaged, 0U);
  });
  gallery_.reset();
  for (const char* text : {"very personal", "result of it", "another head", "task-one", "task-two"}) {
    EXPECT_FALSE(holds_anywhere(directory_.path(), text)) << text;
  }
  reopen();
  const std::string ids[] = {"task-one", "task-two"};
  ASSERT_TRUE(gallery_->erase_tasks(ids).ok());
  EXPECT_TRUE(gallery_->tasks()->tasks.empty());
  EXPECT_EQ(body("task-one", TaskBody::kResult), std::nullopt);
}

TEST_F(Tasks, AnEffectIsNotedWithItsTaskByEveryKindOfChange) {
  for (int i = 1; i <= 6; ++i) add(record_of(i));
  const auto effect_of = [&](const std::string& id, const auto& change) {
    ASSERT_TRUE(gallery_->put_task(id, as_bytes("h"), as_bytes("r")).ok());
    EXPECT_EQ(body(id, TaskBody::kEffect), std::nullopt);
    ASSERT_TRUE(change(of_task(id, "answer of " + id)));
    EXPECT_EQ(body(id, TaskBody::kEffect), "answer of " + id);
  };
  effect_of("add", [&](const audit::Asked& asked) {
    return gallery_->add(record_of(9), PersonRule::kNew, {}, {}, asked).ok();
  });
  effect_of("replace", [&](const audit::Asked& asked) {
    return gallery_->replace({record_of(1), {}}, {}, asked).ok();
  });
  effect_of("status", [&](const audit::Asked& asked) {
    return gallery_->set_status("p1", "e1", EncounterStatus::kInactive, asked).ok();
  });
  effect_of("galleries",
            [&](const audit::Asked& asked) { return gallery_->set_galleries("p1", "e1", {"VIP"}, asked).ok(); });
  effect_of("move", [&](const audit::Asked& asked) { return gallery_->move("p2", "q2", "e1", true, asked).ok(); });
  effect_of("erase", [&](const audit::Asked& asked) { return gallery_->erase_encounter("p3", "e1", asked).ok(); });
  effect_of("erase all", [&](const audit::Asked& asked) { return gallery_->erase_person("p4", asked).ok(); });
  // A change that is refused leaves nothing, and one for a task that is gone neither.
  ASSERT_TRUE(gallery_->put_task("refused", as_bytes("h"), as_bytes("r")).ok());
  EXPECT_FALSE(gallery_->erase_person("nobody", of_task("refused")).ok());
  EXPECT_EQ(body("refused", TaskBody::kEffect), std::nullopt);
  ASSERT_TRUE(gallery_->erase_person("p5", of_task("gone")).ok());
  EXPECT_EQ(body("gone", TaskBody::kEffect), std::nullopt);
}

}  // namespace
}  // namespace whorl::index
