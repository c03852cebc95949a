// The members a and b without a switch: a asks, b answers, and each message is sealed at one and opened at the other.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "crypto/jose/base64url.h"
#include "crypto/jose/jwk.h"
#include "member/release_asking.h"
#include "member/releasing.h"
#include "member/row_names.h"
#include "tests/member/fake_node.h"
#include "tests/member/member_fixture.h"

namespace whorl::member {

class ReleaseTest : public testing::Test {
 protected:
  ReleaseTest() {
    b_config_.name = b_standing_->name;
    b_node_.keep("anna", "e1", R"({"lastName": "Vela", "documentNumber": "X1"})");
    b_node_.keep("bela", "e1", R"({"lastName": "Mori", "documentNumber": "X2"})");
    open_both();
  }

  // As after the end of both processes: what is on disk is read.
  void open_both() {
    auto& random = crypto::system_random();
    asking_ = std::make_unique<Asking>(Asking::With{a_keys_, a_node_, a_node_.store(), world_, random});
    release_asking_ =
        std::make_unique<ReleaseAsking>(Asking::With{a_keys_, a_node_, a_node_.store(), world_, random}, *asking_);
    for (const auto& row : rows_of(a_node_)) {
      if (row.id.starts_with(kCheckRows)) {
        EXPECT_TRUE(asking_->take_check(row.head).ok());
      }
      if (row.id.starts_with(kQuestionRows)) {
        EXPECT_TRUE(asking_->take_question(row.head).ok());
      }
      if (row.id == kPseudonymsRow) {
        EXPECT_TRUE(asking_->take_pseudonyms(row.head).ok());
      }
      if (row.id.starts_with(kReleaseAskRows)) {
        EXPECT_TRUE(release_asking_->take_row(row.head).ok());
      }
    }
    auto& rows = b_node_.store();
    shield_ = std::make_unique<Shield>(b_config_, b_node_, rows);
    answering_ = std::make_unique<Answering>(Answering::With{b_keys_, b_node_, rows, *shield_, world_, random});
    b_asking_ = std::make_unique<Asking>(Asking::With{b_keys_, b_node_, rows, world_, random});
    disclosures_ =
        std::make_unique<Disclosures>(Disclosures::With{b_config_, b_keys_, b_node_, rows, *shield_, world_, random});
    releasing_ = std::make_unique<Releasing>(Releasing::With{b_config_, b_keys_, b_node_, rows, *shield_, *answering_,
                                                             *b_asking_, *disclosures_, world_, random});
    to_leave_.clear();
    for (const auto& row : rows_of(b_node_)) {
      if (row.id == kPseudonymsRow) {
        EXPECT_TRUE(b_asking_->take_pseudonyms(row.head).ok());
      }
      if (row.id.starts_with(kProtectionRows)) {
        EXPECT_TRUE(shield_->take(row.head).ok());
      }
      if (row.id.starts_with(kCaseRows)) {
        EXPECT_TRUE(answering_->take_case(row.id, row.head, now()).ok());
      }
      if (row.id.starts_with(kDisclosureRows)) {
        EXPECT_TRUE(disclosures_->take_row(row.head).ok());
      }
      if (!row.id.starts_with(kReleaseCaseRows)) continue;
      EXPECT_TRUE(releasing_->take_row(row.head).ok());
    }
    for (const WaitsForSlot& each : releasing_->waiting(a_standing_->name)) {
      const auto leaving = releasing_->leaving(each.row);
      EXPECT_TRUE(leaving);
      to_leave_.push_back(*leaving);
    }
  }
  static std::vector<engine::KeptTask> rows_of(FakeNode& node) {
    std::size_t damaged = 0;
    return *node.store().all(damaged);
  }
  exchange::Time now() { return std::chrono::floor<exchange::Seconds>(world_.now()); }
  void pass(std::chrono::seconds time) { world_.set(world_.now() + time); }

  // An envelope opened by whom it is for.
  static exchange::Opened opened(const std::string& envelope, const Standing& standing, const std::string& from,
                                 const std::string& jti, const crypto::PrivateKey& key) {
    crypto::JweKey with;
    with.key = key;
    auto out = exchange::open(
        envelope, {standing.name, &standing.partners, [&](std::string_view) { return &with; }, {}, from, jti});
    EXPECT_TRUE(out.ok()) << out.error().text();
    return std::move(*out);
  }

