// The shield: whom other members are not told of, and that their answer is the one of a gallery in which somebody
// unlike the probe stands in that place, to the byte.
#include "member/shield.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <iostream>

#include "member/row_names.h"
#include "member/rows.h"
#include "tests/member/member_fixture.h"

namespace whorl::member {
namespace {

using exchange::CandidateFacts;
using exchange::Outcome;

const std::vector<std::string> kCitizenships{"other", "own", "resident", "own_and_resident"};

// What the example's policy says in words, written down once more: never to whom a person fears; under protection not
// for a return; own citizens and residents for asylum alone.
bool must_be_hidden(const engine::Protection& person, const std::string& asker, const std::string& purpose) {
  for (const std::string& each : person.never_to) {
    if (each == asker) return true;
  }
  if (person.shielded && purpose == "return.identity") return true;
  return person.citizenship != "other" && purpose != "asylum.registration";
}

// Nobody, one who asks, another, everybody.
std::vector<std::vector<std::string>> feared_by(const exchange::Policy& policy, const std::string& asker) {
  std::vector<std::string> everybody;
  std::string another;
  for (const auto& [name, member] : policy.members) {
    everybody.push_back(member.name);
    if (name != asker) another = member.name;
  }
  return {{}, {policy.members.at(asker).name}, {another}, everybody};
}

TEST(Shield, HidesByEveryClassPurposeAndMemberWhatThePolicySays) {
  const auto policy = tests::example_policy();
  const MemberConfig config;
  int questions = 0;
  int hidden = 0;
  for (const auto& [asker, member] : policy.members) {
    for (const auto& [purpose, rules] : policy.purposes) {
      for (const auto& never_to : feared_by(policy, asker)) {
        for (const std::string& citizenship : kCitizenships) {
          for (const bool shielded : {false, true}) {
            for (const bool active : {true, false}) {
              for (const std::optional<int> born : {std::optional<int>(), std::optional(2016), std::optional(1980)}) {
                const engine::Protection person{citizenship, shielded, never_to, born};
                CandidateFacts facts = facts_of(&person, "default", config, policy);
                facts.active = active;
                const bool is_hidden = exchange::suppress(policy, facts, asker, purpose).has_value();
                EXPECT_EQ(is_hidden, !active || must_be_hidden(person, member.name, purpose))
                    << asker << " " << purpose << " " << citizenship << " " << shielded << " " << never_to.size();
                ++questions;
                hidden += is_hidden ? 1 : 0;
              }
            }
          }
        }
      }
    }
  }
  EXPECT_GE(questions, 2000);
  EXPECT_GT(hidden, questions / 4);
  EXPECT_LT(hidden, questions);
  std::cout << "{\"test\":\"shield-rules\",\"combinations\":" << questions << ",\"hidden\":" << hidden << "}\n";
}

TEST(Shield, AGallerysPeopleMayBeOwnCitizens) {
  const auto policy = tests::example_policy();
  MemberConfig config;
  config.own_citizens = {"passports"};
  config.residents = {"permits"};
  EXPECT_EQ(facts_of(nullptr, "passports", config, policy).citizenship, exchange::Citizenship::kOwn);
  EXPECT_EQ(facts_of(nullptr, "permits", config, policy).citizenship, exchange::Citizenship::kResident);
  EXPECT_EQ(facts_of(nullptr, "border", config, policy).citizenship, exchange::Citizenship::kOther);
  const engine::Protection own{"own", false, {}, {}};
  EXPECT_EQ(facts_of(&own, "border", config, policy).citizenship, exchange::Citizenship::kOwn);
  EXPECT_EQ(facts_of(&own, "permits", config, policy).citizenship, exchange::Citizenship::kOwnAndResident)
      << "what is entered takes nothing away";
}

constexpr int kMated = 3;
constexpr int kUnlike = 40;  // stands in the other gallery where the mated person stands in the first

// Two nodes of one member, alike but for the fingers of one person.
class TwoGalleries {
 public:
  TwoGalleries() {
    for (int i = 1; i <= 6; ++i) {
      mated_.enrol("p" + std::to_string(i), i);
      unlike_.enrol("p" + std::to_string(i), i == kMated ? kUnlike : i);
    }
  }
  void protect(const engine::Protection& person, bool active, const exchange::Policy& policy) {
    for (Responder* each : {&mated_, &unlike_}) {
      EXPECT_TRUE(each->shield().set({}, "p3", person, policy).ok());
      EXPECT_TRUE(each->engine().set_status({}, "p3", "e", active).ok());
    }
  }
  Responder& mated() { return mated_; }
  Responder& unlike() { return unlike_; }

