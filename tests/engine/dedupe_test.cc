// Looking through a gallery for people who are in it twice; what filters may ask; what the audit is told of both.
#include "engine/dedupe.h"

#include <gmock/gmock.h>

#include <set>

#include "audit/export_folder.h"
#include "base/catalogue.h"
#include "index/gallery.h"
#include "tests/engine/engine_fixture.h"

namespace whorl::engine {
namespace {

using Pairs = std::set<std::pair<std::string, std::string>>;

class DedupeTest : public EngineTest {
 protected:
  // Six people, of whom two are there twice under other names.
  void SetUp() override {
    EngineTest::SetUp();
    for (int i = 1; i <= 6; ++i) enrol_person(i);
    enrol_as("twin-of-2", 2);
    enrol_as("twin-of-5", 5);
  }
  void enrol_as(const std::string& name, int i) {
    EnrolRequest request = enrol_request(i, 7);
    request.person_id = name;
    ASSERT_TRUE(engine().enrol({}, request).ok());
  }
  Pairs found(const std::string& gallery = "default") {
    const auto all = engine().duplicates({}, gallery, 0, 100);
    EXPECT_TRUE(all.ok()) << all.error().text();
    Pairs out;
    for (const Duplicate& pair : all->pairs) out.emplace(pair.person_id, pair.other_person_id);
    EXPECT_EQ(out.size(), all->total);
    return out;
  }
  static DedupeRequest request(double threshold_db = 30) {
    DedupeRequest out;
    out.threshold_db = threshold_db;
    return out;
  }

