// What waits for a person: who may decide, what they may know before, what follows, and when it goes.
#include <gmock/gmock.h>

#include <fstream>

#include "engine/access/scopes.h"
#include "engine/case_desk.h"
#include "engine/cases/case_kinds.h"
#include "engine/cases/case_record.h"
#include "engine/cases/case_rules.h"
#include "tests/engine/engine_fixture.h"
#include "tests/support/moved_world.h"

namespace whorl::engine {
namespace {

using testing::HasSubstr;
using testing::Not;

// -- rules

RecordedDecision said(const std::string& who, CaseAnswer answer, std::uint8_t candidate = 0) {
  return {{"idp", who}, answer, candidate, "x", 1};
}

CaseRecord record_of(std::vector<RecordedDecision> decisions, std::uint8_t needed = 2) {
  CaseRecord out;
  out.opener = {"idp", "opener"};
  out.candidates = 3;
  out.needed = needed;
  out.decisions = std::move(decisions);
  return out;
}

TEST(CaseRulesTest, WhoAgreeCloseACaseAndWhoDifferCallAThird) {
  using enum CaseAnswer;
  struct Row {
    std::vector<RecordedDecision> decisions;
    std::uint8_t needed;
    CaseState state;
    int wanted;
    std::optional<CaseAnswer> agreed;
  };
  const Row rows[] = {
      {{}, 2, CaseState::kWaiting, 2, {}},
      {{}, 1, CaseState::kWaiting, 1, {}},
      {{said("a", kSame)}, 2, CaseState::kWaiting, 2, {}},
      {{said("a", kSame)}, 1, CaseState::kDecided, 1, kSame},
      {{said("a", kSame, 1), said("b", kSame, 1)}, 2, CaseState::kDecided, 2, kSame},
      {{said("a", kSame, 1), said("b", kSame, 2)}, 2, CaseState::kWaiting, 3, {}},
      {{said("a", kDifferent), said("b", kDifferent)}, 2, CaseState::kDecided, 2, kDifferent},
      {{said("a", kCannotTell), said("b", kCannotTell)}, 2, CaseState::kDecided, 2, kCannotTell},
      {{said("a", kSame), said("b", kDifferent)}, 2, CaseState::kWaiting, 3, {}},
      {{said("a", kSame), said("b", kDifferent), said("c", kDifferent)}, 2, CaseState::kDecided, 3, kDifferent},
      {{said("a", kSame), said("b", kDifferent), said("c", kCannotTell)}, 2, CaseState::kDisputed, 3, {}},
      {{said("a", kSame, 0), said("b", kSame, 1), said("c", kSame, 2)}, 2, CaseState::kDisputed, 3, {}},
  };
  for (const Row& row : rows) {
    const CaseRecord record = record_of(row.decisions, row.needed);
    const Settled is = settled(record);
    EXPECT_EQ(is.state, row.state) << row.decisions.size();
    EXPECT_EQ(is.wanted, row.wanted) << row.decisions.size();
    ASSERT_EQ(is.agreed_on != nullptr, row.agreed.has_value());
    if (row.agreed) {
      EXPECT_EQ(is.agreed_on->answer, *row.agreed);
    }
  }
}

TEST(CaseRulesTest, NobodyDecidesTwiceNorWhatTheyOpenedNorWhatSomebodyElseHas) {
  CaseRecord record = record_of({said("a", CaseAnswer::kSame)});
  const auto step = [&](const std::string& who, std::uint64_t now, bool reviews = true, bool local = false) {
    const NextStep is = next_step(record, {"idp", who}, local, reviews, now);
    return std::string(is.next) + " " + std::string(is.why);
  };
  EXPECT_EQ(step("a", 5), "nothing decided_already");
  EXPECT_EQ(step("opener", 5), "nothing opened_it");
  EXPECT_EQ(step("opener", 5, true, true), "claim ") << "where nobody signs in everybody is the same";
  EXPECT_EQ(step("b", 5), "claim ");
  EXPECT_EQ(step("b", 5, false), "nothing not_a_reviewer");
  record.claim = CaseClaim{{"idp", "b"}, 10};
  EXPECT_EQ(step("b", 9), "decide ");
  EXPECT_EQ(step("c", 9), "nothing claimed");
  EXPECT_EQ(step("c", 10), "claim ") << "a claim ends";
  EXPECT_EQ(step("b", 10), "claim ");
  record.decisions.push_back(said("b", CaseAnswer::kSame));
  EXPECT_EQ(step("c", 20), "nothing closed");
}

TEST(CaseRulesTest, EachWhoDecidesSeesTheCandidatesInAnotherOrder) {
  for (std::uint64_t order = 0; order < 50; ++order) {
    CaseRecord record = record_of({});
    record.order = order * 0x9e3779b97f4a7c15U;
    std::set<int> firsts;
    for (const char* who : {"a", "b", "c"}) {
      std::set<int> places;
      for (int number = 1; number <= 3; ++number) {
        const std::uint8_t place = place_of(record, {"idp", who}, number);
        places.insert(place);
        EXPECT_EQ(number_of(record, {"idp", who}, place), number);
      }
      EXPECT_EQ(places.size(), 3U);
      const int first = place_of(record, {"idp", who}, 1);
      firsts.insert(first);
      record.decisions.push_back(said(who, CaseAnswer::kDifferent));
      EXPECT_EQ(place_of(record, {"idp", who}, 1), first) << "it stays as it was shown";
    }
    EXPECT_EQ(firsts.size(), 3U);
  }
}

TEST(CaseRecordTest, WhatIsKeptComesBackAndNothingElseIsTaken) {
  CaseRecord record = record_of({said("a", CaseAnswer::kSame, 2)});
  record.gallery_id = "asylum";
  record.reference = "BP-1";
  record.claim = CaseClaim{{"idp", "b"}, 77};
  const Bytes bytes = encoded(record);
  EXPECT_EQ(*parse_case_record(bytes), record);
  for (std::size_t n = 0; n < bytes.size(); ++n) {
    EXPECT_FALSE(parse_case_record(ByteView(bytes).first(n)).ok()) << n;
  }
  Bytes more = bytes;
  more.push_back(0);
  EXPECT_FALSE(parse_case_record(more).ok());

  const CaseDossier dossier{EnrolledProbe{"p1", "e1"}, {{"p2", 41'000, 1}, {"p3", {}, 0}}};
  const auto back = parse_case_dossier(encoded(dossier));
  ASSERT_TRUE(back.ok());
  EXPECT_EQ(back->one->encounter_id, "e1");
  EXPECT_EQ(back->candidates, dossier.candidates);
  const Bytes kept = encoded(dossier);
  for (std::size_t n = 0; n < kept.size(); ++n) EXPECT_FALSE(parse_case_dossier(ByteView(kept).first(n)).ok()) << n;

  Sample sample{Modality::kFinger, 2, Format::kAnyImage, {1, 2, 3}, 500.0, {}};
  const Bytes samples = encoded(std::vector{sample});
  const auto read = parse_case_samples(samples);
  ASSERT_TRUE(read.ok() && read->size() == 1);
  EXPECT_EQ(read->front().bytes, sample.bytes);
  EXPECT_EQ(read->front().resolution_ppi, 500.0);
  for (std::size_t n = 0; n < samples.size(); ++n)
    EXPECT_FALSE(parse_case_samples(ByteView(samples).first(n)).ok()) << n;
}

TEST(CaseKindsTest, EachNameIsOfOneKindAndEachReasonOfOneAnswer) {
  for (const CaseKindRow& row : case_kinds()) EXPECT_EQ(case_kind_named(row.name), row.kind);
  EXPECT_FALSE(case_kind_named("release"));
  EXPECT_TRUE(is_case_reason(CaseAnswer::kSame, "ridges_agree"));
  EXPECT_FALSE(is_case_reason(CaseAnswer::kDifferent, "ridges_agree"));
  EXPECT_FALSE(is_case_reason(CaseAnswer::kSame, ""));
}

// -- the desk over an engine

class CasesTest : public testing::Test {
 protected:
  void SetUp() override {
    open();
    for (int i = 1; i <= 4; ++i) enrol("p" + std::to_string(i), i);
    enrol("twin-of-2", 2, 7);
  }
  void open() {
    EngineConfig config;
    config.directory = directory_.path() / "gallery";
    config.calibrations[Modality::kFinger] = test_calibration();
    config.threads = 2;
    auto opened = Engine::open(config, world_);
    ASSERT_TRUE(opened.ok()) << opened.error().text();
    engine_ = std::move(opened).value();
  }
  void reopen() {
    engine_.reset();
    open();
  }
  static std::vector<Sample> fingers(int i, std::uint64_t capture) {
    const auto seed = static_cast<std::uint64_t>(i) * 10;
    return {sample(FingerPosition::kRightIndex, tests::another_capture(tests::random_finger(seed + 2), capture)),
            sample(FingerPosition::kLeftIndex, tests::another_capture(tests::random_finger(seed + 7), capture))};
  }
  void enrol(const std::string& person, int i, std::uint64_t capture = 1) {
    EnrolRequest request;
    request.person_id = person;
    request.encounter_id = "e1";
    request.samples = fingers(i, capture);
    ASSERT_TRUE(engine_->enrol({}, request).ok());
  }
  static Call as(const std::string& who, std::vector<std::string> scopes) {
    Call call;
    call.who = {"idp", who, std::move(scopes), SignedInBy::kToken};
    return call;
  }
  static Call officer(const std::string& who = "anna") { return as(who, {"whorl.case.open"}); }
  static Call reviewer(const std::string& who) { return as(who, {"whorl.case.decide"}); }

  CaseDesk& desk() { return *engine_->case_desk(); }

  // Of person 2, who is there twice.
  std::string open_search(const std::string& reference = "BP-1", int person = 2) {
    IdentifyRequest request;
    request.samples = fingers(person, 99);
    const auto answer = engine_->identify({}, request);
    EXPECT_TRUE(answer.ok());
    const auto opened = desk().open_search(officer(), request, *answer, {reference, 0});
    EXPECT_TRUE(opened.ok()) << opened.error().text();
    return opened.ok() && *opened ? (*opened)->case_id : "";
  }
  std::string open_pair() {
    const auto opened = desk().open_pair(officer(), {"default", {"twin-of-2", {}}, {"p2", {}}, 61.5}, {});
    EXPECT_TRUE(opened.ok()) << opened.error().text();
    return opened.ok() ? opened->case_id : "";
  }
  Result<CaseView> decide(const std::string& who, const std::string& id, CaseAnswer answer, int candidate = 0) {
    auto claimed = desk().claim(reviewer(who), id);
    if (!claimed.ok()) return claimed;
    static const std::map<CaseAnswer, std::string> reasons = {{CaseAnswer::kSame, "ridges_agree"},
                                                              {CaseAnswer::kDifferent, "ridges_differ"},
                                                              {CaseAnswer::kCannotTell, "poor_capture"}};
    return desk().decide(reviewer(who), id, {answer, candidate, reasons.at(answer)});
  }
  std::string leaves() { return *engine_->read_audit({}, AuditLeaves{0, 1000}); }
  std::size_t leaves_of(const std::string& what) {
    const std::string text = leaves();
    std::size_t n = 0;
    for (std::size_t at = 0; (at = text.find("\"outcome\":\"case " + what + "\"", at)) != std::string::npos; ++at) ++n;
    return n;
  }

  tests::TemporaryDirectory directory_;
  tests::MovedWorld world_;
  std::unique_ptr<Engine> engine_;
};

TEST_F(CasesTest, TwoWhoAgreeDecideAndNeitherKnowsWhatTheOtherSaid) {
  const std::string id = open_search();
  const auto waiting = desk().look(reviewer("rita"), id);
  ASSERT_TRUE(waiting.ok());
  EXPECT_EQ(waiting->next, "claim");
  EXPECT_EQ(waiting->candidates, 2);
  EXPECT_TRUE(waiting->told.empty());

  ASSERT_TRUE(desk().claim(reviewer("rita"), id).ok());
  const auto seen = desk().compare(reviewer("rita"), id, 1, false);
  ASSERT_TRUE(seen.ok()) << seen.error().text();
  ASSERT_FALSE(seen->comparison.fingers.empty());
  EXPECT_FALSE(seen->told);
  EXPECT_EQ(seen->comparison.verified.score_db, 0);
  for (const FingerExplained& each : seen->comparison.fingers) {
    EXPECT_EQ(each.score_db, 0);
    EXPECT_EQ(each.encounter_id, "");
    EXPECT_TRUE(each.pairs.empty()) << "pairs are shown where they are asked for";
  }
  EXPECT_FALSE(desk().compare(reviewer("rita"), id, 1, true)->comparison.fingers.front().pairs.empty());

  const auto first = decide("rita", id, CaseAnswer::kSame, 1);
  ASSERT_TRUE(first.ok()) << first.error().text();
  EXPECT_EQ(first->state, CaseState::kWaiting);
  EXPECT_EQ(first->told.size(), 2U);
  EXPECT_FALSE(first->outcome);
  const std::string meant = first->told.front().person_id;

  const auto other = desk().look(reviewer("sam"), id);
  EXPECT_EQ(other->decided, 1);
  EXPECT_FALSE(other->own);
  EXPECT_TRUE(other->told.empty());
  EXPECT_FALSE(other->outcome);

  const auto second = decide("sam", id, CaseAnswer::kSame, 2);
  ASSERT_TRUE(second.ok()) << second.error().text();
  EXPECT_EQ(second->state, CaseState::kDecided) << "sam's second is rita's first";
  EXPECT_EQ(second->outcome->person_id, meant);
  const auto opener = desk().look(officer(), id);
  ASSERT_TRUE(opener.ok());
  EXPECT_EQ(opener->outcome->person_id, meant);
  EXPECT_EQ(desk().compare(reviewer("sam"), id, 1, true).error().kind, ErrorKind::kNotFound)
      << "samples are kept no longer than they are needed";
}

TEST_F(CasesTest, WhoDifferCallAThirdWhoDecidesOrLeavesItDisputed) {
  const std::string id = open_pair();
  ASSERT_TRUE(decide("rita", id, CaseAnswer::kSame, 1).ok());
  const auto differ = decide("sam", id, CaseAnswer::kDifferent);
  ASSERT_TRUE(differ.ok());
  EXPECT_EQ(differ->state, CaseState::kWaiting);
  EXPECT_EQ(differ->wanted, 3);
  EXPECT_EQ(decide("sam", id, CaseAnswer::kDifferent).error().kind, ErrorKind::kAlreadyExists);
  const auto third = decide("tom", id, CaseAnswer::kCannotTell);
  EXPECT_EQ(third->state, CaseState::kDisputed);
  EXPECT_FALSE(third->outcome);
}

TEST_F(CasesTest, TheSamePersonNeitherDecidesTwiceNorWhatTheyOpened) {
  const std::string id = open_pair();
  const Call both = as("anna", {"whorl.case.open", "whorl.case.decide"});
  EXPECT_EQ(desk().claim(both, id).error().kind, ErrorKind::kAlreadyExists);
  ASSERT_TRUE(decide("rita", id, CaseAnswer::kSame, 1).ok());
  EXPECT_EQ(desk().claim(reviewer("rita"), id).error().kind, ErrorKind::kAlreadyExists);
  EXPECT_EQ(desk().look(reviewer("rita"), id)->why, "decided_already");
}

TEST_F(CasesTest, AClaimKeepsOthersOutUntilItIsGivenBackOrEnds) {
  const std::string id = open_pair();
  ASSERT_TRUE(desk().claim(reviewer("rita"), id).ok());
  EXPECT_EQ(desk().claim(reviewer("sam"), id).error().kind, ErrorKind::kAlreadyExists);
  EXPECT_EQ(desk().compare(reviewer("sam"), id, 1, false).error().kind, ErrorKind::kAlreadyExists);
  EXPECT_TRUE(desk().release_claim(reviewer("sam"), id)->claimed_until) << "nobody gives back another's";
  ASSERT_TRUE(desk().release_claim(reviewer("rita"), id).ok());
  ASSERT_TRUE(desk().claim(reviewer("sam"), id).ok());
  world_.ahead = std::chrono::minutes(16);
  const auto late = desk().decide(reviewer("sam"), id, {CaseAnswer::kSame, 1, "ridges_agree"});
  EXPECT_EQ(late.error().kind, ErrorKind::kAlreadyExists);
  EXPECT_TRUE(desk().claim(reviewer("rita"), id).ok());
}

TEST_F(CasesTest, WhatIsNoAnswerIsRefusedAndChangesNothing) {
  const std::string id = open_pair();
  ASSERT_TRUE(desk().claim(reviewer("rita"), id).ok());
  const CaseDecision wrong[] = {{CaseAnswer::kSame, 0, "ridges_agree"},
                                {CaseAnswer::kSame, 2, "ridges_agree"},
                                {CaseAnswer::kDifferent, 1, "ridges_differ"},
                                {CaseAnswer::kDifferent, 0, "ridges_agree"},
                                {CaseAnswer::kCannotTell, 0, "because"}};
  for (const CaseDecision& each : wrong) {
    EXPECT_EQ(desk().decide(reviewer("rita"), id, each).error().kind, ErrorKind::kInvalidInput) << each.reason;
  }
  EXPECT_EQ(desk().look(reviewer("rita"), id)->decided, 0);
  EXPECT_EQ(desk().look(reviewer("rita"), "nosuch00").error().kind, ErrorKind::kNotFound);
}

TEST_F(CasesTest, CasesSurviveARestartWithTheirClaimsAndDecisions) {
  const std::string id = open_search();
  ASSERT_TRUE(decide("rita", id, CaseAnswer::kDifferent).ok());
  ASSERT_TRUE(desk().claim(reviewer("sam"), id).ok());
  reopen();
  const auto view = desk().look(reviewer("sam"), id);
  ASSERT_TRUE(view.ok()) << view.error().text();
  EXPECT_TRUE(view->claimed_by_caller);
  EXPECT_EQ(view->decided, 1);
  EXPECT_TRUE(desk().compare(reviewer("sam"), id, 1, false).ok());
  const auto closed = decide("sam", id, CaseAnswer::kDifferent);
  EXPECT_EQ(closed->state, CaseState::kDecided);
}

TEST_F(CasesTest, ErasingWhoIsInACaseTakesTheCase) {
  const std::string pair = open_pair();
  const std::string search = open_search();
  const std::string other = open_search("BP-9", 3);
  EXPECT_EQ(desk().list(reviewer("rita"), {})->total, 3U);
  ASSERT_TRUE(engine_->erase_person({}, "twin-of-2").ok());
  EXPECT_EQ(desk().look(reviewer("rita"), pair).error().kind, ErrorKind::kNotFound);
  EXPECT_EQ(desk().look(officer(), search).error().kind, ErrorKind::kNotFound);
  reopen();
  const auto left = desk().list(reviewer("rita"), {});
  ASSERT_EQ(left->cases.size(), 1U);
  EXPECT_EQ(left->cases.front().case_id, other);
}

TEST_F(CasesTest, WhatIsDueGoesAndTheLogSaysThatNobodyDecidedIt) {
  const std::string search = open_search();
  const std::string pair = open_pair();
  world_.ahead = std::chrono::hours(24 * 8);
  EXPECT_EQ(desk().look(reviewer("rita"), search).error().kind, ErrorKind::kNotFound);
  const auto left = desk().list(reviewer("rita"), {});
  ASSERT_EQ(left->cases.size(), 1U);
  EXPECT_EQ(left->cases.front().case_id, pair);
  reopen();
  EXPECT_EQ(desk().list(reviewer("rita"), {})->total, 1U);
  EXPECT_EQ(leaves_of("lapsed"), 1U);
}

TEST_F(CasesTest, EveryEffectHasItsLeaf) {
  const std::string id = open_pair();
  ASSERT_TRUE(desk().claim(reviewer("rita"), id).ok());
  ASSERT_TRUE(desk().release_claim(reviewer("rita"), id).ok());
  ASSERT_TRUE(decide("rita", id, CaseAnswer::kSame, 1).ok());
  ASSERT_TRUE(decide("sam", id, CaseAnswer::kDifferent).ok());
  EXPECT_EQ(leaves_of("opened"), 1U);
  EXPECT_EQ(leaves_of("claimed"), 3U);
  EXPECT_EQ(leaves_of("given back"), 1U);
  EXPECT_EQ(leaves_of("same"), 1U);
  EXPECT_EQ(leaves_of("different"), 1U);
  EXPECT_THAT(leaves(), Not(HasSubstr("twin-of-2")));
}

TEST_F(CasesTest, TheSameQuestionOpensOneCase) {
  EXPECT_EQ(open_pair(), open_pair());
  EXPECT_EQ(open_search("BP-1"), open_search("BP-1"));
  EXPECT_NE(open_search("BP-1"), open_search("BP-2"));
  const auto turned = desk().open_pair(officer(), {"default", {"p2", {}}, {"twin-of-2", {}}, {}}, {});
  EXPECT_EQ(turned->case_id, open_pair());
  EXPECT_EQ(leaves_of("opened"), 3U);
}

TEST_F(CasesTest, NobodyNearOpensNothingAndNobodyUnknownIsCompared) {
  IdentifyRequest request;
  request.samples = fingers(40, 1);
  const auto answer = engine_->identify({}, request);
  const auto opened = desk().open_search(officer(), request, *answer, {"BP-3", 0});
  ASSERT_TRUE(opened.ok());
  EXPECT_FALSE(*opened);
  EXPECT_EQ(desk().open_pair(officer(), {"default", {"p1", {}}, {"nobody", {}}, {}}, {}).error().kind,
            ErrorKind::kNotFound);
  EXPECT_EQ(desk().open_pair(officer(), {"other", {"p1", {}}, {"p2", {}}, {}}, {}).error().kind, ErrorKind::kNotFound);
  EXPECT_EQ(desk().open_pair(officer(), {"default", {"p1", {}}, {"p1", {}}, {}}, {}).error().kind,
            ErrorKind::kInvalidInput);
  EXPECT_EQ(desk().list(reviewer("rita"), {})->total, 0U);
}

TEST_F(CasesTest, WhoMayUseSomeGalleriesIsNotToldWhoIsInOthers) {
  EnrolRequest request;
  request.person_id = "cyril";
  request.encounter_id = "e1";
  request.galleries = {"asylum"};
  request.samples = fingers(50, 1);
  ASSERT_TRUE(engine_->enrol({}, request).ok());
  Call limited = officer();
  limited.who.galleries = {"default"};
  const auto refusal = [&](const Call& call, const std::string& one, const std::string& other) {
    const auto opened = desk().open_pair(call, {"default", {one, {}}, {other, {}}, {}}, {});
    return opened.ok() ? Error{} : opened.error();
  };
  for (const bool first : {true, false}) {
    const auto told = [&](const Call& call, const std::string& who) {
      return first ? refusal(call, who, "p1") : refusal(call, "p1", who);
    };
    const Error known = told(limited, "cyril");
    const Error unknown = told(limited, "nobody");
    EXPECT_EQ(known.code(), unknown.code());
    EXPECT_EQ(known.code(), "unknown_person");
    std::string expected = unknown.text();
    expected.replace(expected.find("nobody"), 6, "cyril");
    EXPECT_EQ(known.text(), expected);
    EXPECT_EQ(told(officer(), "cyril").code(), "person_not_in_gallery") << "who may use all of them is told";
  }
}

TEST_F(CasesTest, WhoMayNotKnowOfACaseIsToldThatThereIsNone) {
  const std::string id = open_pair();
  EXPECT_EQ(desk().look(officer("bert"), id).error().kind, ErrorKind::kNotFound) << "another officer's";
  EXPECT_EQ(desk().list(officer(), {}).error().kind, ErrorKind::kUnauthorised);
  EXPECT_EQ(desk().claim(officer(), id).error().kind, ErrorKind::kUnauthorised);
  Call elsewhere = reviewer("rita");
  elsewhere.who.galleries = {{"other"}};
  EXPECT_EQ(desk().look(elsewhere, id).error().kind, ErrorKind::kNotFound);
  EXPECT_EQ(desk().list(elsewhere, {})->total, 0U);
  EXPECT_EQ(desk().open_pair(reviewer("rita"), {"default", {"p1", {}}, {"p2", {}}, {}}, {}).error().kind,
            ErrorKind::kUnauthorised);
}

TEST_F(CasesTest, TheListIsPagedAndNarrowedAndWhatGoesFirstComesFirst) {
  const std::string pair = open_pair();
  const std::string one = open_search("BP-1");
  world_.ahead = std::chrono::hours(1);
  const std::string two = open_search("BP-2");
  ASSERT_TRUE(decide("rita", one, CaseAnswer::kDifferent).ok());
  ASSERT_TRUE(decide("sam", one, CaseAnswer::kDifferent).ok());
  const auto ids = [&](const CaseQuery& query) {
    std::vector<std::string> out;
    const auto page = desk().list(reviewer("tom"), query);
    for (const CaseView& each : page->cases) out.push_back(each.case_id);
    return out;
  };
  EXPECT_THAT(ids({}), testing::ElementsAre(one, two, pair));
  EXPECT_THAT(ids({.offset = 1, .limit = 1}), testing::ElementsAre(two));
  EXPECT_THAT(ids({.state = CaseState::kWaiting}), testing::ElementsAre(two, pair));
  EXPECT_THAT(ids({.kind = CaseKind::kDeduplication}), testing::ElementsAre(pair));
  EXPECT_THAT(ids({.offset = 9}), testing::IsEmpty());
}

TEST_F(CasesTest, NothingOfACaseLiesReadableOnTheDisk) {
  const std::string reference = "REFERENCE-IN-THE-CLEAR";
  ASSERT_NE(open_search(reference), "");
  ASSERT_TRUE(decide("REVIEWER-IN-THE-CLEAR", open_search(reference), CaseAnswer::kDifferent).ok());
  engine_.reset();
  std::size_t files = 0;
  for (const auto& each : std::filesystem::recursive_directory_iterator(directory_.path())) {
    if (!each.is_regular_file()) continue;
    ++files;
    std::ifstream in(each.path(), std::ios::binary);
    const std::string bytes{std::istreambuf_iterator<char>(in), {}};
    for (const char* marker : {"REFERENCE-IN", "REVIEWER-IN", "twin-of-2", "ridges_differ"}) {
      EXPECT_EQ(bytes.find(marker), std::string::npos) << marker << " in " << each.path();
    }
  }
  EXPECT_GT(files, 3U);
}

}  // namespace
}  // namespace whorl::engine