 private:
  Responder mated_{"bel"};
  Responder unlike_{"bel"};
};

Outcome outcome_of(const Answering::Composed& composed) {
  return std::get<exchange::Answer>(composed.message.body).outcome;
}

// Every class, purpose, asker and status that the policy knows of questions to one member; with WHORL_SHIELD_FULL every
// age as well, else a share of them.
TEST(Shield, AHiddenHitIsTheAnswerOfAGalleryWithSomebodyElseInThatPlace) {
  const bool full = std::getenv("WHORL_SHIELD_FULL") != nullptr;
  TwoGalleries galleries;
  const auto standing = std::make_shared<Standing>(*standing_of("bel"));
  for (auto& [asker, pairs] : standing->policy.pairs) pairs["bel"].per_day = pairs["bel"].per_year = 1'000'000;
  const exchange::Policy& policy = standing->policy;
  const auto probe = Responder::fingers(kMated, 99);
  int compared = 0;
  int equal = 0;
  int shown = 0;
  int at = 0;
  for (const std::string asker : {"aru", "cor", "esp"}) {
    for (const std::string& purpose : policy.pair(asker, "bel")->purposes) {
      for (const auto& never_to : feared_by(policy, asker)) {
        for (const std::string& citizenship : kCitizenships) {
          for (const bool shielded : {false, true}) {
            for (const bool active : {true, false}) {
              for (const std::optional<int> born : {std::optional<int>(), std::optional(2016), std::optional(1980)}) {
                if (!full && ++at % 7 != 0) continue;
                const engine::Protection person{citizenship, shielded, never_to, born};
                galleries.protect(person, active, policy);
                const Arrived one = question(standing, asker, purpose, probe);
                const Arrived other = copy_of(one);
                const auto a = galleries.mated().answering().compose(one);
                const auto b = galleries.unlike().answering().compose(other);
                ASSERT_TRUE(a.ok() && b.ok());
                ++compared;
                EXPECT_EQ(outcome_of(*b), Outcome::kNoMatch);
                EXPECT_TRUE(b->hidden.empty());
                const bool hidden = !active || must_be_hidden(person, policy.members.at(asker).name, purpose);
                const bool same = without_random_fields(a->message) == without_random_fields(b->message);
                EXPECT_EQ(same, hidden) << asker << " " << purpose << " " << citizenship << " " << shielded;
                EXPECT_EQ(a->hidden.size(), hidden && active ? 1U : 0U) << "the protection desk's";
                if (!hidden) {
                  EXPECT_EQ(outcome_of(*a), Outcome::kMatch);
                }
                (hidden ? equal : shown) += 1;
              }
            }
          }
        }
      }
    }
  }
  EXPECT_GT(equal, 20);
  EXPECT_GT(shown, 5) << "the control: who is not hidden is found";
  std::cout << "{\"test\":\"shield-answers\",\"compared\":" << compared << ",\"equal\":" << equal
            << ",\"shown\":" << shown << "}\n";
}

TEST(Shield, WhoIsHiddenByOneGalleryIsHiddenInEveryOther) {
  MemberConfig config;
  config.own_citizens = {"passports"};
  config.residents = {"permits"};
  Responder node("bel", config);
  for (int i = 1; i <= 6; ++i) node.enrol("p" + std::to_string(i), i);
  const auto standing = standing_of("bel");
  const auto outcome_in = [&](const std::vector<std::string>& galleries) {
    EXPECT_TRUE(node.engine().set_galleries({}, "p3", "e", galleries).ok());
    const auto composed =
        node.answering().compose(question(standing, "aru", "border.identity", Responder::fingers(kMated, 99)));
    EXPECT_TRUE(composed.ok());
    EXPECT_EQ(composed->hidden.size(), outcome_of(*composed) == Outcome::kMatch ? 0U : 1U);
    return outcome_of(*composed);
  };
  EXPECT_EQ(outcome_in({"default"}), Outcome::kMatch);
  EXPECT_EQ(outcome_in({"default", "passports"}), Outcome::kNoMatch);
  EXPECT_EQ(outcome_in({"default", "permits"}), Outcome::kNoMatch);
  EXPECT_EQ(outcome_in({"default", "visa"}), Outcome::kMatch);
}

// What is written, and what leaves, is alike too.
TEST(Shield, AHiddenHitLeavesTheSameRowsLeavesAndLengths) {
  TwoGalleries galleries;
  const auto standing = standing_of("bel");
  galleries.protect({"own", false, {}, {}}, true, standing->policy);
  const Arrived one = question(standing, "aru", "border.identity", Responder::fingers(kMated, 99));
  struct Left {
    std::size_t head = 0;
    std::size_t envelope = 0;
    std::size_t rows = 0;
    std::int64_t due = 0;
  };
  const auto answered = [&](Responder& node) {
    std::size_t damaged = 0;
    const auto leaving = node.answering().answer(copy_of(one));
    EXPECT_TRUE(leaving.ok() && *leaving);
    Left out;
    const auto all = node.rows().all(damaged);
    out.rows = all->size();
    for (const auto& row : *all) {
      if (row.id == (*leaving)->row) out.head = row.head.size();
    }
    out.envelope = node.answering().envelope((*leaving)->row)->size();
    out.due = (*leaving)->due_ms;
    return out;
  };
  const Left a = answered(galleries.mated());
  const Left b = answered(galleries.unlike());
  EXPECT_EQ(a.head, kCaseRowBytes);
  EXPECT_EQ(a.head, b.head);
  EXPECT_EQ(a.envelope, b.envelope);
  EXPECT_EQ(a.rows, b.rows);
  EXPECT_EQ(a.due, b.due);
  EXPECT_EQ(galleries.mated().answering().hidden_hits().size(), 1U);
  EXPECT_EQ(galleries.mated().answering().hidden_hits()[0].rule, "own_citizen");
  EXPECT_EQ(galleries.mated().answering().hidden_hits()[0].person_id, "p3");
  EXPECT_TRUE(galleries.unlike().answering().hidden_hits().empty());
  EXPECT_EQ(galleries.mated().close_and_count_leaves(), galleries.unlike().close_and_count_leaves());
}

// -- When people are erased

bool is_kept(Responder& node, const std::string& person) {
  std::size_t damaged = 0;
  const auto all = node.rows().all(damaged);
  EXPECT_EQ(damaged, 0U);
  return std::any_of(all->begin(), all->end(),
                     [&](const auto& row) { return as_text(row.head).find(person) != std::string_view::npos; });
}

void read_again(Responder& node) {
  node.reopen();
  std::size_t damaged = 0;
  const auto kept = node.rows().all(damaged);
  for (const auto& row : *kept) {
    if (row.id.starts_with(kProtectionRows)) {
      EXPECT_TRUE(node.shield().take(row.head).ok());
    }
    if (row.id.starts_with(kCaseRows)) {
      EXPECT_TRUE(node.answering().take_case(row.id, row.head, tests::kNow).ok());
    }
    if (row.id == kHitsRow) {
      EXPECT_TRUE(node.answering().take_hits(row.head).ok());
    }
  }
  node.answering().count_hits_again();
}

TEST(Shield, AProtectionGoesWithTheLastEncounterOfItsPersonAndNotBefore) {
  Responder node("bel");
  const auto standing = standing_of("bel");
  const engine::Protection protection{"own", true, {}, 1980};
  ASSERT_TRUE(node.shield().set({}, "protected-before", protection, standing->policy).ok());
  node.enrol("protected-person", 1);
  engine::EnrolRequest second;
  second.person_id = "protected-person";
  second.encounter_id = "another";
  second.galleries = {"default"};
  second.samples = Responder::fingers(1, 2);
  second.person_rule = engine::PersonRule::kExisting;
  ASSERT_TRUE(node.engine().enrol({}, second).ok());
  ASSERT_TRUE(node.shield().set({}, "protected-person", protection, standing->policy).ok());
  ASSERT_TRUE(node.engine().erase_encounter({}, "protected-person", "e").ok());
  EXPECT_EQ(node.shield().of("protected-person").citizenship, "own");
  ASSERT_TRUE(node.engine().erase_encounter({}, "protected-person", "another").ok());
  EXPECT_EQ(node.shield().of("protected-person").citizenship, "other");
  EXPECT_FALSE(node.shield().of("protected-person").birth_year);
  EXPECT_FALSE(is_kept(node, "protected-person"));
  read_again(node);
  EXPECT_FALSE(node.shield().of("protected-person").shielded);
  EXPECT_TRUE(node.shield().of("protected-before").shielded) << "who is not enrolled yet";
  // And it goes with them where they are enrolled then.
  node.enrol("protected-before", 2);
  ASSERT_TRUE(node.engine().erase_person({}, "protected-before").ok());
  EXPECT_FALSE(is_kept(node, "protected-before"));
}

TEST(Shield, AProtectionOfAnEarlierBuildGoesToo) {
  Responder node("bel");
  node.enrol("protected-person", 1);
  const ProtectionRow row{"protected-person", {"own", false, {}, {}}};
  ASSERT_TRUE(node.rows().change(protection_name(row.person_id), encoded(row), {}).ok());
  read_again(node);
  EXPECT_EQ(node.shield().of("protected-person").citizenship, "own");
  ASSERT_TRUE(node.engine().erase_person({}, "protected-person").ok());
  EXPECT_FALSE(is_kept(node, "protected-person"));
  EXPECT_EQ(node.shield().of("protected-person").citizenship, "other");
}

TEST(Shield, OfWhoIsErasedNoHitIsKeptHiddenOrTold) {
  Responder node("bel");
  node.enrol("hidden-person", kMated);
  node.enrol("told-person", 2);
  const auto standing = standing_of("bel");
  ASSERT_TRUE(node.shield().set({}, "hidden-person", {"own", false, {}, {}}, standing->policy).ok());
  for (const int person : {kMated, 2}) {
    const auto leaving =
        node.answering().answer(question(standing, "aru", "border.identity", Responder::fingers(person, 99)));
    ASSERT_TRUE(leaving.ok() && *leaving);
  }
  ASSERT_TRUE(node.answering().sweep(standing->policy.retention, tests::kNow).ok());  // the counts are on disk
  ASSERT_TRUE(node.answering().forget_gone(9).ok());
  ASSERT_EQ(node.answering().hidden_hits().size(), 1U);
  EXPECT_TRUE(is_kept(node, "hidden-person"));
  EXPECT_TRUE(is_kept(node, "told-person"));
  for (const std::string person : {"hidden-person", "told-person"}) {
    ASSERT_TRUE(node.engine().erase_person({}, person).ok());
  }
  // One at a time, in turn.
  for (int turn = 0; turn < 3; ++turn) ASSERT_TRUE(node.answering().forget_gone(1).ok());
  EXPECT_TRUE(node.answering().hidden_hits().empty());
  EXPECT_FALSE(is_kept(node, "hidden-person"));
  EXPECT_FALSE(is_kept(node, "told-person"));
  read_again(node);
  EXPECT_TRUE(node.answering().hidden_hits().empty());
}

// Whoever stands behind somebody hidden is still found.
TEST(Shield, SomebodyHiddenHidesNobodyElse) {
  Responder node("bel");
  node.enrol("hidden", kMated);
  node.enrol("twin", kMated);
  const auto standing = standing_of("bel");
  ASSERT_TRUE(node.shield().set({}, "hidden", {"own", false, {}, {}}, standing->policy).ok());
  const auto composed =
      node.answering().compose(question(standing, "aru", "border.identity", Responder::fingers(kMated, 99)));
  ASSERT_TRUE(composed.ok());
  EXPECT_EQ(outcome_of(*composed), Outcome::kMatch);
  EXPECT_EQ(composed->hidden.size(), 1U);
}

TEST(Shield, WhatIsKnownOfAPersonIsKeptAndChecked) {
  Responder node("bel");
  const auto policy = tests::example_policy();
  const engine::Protection person{"resident", true, {"c.rbdes.test"}, 1990};
  ASSERT_TRUE(node.shield().set({}, "p", person, policy).ok());
  EXPECT_FALSE(node.shield().set({}, "p", {"king", false, {}, {}}, policy).ok());
  EXPECT_FALSE(node.shield().set({}, "p", {"own", false, {"nobody.test"}, {}}, policy).ok());
  EXPECT_FALSE(node.shield().set({}, "p", {"own", false, {}, 18}, policy).ok());
  std::size_t damaged = 0;
  const auto rows = node.rows().all(damaged);
  ASSERT_EQ(rows->size(), 1U);
  node.reopen();
  ASSERT_TRUE(node.shield().take(rows->front().head).ok());
  EXPECT_EQ(node.shield().of("p").never_to, person.never_to);
  EXPECT_TRUE(node.shield().of("p").shielded);
  EXPECT_EQ(node.shield().age_of("p", 2026), 35);
  EXPECT_EQ(node.shield().age_of("q", 2026), -1);
}

}  // namespace
}  // namespace whorl::member