  // a asks b for this person, and takes b's answer: the check.
  std::string check(const std::string& person) {
    const auto [check_id, leaving] = answered(person);
    EXPECT_TRUE(asking_->take_answer(of_a(*answering_->envelope(leaving.row), leaving.jti)).ok());
    return check_id;
  }
  // The same until the answer is on its way.
  std::pair<std::string, Leaving> answered(const std::string& person) {
    engine::CheckQuestion question;
    question.purpose = "border.identity";
    question.reason = "no_document";
    question.matter = "7";
    question.members = {b_standing_->name};
    question.samples = FakeNode::fingers(person);
    const auto asked = asking_->ask(officer_a_, question, {}, *a_standing_);
    EXPECT_TRUE(asked.ok()) << asked.error().text();
    const std::string jti = asking_->questions_of(asked->check_id).front();
    EXPECT_TRUE(asking_->seal(jti, day_.public_key()).ok());
    const auto sending = asking_->sending(jti);
    Arrived arrived{opened((*sending)->envelope, *b_standing_, a_standing_->name, jti, day_), b_standing_,
                    now().time_since_epoch().count() * 1000};
    const auto leaving = answering_->answer(std::move(arrived));
    EXPECT_TRUE(leaving.ok() && *leaving);
    return {asked->check_id, **leaving};
  }
  // What b sent, opened with the one-time key that a has for it.
  exchange::Opened of_a(const std::string& envelope, const std::string& jti) {
    crypto::JweKey key;
    auto out = exchange::open(envelope, {a_standing_->name,
                                         &a_standing_->partners,
                                         [&](std::string_view kid) -> const crypto::JweKey* {
                                           auto once = asking_->reply_key(kid);
                                           if (!once) once = release_asking_->reply_key(kid);
                                           if (!once) return nullptr;
                                           key.key = std::move(*once);
                                           return &key;
                                         },
                                         {},
                                         b_standing_->name,
                                         jti});
    EXPECT_TRUE(out.ok()) << out.error().text();
    return std::move(*out);
  }

  engine::ReleaseQuestion wish(const std::string& check_id, const std::string& person) const {
    return {check_id, b_standing_->name, {"identity", "document"}, "at the border", FakeNode::fingers(person)};
  }
  Result<engine::ReleaseView> ask_data(const std::string& check_id, const std::string& person) {
    return release_asking_->ask(officer_a_, wish(check_id, person), *a_standing_);
  }
  // The request as b opens it.
  exchange::Opened request_of(const std::string& check_id) {
    const auto sending = release_asking_->sending(release_ask_name(check_id, b_standing_->name));
    EXPECT_TRUE(sending.ok() && *sending);
    crypto::JweKey key;
    auto out = exchange::open((*sending)->envelope, {b_standing_->name,
                                                     &b_standing_->partners,
                                                     [&](std::string_view kid) -> const crypto::JweKey* {
                                                       auto once = answering_->release_key(kid);
                                                       if (!once) return nullptr;
                                                       key.key = std::move(*once);
                                                       return &key;
                                                     },
                                                     {},
                                                     a_standing_->name,
                                                     (*sending)->jti});
    EXPECT_TRUE(out.ok()) << out.error().text();
    return std::move(*out);
  }
  // One that no honest member makes: for an answer that was no match.
  exchange::Opened forged_request(const std::string& check_id, const std::string& person) {
    Question question;
    for (const auto& row : rows_of(a_node_)) {
      if (!row.id.starts_with(kQuestionRows)) continue;
      auto parsed = parse_question(row.head);
      if (parsed.ok() && parsed->check_id == check_id) question = std::move(*parsed);
    }
    const std::int64_t second = now().time_since_epoch().count();
    exchange::ReleaseRequest body{question.ref,
                                  question.handle,
                                  "border.identity",
                                  {"officer", *exchange::new_id(), "no_document", *exchange::new_id()},
                                  {exchange::Item::kIdentity},
                                  crypto::SecretBytes::copy_of(as_bytes("x")),
                                  exchange::Size::kSmall,
                                  {},
                                  day_.public_key()};
    body.probe.format = "native";
    body.probe.fingers.push_back({2, 0, 0, crypto::SecretBytes::copy_of(as_bytes(person))});
    const auto key = crypto::PublicKey::of(crypto::KeyKind::kX25519, *crypto::decode_base64url(question.release_key));
    exchange::Message message{{a_standing_->name, b_standing_->name, *exchange::new_id(), second,
                               second + a_standing_->policy.followup_expires.count(), a_standing_->policy.id()},
                              std::move(body)};
    return exchange::Opened{std::move(message), exchange::Size::kSmall, false, crypto::key_id(*key), {}};
  }
  // What a decision of b's node says to whoever holds day_.
  std::string refusal_of(const Leaving& leaving) {
    const auto message = opened(*releasing_->envelope(leaving.row), *a_standing_, b_standing_->name, leaving.jti, day_);
    const auto& release = std::get<exchange::Release>(message.message.body);
    return std::string(exchange::name_of(release.decision)) + " " + release.why;
  }
  // b takes it, and compares. What the node refuses by itself goes into to_leave_.
  void take(const exchange::Opened& request) {
    const auto taken = releasing_->take(request, *b_standing_);
    ASSERT_TRUE(taken.ok()) << taken.error().text();
    if (taken->leaving) to_leave_.push_back(*taken->leaving);
    if (taken->to_compare.empty()) return;
    const auto refused = releasing_->compare(taken->to_compare, *b_standing_);
    ASSERT_TRUE(refused.ok()) << refused.error().text();
    if (*refused) to_leave_.push_back(**refused);
  }
  // From the check of a person to a request that waits at b: its id, or nothing.
  std::string request_for(const std::string& person) {
    check_ = check(person);
    const auto asked = ask_data(check_, person);
    EXPECT_TRUE(asked.ok()) << asked.error().text();
    take(request_of(check_));
    const auto waiting = releasing_->requests(officer_b_, *b_standing_);
    return waiting.ok() && !waiting->empty() ? waiting->front().request_id : "";
  }
  // Somebody who has just signed in.
  engine::Call anew(engine::Call call) {
    call.who.signed_in_at = world_.now();
    return call;
  }
  Result<engine::ReleaseCase> decide(const std::string& request, const std::vector<std::string>& items,
                                     const engine::Call& call) {
    return decide_as(request, items, anew(call));
  }
  Result<engine::ReleaseCase> decide_as(const std::string& request, const std::vector<std::string>& items,
                                        const engine::Call& call) {
    std::optional<Leaving> leaving;
    auto out = releasing_->decide(call, {request, items, {}}, *b_standing_, leaving);
    if (leaving) to_leave_.push_back(*leaving);
    return out;
  }
  // b's last decision reaches a: the length of its envelope.
  std::size_t deliver() {
    EXPECT_EQ(to_leave_.size(), 1U);
    if (to_leave_.empty()) return 0;
    const Leaving leaving = to_leave_.back();
    to_leave_.clear();
    const std::string envelope = *releasing_->envelope(leaving.row);
    const Status taken = release_asking_->take_release(of_a(envelope, leaving.jti));
    EXPECT_TRUE(taken.ok()) << taken.error().text();
    EXPECT_TRUE(releasing_->sent(leaving.row, "receipt of a").ok());
    return envelope.size();
  }
  engine::ReleaseView view() { return *release_asking_->view(officer_a_, check_, b_standing_->name); }
  // b looks whether what it released has changed, and tells a. Gives how many notices a took.
  std::size_t follow() {
    EXPECT_TRUE(disclosures_->look(*b_standing_).ok());
    std::size_t out = 0;
    for (const std::string& id : disclosures_->to_send()) out += notice(id) ? 1 : 0;
    return out;
  }
  bool notice(const std::string& id) {
    EXPECT_TRUE(disclosures_->seal(id, day_.public_key(), *b_standing_).ok());
    const auto sending = disclosures_->sending(id);
    if (!sending.ok() || !*sending || (*sending)->envelope.empty()) return false;
    notices_.push_back((*sending)->envelope);
    const auto message = opened((*sending)->envelope, *a_standing_, b_standing_->name, (*sending)->jti, day_);
    if (!release_asking_->take_notice(message).ok()) return false;
    EXPECT_TRUE(disclosures_->taken(id, (*sending)->jti, "receipt").ok());
    return true;
  }

