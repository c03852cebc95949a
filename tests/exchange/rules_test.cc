// What the example's policy says of single questions: a table.
#include "exchange/policy/rules.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <functional>

#include "tests/exchange/example.h"

namespace whorl::tests {
namespace {

using namespace exchange;
using testing::ElementsAre;

Ask asylum(std::string from) {
  return {std::move(from),
          "asylum.registration",
          "claim_review",
          "officer",
          Lane::kUrgent,
          AgeGroup::kAdult,
          {},
          "ZZZ",
          {}};
}

SendPlan plan_of(const Policy& policy, const Ask& ask) {
  const auto plan = admit_send(policy, ask);
  EXPECT_TRUE(std::holds_alternative<SendPlan>(plan));
  return std::holds_alternative<SendPlan>(plan) ? std::get<SendPlan>(plan) : SendPlan();
}

TEST(AdmitSend, AsksThoseThatThePairsName) {
  const SendPlan plan = plan_of(example_policy(), asylum("aru"));
  EXPECT_THAT(plan.members, ElementsAre("bel", "cor"));
  EXPECT_THAT(plan.not_asked,
              ElementsAre(SendPlan::NotAsked{"del", LeftOut::kPair}, SendPlan::NotAsked{"esp", LeftOut::kPair}));
  EXPECT_DOUBLE_EQ(plan.fpir_each, 0.0005);
}

TEST(AdmitSend, NeverAsksACountryThatThePersonFears) {
  Ask ask = asylum("aru");
  ask.avoid = {"BEL"};
  EXPECT_THAT(plan_of(example_policy(), ask).members, ElementsAre("cor"));
  ask.avoid = {};
  ask.country = "COR";
  EXPECT_THAT(plan_of(example_policy(), ask).members, ElementsAre("bel"));
}

// Else a member would see that another was left out, and so that the person fears it.
TEST(AdmitSend, TheShareOfFalsePositivesDoesNotTellWhoIsLeftOut) {
  Ask ask = asylum("aru");
  const double everybody = plan_of(example_policy(), ask).fpir_each;
  ask.avoid = {"BEL"};
  EXPECT_EQ(plan_of(example_policy(), ask).fpir_each, everybody);
  ask.members = {"cor"};
  EXPECT_EQ(plan_of(example_policy(), ask).fpir_each, everybody);
}

TEST(AdmitSend, AsksNobodyWhereTheCountryIsNotKnownAndNobodyIsSafe) {
  Ask ask = asylum("aru");
  ask.country = "";
  EXPECT_TRUE(plan_of(example_policy(), ask).members.empty());
  Policy policy = example_policy();
  policy.purposes["asylum.registration"].safe_for_unknown = {"cor"};
  EXPECT_THAT(plan_of(policy, ask).members, ElementsAre("cor"));
  ask.purpose = "border.identity";
  ask.reason = "no_document";
  EXPECT_THAT(plan_of(policy, ask).members, ElementsAre("bel", "cor"));
}

TEST(AdmitSend, RefusesWhatThePurposeDoesNotHave) {
  const auto refusal = [](auto change) {
    Ask ask = asylum("aru");
    change(ask);
    const auto plan = admit_send(example_policy(), ask);
    return std::holds_alternative<Refusal>(plan) ? std::string(name_of(std::get<Refusal>(plan))) : "asked";
  };
  EXPECT_EQ(refusal([](Ask&) {}), "asked");
  EXPECT_EQ(refusal([](Ask& ask) { ask.purpose = "curiosity"; }), "purpose");
  EXPECT_EQ(refusal([](Ask& ask) { ask.reason = "routine"; }), "purpose");
  EXPECT_EQ(refusal([](Ask& ask) { ask.role = "operator"; }), "purpose");
  EXPECT_EQ(refusal([](Ask& ask) { ask.lane = Lane::kBorder; }), "purpose");
  EXPECT_EQ(refusal([](Ask& ask) { ask.age = AgeGroup::kUnder6; }), "age");
}

TEST(OldEnough, AnUnknownAgePassesTheGeneralMinimumAndNotAPurposesOwn) {
  const GeneralRules rules = example_policy().rules;
  EXPECT_TRUE(old_enough(rules, "border.identity", AgeGroup::kUnknown));
  EXPECT_FALSE(old_enough(rules, "return.identity", AgeGroup::kUnknown));
  EXPECT_FALSE(old_enough(rules, "return.identity", AgeGroup::k14To17));
  EXPECT_TRUE(old_enough(rules, "return.identity", AgeGroup::kAdult));
  EXPECT_FALSE(old_enough(rules, "border.identity", AgeGroup::kUnder6));
}

std::string received(const std::function<void(Received&)>& change) {
  Received check{"aru",  "bel", "asylum.registration", "claim_review", "officer", Lane::kUrgent, AgeGroup::kAdult,
                 0.0005, true};
  change(check);
  const auto refusal = admit_receive(example_policy(), check);
  return refusal ? std::string(name_of(*refusal)) : "searched";
}

TEST(AdmitReceive, IsTheSameTableOnTheOtherSide) {
  EXPECT_EQ(received([](Received&) {}), "searched");
  EXPECT_EQ(received([](Received& check) {
              check.from = "esp";
              check.fpir = 0.0005;
            }),
            "purpose");
  EXPECT_EQ(received([](Received& check) { check.from = "del"; }), "pair");
  EXPECT_EQ(received([](Received& check) { check.to = "del"; }), "pair");
  EXPECT_EQ(received([](Received& check) { check.from = "nobody"; }), "pair");
  EXPECT_EQ(received([](Received& check) { check.purpose = "return.identity"; }), "purpose");
  EXPECT_EQ(received([](Received& check) { check.reason = "forged"; }), "purpose");
  EXPECT_EQ(received([](Received& check) { check.role = "protection"; }), "purpose");
  EXPECT_EQ(received([](Received& check) { check.lane = Lane::kBorder; }), "purpose");
  EXPECT_EQ(received([](Received& check) { check.age = AgeGroup::kUnder6; }), "age");
  EXPECT_EQ(received([](Received& check) { check.psk = false; }), "psk");
  EXPECT_EQ(received([](Received& check) { check.fpir = 0.001; }), "fpir");
  EXPECT_EQ(received([](Received& check) { check.fpir = 0; }), "fpir");
  EXPECT_EQ(received([](Received& check) { check.fpir = std::nan(""); }), "fpir");
}

std::string hidden(const CandidateFacts& facts, std::string_view asker, std::string_view purpose) {
  const auto rule = suppress(example_policy(), facts, asker, purpose);
  return rule ? std::string(name_of(*rule)) : "shown";
}

TEST(Suppress, TheTable) {
  const CandidateFacts other;
  EXPECT_EQ(hidden(other, "bel", "border.identity"), "shown");
  EXPECT_EQ(hidden({Citizenship::kOwn}, "bel", "border.identity"), "own_citizen");
  EXPECT_EQ(hidden({Citizenship::kOwn}, "bel", "asylum.registration"), "shown");
  EXPECT_EQ(hidden({Citizenship::kResident}, "bel", "border.identity"), "resident");
  EXPECT_EQ(hidden({Citizenship::kResident}, "bel", "asylum.registration"), "shown");
  EXPECT_EQ(hidden({Citizenship::kOther, true, {}, true}, "bel", "border.identity"), "shown");
  EXPECT_EQ(hidden({Citizenship::kOther, true, {}, true}, "bel", "return.identity"), "shielded");
  EXPECT_EQ(hidden({Citizenship::kOther, true, {"bel"}, true}, "bel", "border.identity"), "never_to");
  EXPECT_EQ(hidden({Citizenship::kOther, false, {"bel"}, true}, "bel", "asylum.registration"), "never_to");
  EXPECT_EQ(hidden({Citizenship::kOther, false, {"bel"}, true}, "cor", "border.identity"), "shown");
  EXPECT_EQ(hidden({Citizenship::kOther, false, {}, false}, "bel", "asylum.registration"), "inactive");
}

TEST(MayDecideMatch, AChildNeedsTwoFingersAndAFaceAloneDecidesNothing) {
  const GeneralRules rules = example_policy().rules;
  EXPECT_TRUE(may_decide_match(rules, {30, 1, false}));
  EXPECT_TRUE(may_decide_match(rules, {-1, 1, false}));
  EXPECT_FALSE(may_decide_match(rules, {17, 1, true}));
  EXPECT_TRUE(may_decide_match(rules, {17, 2, false}));
  EXPECT_FALSE(may_decide_match(rules, {30, 0, true}));
  EXPECT_FALSE(may_decide_match(rules, {30, 0, false}));
}

TEST(MayRelease, ItemsOfficersAndTheirSignIn) {
  const Policy policy = example_policy();
  const Officer officer{"release", "o1", Seconds(60)};
  const auto said = [&](const ReleaseQuestion& question, const Officer& first, const std::optional<Officer>& second) {
    const auto why = may_release(policy, question, first, second);
    return why ? std::string(name_of(*why)) : "released";
  };
  const ReleaseQuestion border{"aru", "bel", "border.identity", {Item::kIdentity}};
  EXPECT_EQ(said(border, officer, {}), "released");
  EXPECT_EQ(said({"aru", "bel", "border.identity", {Item::kStatus}}, officer, {}), "items");
  EXPECT_EQ(said({"aru", "bel", "border.identity", {}}, officer, {}), "items");
  EXPECT_EQ(said({"aru", "bel", "return.identity", {Item::kIdentity}}, officer, {}), "purpose");
  EXPECT_EQ(said({"aru", "esp", "border.identity", {Item::kIdentity}}, officer, {}), "pair");
  EXPECT_EQ(said(border, {"officer", "o1", Seconds(60)}, {}), "role");
  EXPECT_EQ(said(border, {"release", "o1", Seconds(301)}, {}), "sign_in_again");
  EXPECT_EQ(said(border, {"release", "o1", Seconds(-1)}, {}), "sign_in_again");
  const ReleaseQuestion claim{"aru", "bel", "asylum.registration", {Item::kStatus}};
  EXPECT_EQ(said(claim, officer, {}), "second_officer");
  EXPECT_EQ(said(claim, officer, officer), "second_officer");
  EXPECT_EQ(said(claim, officer, Officer{"release", "o2", Seconds(60)}), "released");
  EXPECT_EQ(said(claim, officer, Officer{"reviewer", "o2", Seconds(60)}), "role");
}

TEST(RetentionDue, EachKindHasItsTime) {
  const Retention times = example_policy().retention;
  const Time since{};
  EXPECT_EQ(retention_due(times, Kept::kCaseNoMatch, since) - since, Seconds(86400));
  EXPECT_EQ(retention_due(times, Kept::kProbeForRelease, since) - since, Seconds(48 * 3600));
  EXPECT_EQ(retention_due(times, Kept::kGalleryAsylum, since) - since, Seconds(3 * 365 * 86400));
}

TEST(TakesVersion, TheEarlierOneForADay) {
  Policy earlier = example_policy();
  Policy current = earlier;
  earlier.serial = 16;
  const Time begins = current.valid_from;
  EXPECT_TRUE(takes_version(current, &earlier, current.id(), begins));
  EXPECT_TRUE(takes_version(current, &earlier, earlier.id(), begins + Seconds(86399)));
  EXPECT_FALSE(takes_version(current, &earlier, earlier.id(), begins + Seconds(86400)));
  EXPECT_FALSE(takes_version(current, nullptr, earlier.id(), begins));
  EXPECT_FALSE(takes_version(current, &earlier, "17/0000000000000000", begins));
}

}  // namespace
}  // namespace whorl::tests
