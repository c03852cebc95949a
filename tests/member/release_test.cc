// A release of data from a request to a decision: who may decide what, and what reaches the asker.
#include <gmock/gmock.h>

#include "tests/member/release_fixture.h"

namespace whorl::member {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

constexpr std::size_t kIdCharacters = exchange::kIdCharacters;

TEST_F(ReleaseTest, WhatTheOfficerReleasesReachesTheAskerWithItsTerms) {
  const std::string request = request_for("anna");
  ASSERT_NE(request, "");
  EXPECT_EQ(view().state, "waiting");
  const auto decided = decide(request, {"document", "identity"}, officer_b_);
  ASSERT_TRUE(decided.ok()) << decided.error().text();
  EXPECT_EQ(decided->state, "released");
  deliver();
  const auto got = view();
  EXPECT_EQ(got.state, "released");
  EXPECT_THAT(got.data, HasSubstr(R"("identity":{"lastName":"Vela"})"));
  EXPECT_THAT(got.data, HasSubstr(R"("document":{"documentNumber":"X1"})"));
  EXPECT_THAT(got.purposes, ElementsAre("border.identity"));
  EXPECT_EQ(*got.delete_by, now() + b_standing_->policy.retention.released_data);
  EXPECT_EQ(got.officer.size(), kIdCharacters) << "a pseudonym";
  EXPECT_THAT(b_node_.log(), testing::Contains("decide released u-b"));
  EXPECT_THAT(a_node_.log(), testing::Contains("ask_release asked u-a"));
  EXPECT_THAT(a_node_.log(), testing::Contains(testing::StartsWith("receive released")));
  const auto entries = *disclosures_->list(officer_b_);
  ASSERT_EQ(entries.size(), 1U);
  EXPECT_EQ(entries[0].member, "a.rbdes.test");
  EXPECT_EQ(entries[0].person_id, "anna");
  EXPECT_THAT(entries[0].items, ElementsAre("identity", "document"));
  EXPECT_THAT(entries[0].officers, ElementsAre("https://idp.test u-b"));
}

TEST_F(ReleaseTest, TheOfficerSeesWhatWasSentAndWhatIsKept) {
  const std::string request = request_for("anna");
  const auto dossier = releasing_->request(officer_b_, request, *b_standing_);
  ASSERT_TRUE(dossier.ok()) << dossier.error().text();
  EXPECT_EQ(dossier->request.person_id, "anna");
  EXPECT_EQ(dossier->request.basis, "at the border");
  EXPECT_EQ(dossier->request.score_db, 55);
  EXPECT_THAT(dossier->request.allowed, ElementsAre("identity", "document"));
  ASSERT_EQ(dossier->probe.size(), 1U);
  EXPECT_EQ(as_text(dossier->probe[0].bytes), "anna");
  EXPECT_EQ(dossier->comparison.fingers.size(), 1U);
  ASSERT_EQ(dossier->encounters.size(), 1U);
  ASSERT_TRUE(decide(request, {}, officer_b_).ok());
  EXPECT_TRUE(releasing_->request(officer_b_, request, *b_standing_)->probe.empty()) << "it goes with the decision";
}

// -- Of one length, on one way ----------------------------------------------------------------------------------------

TEST_F(ReleaseTest, ARefusalIsAsLongAsARelease) {
  ASSERT_TRUE(decide(request_for("anna"), {"identity", "document"}, officer_b_).ok());
  const std::size_t released = deliver();
  ASSERT_TRUE(decide(request_for("bela"), {}, officer_b_).ok());
  EXPECT_EQ(deliver(), released);
  EXPECT_EQ(view().state, "refused");
  EXPECT_EQ(view().why, "officer");
  EXPECT_EQ(view().data, "");
  EXPECT_GT(released, exchange::payload_bytes(exchange::Size::kSmall));
}

TEST_F(ReleaseTest, OfAProtectedPersonARequestEndsAsOfOneWhoIsNotThere) {
  ASSERT_TRUE(shield_->set({}, "bela", {"own", false, {}, {}}, b_standing_->policy).ok());
  std::vector<std::size_t> lengths;
  for (const std::string person : {"bela", "nobody"}) {
    check_ = check(person);
    EXPECT_EQ(asking_->check(officer_a_, check_)->result, "no_match");
    EXPECT_EQ(ask_data(check_, person).error().code(), "no_match_to_release") << "an honest node does not ask";
    take(forged_request(check_, person));
    ASSERT_EQ(to_leave_.size(), 1U);
    lengths.push_back(releasing_->envelope(to_leave_.back().row)->size());
    EXPECT_EQ(refusal_of(to_leave_.back()), "refused not_open");
    to_leave_.clear();
    EXPECT_TRUE(releasing_->requests(officer_b_, *b_standing_)->empty()) << "no officer is asked";
  }
  EXPECT_EQ(lengths[0], lengths[1]);
  EXPECT_TRUE(disclosures_->list(officer_b_)->empty());
}

TEST_F(ReleaseTest, WhoIsProtectedAfterTheMatchIsNotReleased) {
  const std::string request = request_for("anna");
  ASSERT_TRUE(shield_->set({}, "anna", {"other", false, {"a.rbdes.test"}, {}}, b_standing_->policy).ok());
  EXPECT_EQ(decide(request, {"identity"}, officer_b_).error().code(), "release_not_allowed");
  const auto dossier = releasing_->request(officer_b_, request, *b_standing_);
  EXPECT_TRUE(dossier->request.allowed.empty());
  EXPECT_TRUE(dossier->encounters.empty());
  ASSERT_TRUE(decide(request, {}, officer_b_).ok());
  deliver();
  EXPECT_EQ(view().why, "officer") << "as any refusal";
}

// -- When the person is erased

TEST_F(ReleaseTest, ARequestThatWaitsIsClosedWhenItsPersonIsErasedAndNamesThemNoMore) {
  const std::string request = request_for("anna");
  ASSERT_NE(request, "");
  EXPECT_TRUE(releasing_->end_of_gone(*b_standing_, 9)->empty()) << "she is there";
  b_node_.erase("anna");
  const auto closed = releasing_->end_of_gone(*b_standing_, 9);
  ASSERT_TRUE(closed.ok()) << closed.error().text();
  ASSERT_EQ(closed->size(), 1U);
  EXPECT_TRUE(releasing_->end_of_gone(*b_standing_, 9)->empty()) << "once";
  EXPECT_TRUE(releasing_->requests(officer_b_, *b_standing_)->empty());
  EXPECT_EQ(decide(request, {}, officer_b_).error().kind, ErrorKind::kNotFound);
  EXPECT_TRUE(disclosures_->list(officer_b_)->empty());
  for (const auto& row : rows_of(b_node_)) {
    if (!row.id.starts_with(kReleaseCaseRows)) continue;
    EXPECT_EQ(as_text(row.head).find("anna"), std::string_view::npos);
    EXPECT_FALSE((*b_node_.store().request(row.id)).has_value()) << "the probe has gone";
  }
  to_leave_.push_back(closed->front());
  deliver();
  EXPECT_EQ(view().state, "refused");
  EXPECT_EQ(view().why, "not_open") << "as of what was no match";
}

TEST_F(ReleaseTest, NothingIsReleasedOfWhoWasErasedAndTheRefusalOutlivesARestart) {
  const std::string request = request_for("anna");
  ASSERT_NE(request, "");
  b_node_.erase("anna");
  EXPECT_FALSE(decide(request, {"identity"}, officer_b_).ok()) << "nothing is released of nobody";
  ASSERT_EQ(releasing_->end_of_gone(*b_standing_, 1)->size(), 1U);
  open_both();
  EXPECT_TRUE(releasing_->requests(officer_b_, *b_standing_)->empty());
  EXPECT_EQ(to_leave_.size(), 1U) << "and its refusal leaves after a restart";
}

TEST_F(ReleaseTest, WhoIsErasedWhileItIsDecidedIsNotReleased) {
  const std::string request = request_for("anna");
  b_node_.store().erase_while_worked_on("anna");
  const auto decided = decide(request, {"identity"}, officer_b_);
  ASSERT_TRUE(decided.ok()) << decided.error().text();
  EXPECT_EQ(decided->state, "refused");
  EXPECT_EQ(b_node_.store().begun().back(), release_case_name(request));
  EXPECT_EQ(b_node_.store().ended().back(), release_case_name(request));
  deliver();
  EXPECT_EQ(view().why, "not_open") << "as of what was no match";
  EXPECT_EQ(view().data, "");
}

TEST_F(ReleaseTest, OfWhoIsErasedWhileADecisionIsOnItsWayNothingIsWrittenAgain) {
  for (const bool before : {true, false}) {
    const std::string person = before ? "anna" : "bela";
    const std::string row = release_case_name(request_for(person));
    ASSERT_TRUE(decide(row.substr(kReleaseCaseRows.size()), {"identity"}, officer_b_).ok());
    // An erasure takes the row, or comes while it is written.
    if (before) {
      ASSERT_TRUE(b_node_.store().erase(std::span(&row, 1)).ok());
    } else {
      b_node_.store().erase_while_worked_on(person);
    }
    EXPECT_TRUE(releasing_->sent(row, "receipt of a").ok());
    EXPECT_TRUE(releasing_->sent(row, "receipt of a").ok()) << "it is over";
    to_leave_.clear();
    for (const auto& each : rows_of(b_node_)) EXPECT_NE(each.id, row);
  }
}

TEST_F(ReleaseTest, ADecisionOfWhichAnErasureLeftTheHeadAloneGoesWhenItIsRead) {
  const std::string row = release_case_name(request_for("anna"));
  ASSERT_TRUE(decide(row.substr(kReleaseCaseRows.size()), {"identity"}, officer_b_).ok());
  b_node_.store().erase_bodies(row);
  open_both();
  EXPECT_TRUE(to_leave_.empty());
  for (const auto& each : rows_of(b_node_)) EXPECT_NE(each.id, row);
}

// -- Requests that are refused by the node ----------------------------------------------------------------------------

TEST_F(ReleaseTest, NobodyAsksWithOnePersonAndGetsAnother) {
  check_ = check("anna");
  ASSERT_TRUE(ask_data(check_, "bela").ok());
  take(request_of(check_));
  EXPECT_TRUE(releasing_->requests(officer_b_, *b_standing_)->empty());
  deliver();
  EXPECT_EQ(view().state, "refused");
  EXPECT_EQ(view().why, "other_probe");
}

TEST_F(ReleaseTest, AnotherMembersRequestForAMatchIsRefused) {
  check_ = check("anna");
  ASSERT_TRUE(ask_data(check_, "anna").ok());
  auto request = request_of(check_);
  request.message.common.iss = "c.rbdes.test";
  take(request);
  ASSERT_EQ(to_leave_.size(), 1U);
  EXPECT_EQ(to_leave_[0].to, "c.rbdes.test");
  EXPECT_TRUE(releasing_->requests(officer_b_, *b_standing_)->empty());
}

TEST_F(ReleaseTest, AMatchIsAskedForOnceAndInItsTime) {
  check_ = check("anna");
  ASSERT_TRUE(ask_data(check_, "anna").ok());
  EXPECT_EQ(ask_data(check_, "anna").error().code(), "asked_already");
  take(request_of(check_));
  auto again = request_of(check_);
  again.message.common.jti = *exchange::new_id();
  take(again);
  ASSERT_EQ(to_leave_.size(), 1U) << "refused at once";
  EXPECT_EQ(releasing_->requests(officer_b_, *b_standing_)->size(), 1U);

  const std::string late = check("bela");
  pass(b_standing_->policy.followup_expires + std::chrono::minutes(1));
  ASSERT_TRUE(ask_data(late, "bela").ok());
  take(request_of(late));
  EXPECT_EQ(to_leave_.size(), 2U) << "too late after the answer";
}

TEST_F(ReleaseTest, AfterAFewRequestsForOneAnswerThereIsNoReplyAnyMore) {
  check_ = check("nobody");
  for (int i = 0; i < kMostReleaseRequests; ++i) take(forged_request(check_, "nobody"));
  EXPECT_EQ(to_leave_.size(), static_cast<std::size_t>(kMostReleaseRequests));
  take(forged_request(check_, "nobody"));
  EXPECT_EQ(to_leave_.size(), static_cast<std::size_t>(kMostReleaseRequests));
}

TEST_F(ReleaseTest, ItemsThatThePolicyDoesNotReleaseAreNotAskedFor) {
  check_ = check("anna");
  auto question = wish(check_, "anna");
  for (const std::string item : {"status", "everything"}) {
    question.items = {item};
    EXPECT_EQ(release_asking_->ask(officer_a_, question, *a_standing_).error().kind, ErrorKind::kInvalidInput) << item;
  }
  question.items = {};
  EXPECT_FALSE(release_asking_->ask(officer_a_, question, *a_standing_).ok());
  auto other = officer_a_;
  other.who.subject = "u-other";
  EXPECT_EQ(release_asking_->ask(other, wish(check_, "anna"), *a_standing_).error().code(), "unknown_check")
      << "another officer's check";
}

// -- Who decides ------------------------------------------------------------------------------------------------------

TEST_F(ReleaseTest, OnlyAReleaseOfficerSeesAndDecides) {
  const std::string request = request_for("anna");
  const auto asker = signed_in("u-x", "officer", "whorl.exchange.ask");
  EXPECT_EQ(releasing_->requests(asker, *b_standing_).error().kind, ErrorKind::kUnauthorised);
  EXPECT_EQ(releasing_->request(asker, request, *b_standing_).error().kind, ErrorKind::kUnauthorised);
  EXPECT_EQ(decide(request, {"identity"}, asker).error().kind, ErrorKind::kUnauthorised);
  EXPECT_EQ(disclosures_->list(asker).error().kind, ErrorKind::kUnauthorised);
  EXPECT_EQ(disclosures_->withdraw(asker, request).error().kind, ErrorKind::kUnauthorised);
  const auto other_role = signed_in("u-x", "supervisor", "whorl.release.decide");
  EXPECT_EQ(decide(request, {"identity"}, other_role).error().kind, ErrorKind::kUnauthorised) << "the policy's role";
  EXPECT_TRUE(to_leave_.empty());
}

// -- When they signed in ----------------------------------------------------------------------------------------------

TEST_F(ReleaseTest, WhoeverDecidesSignedInNoLongerAgoThanThePolicySays) {
  const std::string request = request_for("anna");
  b_standing_->policy.rules.release_relogin = exchange::Seconds(120);
  const auto refused = [&](std::optional<std::chrono::system_clock::time_point> at, engine::SignedInBy by,
                           const std::vector<std::string>& items) {
    engine::Call call = release_officer("u-b");
    call.who.by = by;
    call.who.signed_in_at = at;
    const auto out = decide_as(request, items, call);
    return out.ok() ? std::string("decided") : std::string(out.error().code());
  };
  const auto now_there = world_.now();
  for (const auto& at : {std::optional<std::chrono::system_clock::time_point>(), std::optional(now_there - 121s),
                         std::optional(now_there - 24h), std::optional(now_there + 1h)}) {
    for (const std::vector<std::string>& items : {std::vector<std::string>{"identity"}, std::vector<std::string>{}}) {
      EXPECT_EQ(refused(at, engine::SignedInBy::kToken, items), "sign_in_again") << "to refuse is to decide, too";
    }
  }
  EXPECT_EQ(refused(now_there, engine::SignedInBy::kCertificate, {"identity"}), "sign_in_again") << "a machine";
  EXPECT_TRUE(to_leave_.empty());
  EXPECT_EQ(releasing_->requests(officer_b_, *b_standing_)->size(), 1U) << "it still waits";
  EXPECT_TRUE(disclosures_->list(officer_b_)->empty());
  EXPECT_EQ(refused(now_there - 120s, engine::SignedInBy::kToken, {"identity"}), "decided");
}

TEST_F(ReleaseTest, EachOfTwoOfficersSignedInForTheirOwnDecision) {
  b_standing_->policy.rules.release_second_officer = {"border.identity"};
  const std::string request = request_for("anna");
  engine::Call first = release_officer("u-b");
  first.who.signed_in_at = world_.now();
  ASSERT_EQ(decide_as(request, {"identity"}, first)->decided, 1);
  pass(1h);  // the first one's sign-in is long ago, and was not when they decided
  engine::Call second = release_officer("u-c");
  second.who.signed_in_at = first.who.signed_in_at;
  EXPECT_EQ(decide_as(request, {"identity"}, second).error().code(), "sign_in_again") << "that of the first is no help";
  second.who.signed_in_at = world_.now();
  EXPECT_EQ(decide_as(request, {"identity"}, second)->state, "partly");
}

TEST_F(ReleaseTest, TheLocalUserOfANodeThatAsksNobodyDecides) {
  const std::string request = request_for("anna");
  EXPECT_EQ(decide_as(request, {}, engine::local_call())->state, "refused");
}

TEST_F(ReleaseTest, ARequestIsDecidedOnce) {
  const std::string request = request_for("anna");
  ASSERT_TRUE(decide(request, {}, officer_b_).ok());
  EXPECT_EQ(decide(request, {"identity"}, release_officer("u-c")).error().code(), "decided_already");
  EXPECT_EQ(decide("AAAAAAAAAAAAAAAAAAAAAA", {}, officer_b_).error().code(), "unknown_request");
  EXPECT_EQ(disclosures_->list(officer_b_)->size(), 1U);
}

TEST_F(ReleaseTest, ARequestThatNobodyDecidesLapsesAndTheAskerIsTold) {
  const std::string request = request_for("anna");
  const std::string row = release_case_name(request);
  ASSERT_TRUE(*b_node_.store().request(row));
  pass(b_standing_->policy.retention.probe_for_release);
  EXPECT_EQ(decide(request, {"identity"}, officer_b_).error().code(), "decided_already") << "too late";
  const auto lapsed = releasing_->pass_time(*b_standing_, now());
  ASSERT_TRUE(lapsed.ok()) << lapsed.error().text();
  ASSERT_EQ(lapsed->size(), 1U);
  EXPECT_FALSE(*b_node_.store().request(row)) << "the probe goes";
  EXPECT_TRUE(releasing_->requests(officer_b_, *b_standing_)->empty());
  EXPECT_EQ(releasing_->request(officer_b_, request, *b_standing_)->request.state, "lapsed");
  EXPECT_TRUE(disclosures_->list(officer_b_)->empty()) << "no officer has refused";
  ASSERT_TRUE(release_asking_->pass_time(a_standing_->policy.retention, now()).ok());
  EXPECT_EQ(view().state, "did_not_answer") << "which is no refusal";
  open_both();
  deliver();
  EXPECT_EQ(view().state, "refused");
  EXPECT_EQ(view().why, "not_decided");
  EXPECT_TRUE(releasing_->pass_time(*b_standing_, now())->empty()) << "once";
}

TEST_F(ReleaseTest, ADecisionIsTakenThoughTheAskerWasAwayForDays) {
  const std::string request = request_for("anna");
  pass(b_standing_->policy.retention.probe_for_release - std::chrono::seconds(1));
  ASSERT_TRUE(decide(request, {"identity"}, officer_b_).ok());
  pass(kDecisionsSent - std::chrono::hours(1));
  ASSERT_TRUE(release_asking_->pass_time(a_standing_->policy.retention, now()).ok());
  EXPECT_EQ(view().state, "did_not_answer");
  open_both();
  deliver();
  EXPECT_THAT(view().data, HasSubstr("Vela"));
}

TEST_F(ReleaseTest, TheReceiptOfADecisionIsKeptWithItsEntry) {
  const std::string request = request_for("anna");
  ASSERT_TRUE(decide(request, {"identity"}, officer_b_).ok());
  EXPECT_FALSE(disclosures_->list(officer_b_)->front().receipt_at);
  deliver();
  EXPECT_EQ(disclosures_->list(officer_b_)->front().receipt_at, now());
  for (const auto& row : rows_of(b_node_)) {
    if (row.id.starts_with(kDisclosureRows)) {
      EXPECT_EQ(parse_disclosure(row.head)->receipt, "receipt of a");
    }
  }
}

TEST_F(ReleaseTest, ADecisionThatComesTwiceIsKnownAgainThoughItsKeyIsGone) {
  const std::string request = request_for("anna");
  ASSERT_TRUE(decide(request, {"identity"}, officer_b_).ok());
  const Leaving leaving = to_leave_.back();
  const Sha256 digest = sha256_of({as_bytes(*releasing_->envelope(leaving.row))});
  const std::string mark = taken_mark(b_standing_->name, leaving.jti, digest);
  EXPECT_FALSE(release_asking_->took(mark));
  deliver();
  open_both();
  EXPECT_TRUE(release_asking_->took(mark));
  EXPECT_FALSE(release_asking_->took(taken_mark(a_standing_->name, leaving.jti, digest))) << "from somebody else";
}

TEST_F(ReleaseTest, WhatIsTooLongIsSaidBeforeAnybodyHasDecided) {
  b_standing_->policy.rules.release_second_officer = {"border.identity"};
  const std::string long_text(40'000, 'x');
  b_node_.keep("anna", "e1", R"({"lastName": ")" + long_text + R"(", "documentNumber": "X1"})");
  const std::string request = request_for("anna");
  const auto refused = decide(request, {"identity", "document"}, officer_b_);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().kind, ErrorKind::kInvalidInput);
  EXPECT_THAT(refused.error().text(), HasSubstr("identity 4"));
  EXPECT_EQ(releasing_->requests(officer_b_, *b_standing_)->front().decided, 0) << "of two officers not the first";
  ASSERT_TRUE(decide(request, {"document"}, officer_b_).ok());
  EXPECT_EQ(decide(request, {"document"}, release_officer("u-c"))->state, "partly");
}

TEST_F(ReleaseTest, WhereThePolicySaysSoTwoOfficersReleaseWhatBothName) {
  b_standing_->policy.rules.release_second_officer = {"border.identity"};
  const std::string request = request_for("anna");
  const auto first = decide(request, {"identity", "document"}, officer_b_);
  ASSERT_TRUE(first.ok()) << first.error().text();
  EXPECT_EQ(first->state, "waiting");
  EXPECT_EQ(first->decided, 1);
  EXPECT_TRUE(first->second_officer);
  EXPECT_TRUE(to_leave_.empty());
  EXPECT_EQ(decide(request, {"identity"}, officer_b_).error().code(), "decided_by_you") << "the same one";
  open_both();
  EXPECT_EQ(decide(request, {"identity"}, officer_b_).error().code(), "decided_by_you") << "after a restart";
  const auto second = decide(request, {"identity"}, release_officer("u-c"));
  ASSERT_TRUE(second.ok()) << second.error().text();
  EXPECT_EQ(second->state, "partly");
  deliver();
  EXPECT_THAT(view().data, HasSubstr("Vela"));
  EXPECT_THAT(view().data, Not(HasSubstr("X1")));
  EXPECT_THAT(disclosures_->list(officer_b_)->front().officers,
              ElementsAre("https://idp.test u-b", "https://idp.test u-c"));
}

TEST_F(ReleaseTest, TwoOfficersWhoAgreeOnNothingRefuse) {
  b_standing_->policy.rules.release_second_officer = {"border.identity"};
  const std::string request = request_for("anna");
  ASSERT_TRUE(decide(request, {"identity"}, officer_b_).ok());
  EXPECT_EQ(decide(request, {"document"}, release_officer("u-c"))->state, "refused");
  deliver();
  EXPECT_EQ(view().state, "refused");
}

TEST_F(ReleaseTest, OneOfTwoOfficersRefusesAlone) {
  b_standing_->policy.rules.release_second_officer = {"border.identity"};
  const std::string request = request_for("anna");
  EXPECT_EQ(decide(request, {}, officer_b_)->state, "refused");
}

TEST_F(ReleaseTest, NoMoreIsReleasedThanWasAskedForAndNoLongerThanThePolicySays) {
  const std::string request = request_for("anna");
  EXPECT_EQ(decide(request, {"status"}, officer_b_).error().code(), "items_malformed");
  std::optional<Leaving> leaving;
  const auto keep = [&](std::chrono::seconds time) {
    return releasing_->decide(anew(officer_b_), {request, {"identity"}, now() + time}, *b_standing_, leaving);
  };
  EXPECT_EQ(keep(b_standing_->policy.retention.released_data + std::chrono::seconds(1)).error().kind,
            ErrorKind::kInvalidInput);
  EXPECT_EQ(keep(std::chrono::seconds(0)).error().code(), "kept_too_long");
  ASSERT_TRUE(keep(std::chrono::hours(24)).ok());
  to_leave_.push_back(*leaving);
  deliver();
  EXPECT_EQ(view().state, "partly");
  EXPECT_EQ(*view().delete_by, now() + std::chrono::hours(24));
  pass(std::chrono::hours(24));
  EXPECT_EQ(view().data, "") << "not shown, though it is not deleted yet";
  ASSERT_TRUE(release_asking_->pass_time(a_standing_->policy.retention, now()).ok());
  EXPECT_EQ(view().data, "");
  EXPECT_EQ(view().change, "deleted");
}

// -- Restarts ---------------------------------------------------------------------------------------------------------

TEST_F(ReleaseTest, RequestsAndDecisionsOutliveTheirProcesses) {
  const std::string request = request_for("anna");
  open_both();
  ASSERT_EQ(releasing_->requests(officer_b_, *b_standing_)->size(), 1U);
  ASSERT_TRUE(decide(request, {"identity", "document"}, officer_b_).ok());
  open_both();
  deliver();
  open_both();
  EXPECT_TRUE(to_leave_.empty()) << "it has left";
  EXPECT_THAT(view().data, HasSubstr("Vela"));
  EXPECT_EQ(disclosures_->list(officer_b_)->size(), 1U);
}

TEST_F(ReleaseTest, WhatCannotBeKeptIsNotDecided) {
  const std::string request = request_for("anna");
  b_node_.store().refuse(unavailable("the disk is full"));
  EXPECT_EQ(decide(request, {"identity"}, officer_b_).error().kind, ErrorKind::kUnavailable);
  b_node_.store().refuse({});
  EXPECT_TRUE(to_leave_.empty());
  EXPECT_EQ(decide(request, {"identity"}, officer_b_)->state, "partly");
}

// However often the disk refuses it, in whichever of its rows: it is heard once it is kept.
TEST_F(ReleaseTest, ARequestThatCannotBeKeptIsTakenWhenItComesAgain) {
  for (const std::string person : {"anna", "bela"}) {
    const std::string rows = person == "anna" ? "release-case/" : "case/";
    check_ = check(person);
    ASSERT_TRUE(ask_data(check_, person).ok());
    const auto request = request_of(check_);
    ASSERT_EQ(answering_->seen(request, now()), exchange::ReplayTable::Seen::kNew);
    b_node_.store().refuse(unavailable("the disk is full"), rows);
    for (int n = 0; n <= kMostReleaseRequests; ++n)
      EXPECT_EQ(releasing_->take(request, *b_standing_).error().kind, ErrorKind::kUnavailable) << rows;
    answering_->forget(request);
    b_node_.store().refuse({});
    EXPECT_EQ(answering_->seen(request, now()), exchange::ReplayTable::Seen::kNew) << rows;
    take(request);
    const auto waiting = *releasing_->requests(officer_b_, *b_standing_);
    ASSERT_EQ(waiting.size(), 1U) << rows;
    ASSERT_TRUE(decide(waiting[0].request_id, {"identity"}, officer_b_).ok());
    deliver();
    EXPECT_EQ(view().state, "partly");
  }
}

TEST_F(ReleaseTest, AnAnswerThatCannotBeKeptIsNotShownAndIsTakenWhenItComesAgain) {
  const auto [check_id, leaving] = answered("anna");
  const std::string envelope = *answering_->envelope(leaving.row);
  a_node_.store().refuse(unavailable("the disk is full"), "ask/");
  EXPECT_EQ(asking_->take_answer(of_a(envelope, leaving.jti)).error().kind, ErrorKind::kUnavailable);
  EXPECT_EQ(asking_->check(officer_a_, check_id)->result, "waiting") << "what is not kept is not shown";
  a_node_.store().refuse({});
  EXPECT_TRUE(asking_->take_answer(of_a(envelope, leaving.jti)).ok()) << "its key is there yet";
  EXPECT_EQ(asking_->check(officer_a_, check_id)->result, "match");
}

// By a clock that jumped ahead nothing is deleted, decided or forgotten; nothing that is over is shown or decided
// either.
TEST_F(ReleaseTest, AClockThatJumpsAheadDeletesNothing) {
  const std::string first = request_for("anna");
  ASSERT_TRUE(decide(first, {"identity"}, officer_b_).ok());
  deliver();
  const std::string anna = check_;
  const std::string waiting = request_for("bela");
  ASSERT_NE(waiting, "");
  const auto right = now();
  const auto pass_time = [&](exchange::Time settled) {
    EXPECT_TRUE(asking_->pass_time(a_standing_->policy.retention, settled).ok());
    EXPECT_TRUE(release_asking_->pass_time(a_standing_->policy.retention, settled).ok());
    EXPECT_TRUE(disclosures_->pass_time(b_standing_->policy.retention, settled).ok());
    EXPECT_TRUE(answering_->sweep(b_standing_->policy.retention, settled).ok());
    return releasing_->pass_time(*b_standing_, settled)->size();
  };
  world_.set(right + std::chrono::hours(24 * 365 * 20));
  EXPECT_EQ(pass_time(right), 0U);
  EXPECT_EQ(release_asking_->view(officer_a_, anna, b_standing_->name)->data, "") << "not shown";
  EXPECT_EQ(decide(waiting, {"identity"}, officer_b_).error().kind, ErrorKind::kAlreadyExists);
  const auto again = forged_request(anna, "anna");
  EXPECT_EQ(answering_->seen(again, right), exchange::ReplayTable::Seen::kNew);
  EXPECT_EQ(answering_->seen(again, right), exchange::ReplayTable::Seen::kAgain);
  world_.set(right);
  EXPECT_THAT(release_asking_->view(officer_a_, anna, b_standing_->name)->data, HasSubstr("Vela"));
  EXPECT_EQ(disclosures_->list(officer_b_)->size(), 1U);
  EXPECT_EQ(decide(waiting, {"identity"}, officer_b_)->state, "partly");
  // Once it is believed all of it goes.
  world_.set(right + std::chrono::hours(24 * 365 * 20));
  pass_time(now());
  EXPECT_TRUE(disclosures_->list(officer_b_)->empty());
}

// Of a member that keeps to no quota: what is beyond is not taken, and so not signed for.
TEST_F(ReleaseTest, SoManyRequestsOfOneMemberAreKeptAndNoMore) {
  check_ = check("anna");
  ASSERT_TRUE(ask_data(check_, "anna").ok());
  const auto request = request_of(check_);
  ReleaseCaseRow row;
  row.member = a_standing_->name;
  row.state = ReleaseCaseRow::State::kDecided;
  row.sent = true;
  row.exp = row.received = now().time_since_epoch().count();
  for (std::size_t n = 0; n < kMostRequestsOfMember; ++n) {
    row.request_id = std::to_string(n);
    row.jti = "jti" + row.request_id;
    ASSERT_TRUE(releasing_->take_row(encoded(row)).ok());
  }
  EXPECT_EQ(releasing_->take(request, *b_standing_).error().kind, ErrorKind::kExhausted);
  pass(b_standing_->policy.retention.case_no_match);
  ASSERT_TRUE(releasing_->pass_time(*b_standing_, now()).ok());
  EXPECT_TRUE(releasing_->take(request, *b_standing_).ok()) << "those that were over have gone";
}

// What the disk refuses to let go of goes the next time.
TEST_F(ReleaseTest, DataWhoseTimeHasComeAreDeletedThoughTheDiskRefusedItFirst) {
  const std::string request = request_for("anna");
  std::optional<Leaving> leaving;
  const auto day = now() + std::chrono::hours(24);
  ASSERT_TRUE(releasing_->decide(anew(officer_b_), {request, {"identity"}, day}, *b_standing_, leaving).ok());
  to_leave_.push_back(*leaving);
  deliver();
  pass(std::chrono::hours(24));
  a_node_.store().refuse(unavailable("the disk is full"), "release-ask/");
  EXPECT_FALSE(release_asking_->pass_time(a_standing_->policy.retention, now()).ok());
  EXPECT_EQ(view().change, "");
  a_node_.store().refuse({});
  ASSERT_TRUE(release_asking_->pass_time(a_standing_->policy.retention, now()).ok());
  EXPECT_EQ(view().change, "deleted");
  EXPECT_EQ((*a_node_.store().result(release_ask_name(check_, b_standing_->name)))->size(), 0U);
}

TEST_F(ReleaseTest, AReleaseThatCannotBeKeptIsTakenWhenItComesAgain) {
  ASSERT_TRUE(decide(request_for("anna"), {"identity"}, officer_b_).ok());
  const Leaving leaving = to_leave_.back();
  const std::string envelope = *releasing_->envelope(leaving.row);
  a_node_.store().refuse(unavailable("the disk is full"));
  EXPECT_EQ(release_asking_->take_release(of_a(envelope, leaving.jti)).error().kind, ErrorKind::kUnavailable);
  a_node_.store().refuse({});
  EXPECT_TRUE(release_asking_->take_release(of_a(envelope, leaving.jti)).ok());
  EXPECT_EQ(view().state, "partly");
}

}  // namespace
}  // namespace whorl::member