  // Who signed in at a member.
  static engine::Call signed_in(const std::string& name, const std::string& role, std::string_view scope) {
    engine::Call out;
    out.who.issuer = "https://idp.test";
    out.who.subject = name;
    out.who.by = engine::SignedInBy::kToken;
    out.who.roles = {role};
    out.who.scopes = {std::string(scope)};
    return out;
  }
  static engine::Call release_officer(const std::string& name) {
    return signed_in(name, "release", "whorl.release.decide");
  }

  const crypto::PrivateKey day_ = tests::agreement_key();  // of either, where it does not matter whose
  tests::SetWorld world_{tests::kNow};
  FakeNode a_node_, b_node_{{"anna", "bela"}};
  OwnKeys a_keys_ = keys_of("aru"), b_keys_ = keys_of("bel");
  std::shared_ptr<Standing> a_standing_ = std::make_shared<Standing>(*standing_of("aru"));
  std::shared_ptr<Standing> b_standing_ = std::make_shared<Standing>(*standing_of("bel"));
  MemberConfig b_config_;
  const engine::Call officer_a_ = signed_in("u-a", "officer", "whorl.exchange.ask");
  const engine::Call officer_b_ = release_officer("u-b");
  std::unique_ptr<Asking> asking_;
  std::unique_ptr<ReleaseAsking> release_asking_;
  std::unique_ptr<Shield> shield_;
  std::unique_ptr<Answering> answering_;
  std::unique_ptr<Asking> b_asking_;
  std::unique_ptr<Disclosures> disclosures_;
  std::unique_ptr<Releasing> releasing_;
  std::vector<Leaving> to_leave_;
  std::vector<std::string> notices_;
  std::string check_;
};

}  // namespace whorl::member