  const Pairs twins_ = {{"p2", "twin-of-2"}, {"p5", "twin-of-5"}};
};

TEST_F(DedupeTest, WhoIsThereTwiceIsFoundAndNobodyElse) {
  EXPECT_FALSE(engine().duplicates({}, "default", 0, 10).ok());
  const auto done = engine().dedupe({}, request(), {});
  ASSERT_TRUE(done.ok()) << done.error().text();
  EXPECT_TRUE(done->finished());
  EXPECT_EQ(done->persons, 8U);
  EXPECT_EQ(done->done, 8U);
  EXPECT_EQ(done->found, 2U);
  EXPECT_EQ(found(), twins_);
}

TEST_F(DedupeTest, TheThresholdIsOfAllPairsOfTheGallery) {
  DedupeRequest asked;
  asked.false_pairs = 0.5;
  const auto done = engine().dedupe({}, asked, {});
  ASSERT_TRUE(done.ok());
  EXPECT_NEAR(done->threshold_db, 10 * std::log10(8 * 7 / 2.0 / 0.5), 1e-9);
  asked.false_pairs = 0;
  EXPECT_FALSE(engine().dedupe({}, asked, {}).ok());
}

TEST_F(DedupeTest, ItGoesOnWhereItWasEnded) {
  for (int i = 100; i < 240; ++i) enrol_person(i);
  DedupeRequest asked = request();
  asked.slice = std::chrono::milliseconds(1);
  std::uint64_t last = 0;
  int calls = 0;
  for (bool finished = false; !finished; ++calls) {
    const auto done = engine().dedupe({}, asked, {});
    ASSERT_TRUE(done.ok()) << done.error().text();
    EXPECT_GT(done->done, last) << "it does not begin anew";
    last = done->done;
    finished = done->finished();
    reopen();
  }
  EXPECT_GT(calls, 1);
  EXPECT_EQ(last, 148U);
  const Pairs in_slices = found();
  for (const auto& pair : twins_) EXPECT_EQ(in_slices.count(pair), 1U) << pair.first;
  DedupeRequest whole = request();
  whole.anew = true;
  ASSERT_TRUE(engine().dedupe({}, whole, {}).ok());
  EXPECT_EQ(found(), in_slices);
  // What is finished stays, until it is to begin anew.
  const auto again = engine().dedupe({}, request(200), {});
  EXPECT_EQ(again->threshold_db, 30);
  DedupeRequest anew = request(200);
  anew.anew = true;
  EXPECT_EQ(engine().dedupe({}, anew, {})->threshold_db, 200);
  EXPECT_TRUE(found().empty());
}

TEST_F(DedupeTest, AsTheWorkOfOneTaskItBeginsAnewOnce) {
  ASSERT_TRUE(engine().dedupe({}, request(), {}).ok());
  Call call;
  call.task = "task";
  DedupeRequest anew = request(30);
  anew.anew = true;
  const auto first = engine().dedupe(call, anew, {});
  ASSERT_TRUE(first.ok());
  EXPECT_EQ(first->threshold_db, 30);
  EXPECT_EQ(engine().dedupe(call, anew, {})->began_ms, first->began_ms);
}

TEST_F(DedupeTest, InactiveEncountersAndOtherGalleriesAreNotLookedAt) {
  ASSERT_TRUE(engine().set_status({}, "p2", "e1", false).ok());
  ASSERT_TRUE(engine().set_galleries({}, "twin-of-5", "e7", {"VIP"}).ok());
  ASSERT_TRUE(engine().dedupe({}, request(), {}).ok());
  EXPECT_TRUE(found().empty());
  DedupeRequest everywhere = request();
  everywhere.gallery_id = "ALL";
  ASSERT_TRUE(engine().dedupe({}, everywhere, {}).ok());
  EXPECT_EQ(found("ALL"), (Pairs{{"p5", "twin-of-5"}}));
  everywhere.gallery_id = "nowhere";
  EXPECT_FALSE(engine().dedupe({}, everywhere, {}).ok());
}

TEST_F(DedupeTest, APairThatIsSettledIsNoPairAnyMore) {
  ASSERT_TRUE(engine().dedupe({}, request(), {}).ok());
  ASSERT_TRUE(engine().merge_persons({}, "p2", "twin-of-2").ok());
  EXPECT_EQ(found(), (Pairs{{"p5", "twin-of-5"}}));
  ASSERT_TRUE(engine().erase_person({}, "p5").ok());
  EXPECT_TRUE(found().empty());
}

// -- filters

class FilterTest : public EngineTest {
 protected:
  void SetUp() override {
    EngineTest::SetUp();
    EnrolRequest request = enrol_request(1);
    request.biographic_data = R"({"gender":"M"})";
    ASSERT_TRUE(engine().enrol({}, request).ok());
  }
  Result<IdentifyAnswer> asked(const std::string& name, bool may_be_absent, const Principal& who) {
    Call call;
    call.who = who;
    IdentifyRequest request = identify_person(1);
    request.filter.terms = {{false, name, {R"("M")"}, {}, {}, may_be_absent}};
    return engine().identify(call, request);
  }
  static Principal desk() { return {"issuer", "desk", {"abis.identify"}, SignedInBy::kToken, {}, {}}; }
};

TEST_F(FilterTest, WhoSignedInNarrowsASearchByWhatTheOperatorAllowsAlone) {
  EXPECT_TRUE(asked("gender", false, {}).ok());
  const auto refused = asked("gender", false, desk());
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().reason.code, ErrorCode::kFilterNotAllowed);
  Call call;
  call.who = desk();
  IdentifyRequest by_type = identify_person(1);
  by_type.filter.terms = {{true, "encounterType", {R"("")"}, {}, {}}};
  EXPECT_TRUE(engine().identify(call, by_type).ok());
  IdentifyRequest by_gender;
  by_gender.filter.terms = {{false, "gender", {R"("M")"}, {}, {}}};
  EXPECT_FALSE(engine().identify_enrolled(call, {"p1", {}}, by_gender).ok());
  EngineConfig allowing = config();
  allowing.directory += "-allowing";
  allowing.filterable = {"gender"};
  const auto other = Engine::open(allowing);
  ASSERT_TRUE(other.ok()) << other.error().text();
  EnrolRequest request = enrol_request(1);
  request.biographic_data = R"({"gender":"M"})";
  ASSERT_TRUE((*other)->enrol({}, request).ok());
  EXPECT_TRUE((*other)->identify_enrolled(call, {"p1", {}}, by_gender).ok());
}

TEST_F(FilterTest, AFilterByWhatNobodyHasIsSaidAndIsNoNo) {
  const auto answer = asked("dateOfBirth", true, {});
  ASSERT_TRUE(answer.ok()) << answer.error().text();
  EXPECT_EQ(answer->decision, Decision::kIndeterminate);
  EXPECT_EQ(answer->why.code, AnswerCode::kFilterOfNothing);
  EXPECT_NE(answer->reason.find("dateOfBirth"), std::string::npos) << answer->reason;
  EXPECT_EQ(answer->receipt.absent, std::vector<std::string>{"dateOfBirth"});
  EXPECT_EQ(asked("gender", true, {})->decision, Decision::kMatch);
}

TEST_F(FilterTest, AFilterThatNobodyFulfilsIsNoNoEither) {
  IdentifyRequest request = identify_person(1);
  request.filter.terms = {{false, "gender", {R"("X")"}, {}, {}}, {true, "encounterType", {R"("")"}, {}, {}}};
  const auto answer = engine().identify({}, request);
  ASSERT_TRUE(answer.ok()) << answer.error().text();
  EXPECT_EQ(answer->decision, Decision::kIndeterminate);
  EXPECT_EQ(answer->why.code, AnswerCode::kFilterOfNothing);
  EXPECT_EQ(answer->receipt.absent, (std::vector<std::string>{"gender", "encounterType"}));
}

// -- the audit

class WhatTheAuditIsTold : public EngineTest {
 protected:
  std::vector<audit::Leaf> leaves() {
    const std::filesystem::path folder = config().directory.string() + "-log";
    close();
    index::GalleryOptions options;
    options.directory = config().directory;
    const auto gallery = index::Gallery::open(options);
    EXPECT_TRUE(gallery.ok());
    const auto size = (*gallery)->export_audit(folder);
    EXPECT_TRUE(size.ok());
    audit::ExportFolder log(folder);
    const auto bytes = log.entries({0, 0, static_cast<unsigned>(*size)});
    const auto entries = crypto::entries_of_bundle(*bytes, static_cast<unsigned>(*size));
    std::vector<audit::Leaf> out;
    for (const Bytes& entry : *entries) out.push_back(*audit::parse_leaf(entry));
    return out;
  }
};

TEST_F(WhatTheAuditIsTold, AQuestionByWhoIsEnrolledHasALeafWhoeverThatIs) {
  enrol_person(1);
  EXPECT_FALSE(engine().identify_enrolled({}, {"nobody", {}}, {}).ok());
  EXPECT_FALSE(engine().identify_enrolled({}, {"p1", "e9"}, {}).ok());
  ASSERT_TRUE(engine().identify_enrolled({}, {"p1", {}}, {}).ok());
  const auto all = leaves();
  ASSERT_EQ(all.size(), 5U);
  EXPECT_EQ(all[2].operation, audit::Operation::kIdentify);
  EXPECT_EQ(all[2].outcome, "not_found");
  EXPECT_EQ(all[2].subject, audit::Tag{});
  EXPECT_EQ(all[3].outcome, "not_found");
  EXPECT_EQ(all[3].subject, all[1].subject) << "who was asked about is who was enrolled";
  EXPECT_EQ(all[4].subject, all[1].subject);
}

TEST_F(WhatTheAuditIsTold, TwoCapturesAreOfNoGalleryAndEachChangeHasItsWord) {
  enrol_person(1);
  CompareRequest two;
  two.samples = fingers_of(1, 1);
  two.others = fingers_of(1, 2);
  ASSERT_TRUE(engine().compare({}, two).ok());
  ASSERT_TRUE(engine().set_status({}, "p1", "e1", false).ok());
  ASSERT_TRUE(engine().set_status({}, "p1", "e1", true).ok());
  ASSERT_TRUE(engine().set_galleries({}, "p1", "e1", {"VIP"}).ok());
  const auto all = leaves();
  ASSERT_EQ(all.size(), 6U);
  EXPECT_EQ(all[2].operation, audit::Operation::kVerify);
  EXPECT_TRUE(all[2].galleries.empty());
  EXPECT_EQ(all[3].outcome, "deactivated");
  EXPECT_EQ(all[4].outcome, "activated");
  EXPECT_EQ(all[5].outcome, "galleries");
  for (std::size_t i = 3; i < 6; ++i) EXPECT_EQ(all[i].subject, all[1].subject);
}

}  // namespace
}  // namespace whorl::engine
