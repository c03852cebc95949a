// Cover of requests for data: what leaves in a slot, what a curious switch could tell by, what a hostile member tries.
#include "member/cover.h"

#include <gmock/gmock.h>

#include <cmath>
#include <random>

#include "tests/member/release_fixture.h"

namespace whorl::member {
namespace {

using testing::HasSubstr;

class CoverTest : public ReleaseTest {
 protected:
  CoverTest() { reopen(); }
  void reopen() {
    cover_ = std::make_unique<Cover>(Cover::With{a_keys_, a_node_.store(), world_, crypto::system_random()},
                                     Cover::Side::kAsks);
    for (const auto& row : rows_of(a_node_)) {
      if (row.id.starts_with(kCoverRows)) {
        EXPECT_TRUE(cover_->take_row(row.id, row.head).ok());
      }
    }
  }
  // The slot after an answer whose one-time key is `key`.
  Cover::Slot owed(const std::string& jti, const crypto::PrivateKey& key) {
    auto slot = cover_->owe(b_standing_->name, jti, key.public_key(), a_standing_->policy);
    EXPECT_TRUE(slot.ok() && *slot);
    return **slot;
  }
  Cover::Slot owed() { return owed(*exchange::new_id(), tests::agreement_key()); }
  Result<std::optional<Cover::Turn>> turn(const Cover::Slot& slot, const std::vector<WaitsForSlot>& waiting = {}) {
    return cover_->turn(slot.name, waiting, *a_standing_);
  }
  void pass_slots() { pass(a_standing_->policy.followup_slot + a_standing_->policy.followup_jitter); }
  exchange::Opened noop_for(const crypto::PublicKey& to, exchange::Size size = exchange::Size::kSmall) {
    const std::int64_t second = now().time_since_epoch().count();
    return {exchange::Message{{a_standing_->name, b_standing_->name, *exchange::new_id(), second, second + 60,
                               a_standing_->policy.id()},
                              exchange::Noop{day_.public_key()}},
            size,
            false,
            exchange::cover_kid(to),
            {}};
  }
  // The key that b's answer to the check brought.
  crypto::PublicKey answer_key(const std::string& check_id) {
    for (const auto& row : rows_of(a_node_)) {
      if (!row.id.starts_with(kQuestionRows)) continue;
      const auto question = parse_question(row.head);
      if (question.ok() && question->check_id == check_id)
        return *crypto::PublicKey::of(crypto::KeyKind::kX25519, *crypto::decode_base64url(question->release_key));
    }
    ADD_FAILURE() << "no question";
    return day_.public_key();
  }

  std::unique_ptr<Cover> cover_;
};

TEST_F(CoverTest, ANoopLeavesWhereNothingWaitsAndIsTheSameAfterAKill) {
  const Cover::Slot slot = owed();
  ASSERT_TRUE(turn(slot).ok());
  EXPECT_EQ((*turn(slot))->not_before_ms, slot.due_ms) << "not before its time";
  pass_slots();
  const auto first = turn(slot);
  ASSERT_TRUE(first.ok() && *first && (*first)->noop);
  reopen();
  const auto again = turn(slot);
  ASSERT_TRUE(again.ok() && *again && (*again)->noop);
  EXPECT_EQ((*again)->noop->envelope, (*first)->noop->envelope);
  EXPECT_EQ((*again)->noop->jti, (*first)->noop->jti);
  ASSERT_TRUE(cover_->left(slot.name).ok());
  reopen();
  EXPECT_FALSE(*turn(slot)) << "once";
  EXPECT_TRUE(cover_->slots(a_standing_->policy)->empty());
}

TEST_F(CoverTest, WhatIsRealTakesTheNextSlotOfItsMemberAndNoOther) {
  const Cover::Slot first = owed(), second = owed();
  pass_slots();
  std::vector<WaitsForSlot> waiting;
  waiting.push_back({"request", {}});
  EXPECT_EQ((*turn(first, waiting))->other, "request");
  EXPECT_TRUE(cover_->has_taken("request"));
  EXPECT_TRUE((*turn(second, waiting))->noop) << "it goes once";
  reopen();
  EXPECT_EQ((*turn(first, waiting))->other, "request") << "settled before the kill";
}

TEST_F(CoverTest, ASlotIsDrawnForWhatIsRealOnlyWhereThereIsNone) {
  owed();
  EXPECT_TRUE(cover_->make_room(b_standing_->name, 1, a_standing_->policy)->empty());
  EXPECT_EQ(cover_->make_room(b_standing_->name, 2, a_standing_->policy)->size(), 1U);
  EXPECT_TRUE(cover_->make_room(b_standing_->name, 2, a_standing_->policy)->empty());
  const auto late = cover_->make_room("c.rbdes.test", 1, a_standing_->policy);
  pass_slots();
  EXPECT_FALSE(*turn(late->front())) << "what it was drawn for has gone: nothing leaves";
}

// What was drawn while the clock was ahead would leave in a year.
TEST_F(CoverTest, ASlotIsNotPutOffByAClockThatWasAhead) {
  const auto right = world_.now();
  world_.set(right + std::chrono::hours(24 * 365));
  const Cover::Slot slot = owed();
  world_.set(right);
  EXPECT_TRUE((*turn(slot))->noop);
  world_.set(right + std::chrono::hours(24 * 365));
  owed();
  world_.set(right);
  reopen();
  const auto slots = *cover_->slots(a_standing_->policy);
  const auto now_ms = std::chrono::duration_cast<std::chrono::milliseconds>(right.time_since_epoch()).count();
  ASSERT_FALSE(slots.empty());
  for (const auto& each : slots) EXPECT_LT(each.due_ms, now_ms + 1'000'000 + 630'000) << each.name;
}

// Of a member that keeps to no quota: what would need one more is not taken, and the others have theirs.
TEST_F(CoverTest, AMemberHasSoManySlotsAndNoMore) {
  const auto owe = [&](const std::string& member, std::size_t n) {
    return cover_->owe(member, "jti" + std::to_string(n), day_.public_key(), a_standing_->policy);
  };
  for (std::size_t n = 0; n < kMostSlotsOfMember; ++n) ASSERT_TRUE(owe(b_standing_->name, n).ok()) << n;
  EXPECT_EQ(owe(b_standing_->name, kMostSlotsOfMember).error().kind, ErrorKind::kExhausted);
  EXPECT_TRUE(owe("c.rbdes.test", 0).ok());
  ASSERT_TRUE(cover_->forget(cover_->name_of(b_standing_->name, "jti0")).ok());
  EXPECT_TRUE(owe(b_standing_->name, kMostSlotsOfMember).ok());
}

TEST_F(CoverTest, OneAnswerMakesOneSlotHoweverOftenItComes) {
  const std::string jti = *exchange::new_id();
  owed(jti, day_);
  EXPECT_FALSE(*cover_->owe(b_standing_->name, jti, day_.public_key(), a_standing_->policy));
}

TEST_F(CoverTest, ASlotOfWhatWasNotTakenIsDrawnAnewThoughTheDiskDidNotLetItGo) {
  const std::string jti = *exchange::new_id();
  const Cover::Slot slot = owed(jti, day_);
  a_node_.store().refuse(unavailable("the disk is full"));
  EXPECT_FALSE(cover_->forget(slot.name).ok());
  a_node_.store().refuse({});
  const auto again = cover_->owe(b_standing_->name, jti, day_.public_key(), a_standing_->policy);
  ASSERT_TRUE(again.ok() && *again) << "it is not known any more";
  EXPECT_EQ((*again)->name, slot.name) << "in the place of the one that is left";
}

// b's row of the answer cannot be written: nothing of the noop is left, and its reply has a slot when it comes again.
TEST_F(CoverTest, ANoopThatCannotBeKeptIsTakenWhenItComesAgain) {
  const auto noop = noop_for(answer_key(check("anna")));
  int owed_replies = 0;
  const auto take = [&] {
    return answering_->take_cover(noop, now(), std::chrono::hours(1), [&] { return ++owed_replies, Status(); });
  };
  b_node_.store().refuse(unavailable("the disk is full"), "case/");
  EXPECT_EQ(take().error().kind, ErrorKind::kUnavailable);
  b_node_.store().refuse({});
  EXPECT_TRUE(take().ok());
  EXPECT_EQ(owed_replies, 2);
}

// To the byte as long, and under names that are not alike.
TEST_F(CoverTest, ANoopIsAsLongAsARequestAndGoesUnderAnotherName) {
  check_ = check("anna");
  ASSERT_TRUE(ask_data(check_, "anna").ok());
  const auto request = release_asking_->sending(release_ask_name(check_, b_standing_->name));
  const auto key = answer_key(check_);
  const auto slot = cover_->owe(b_standing_->name, "re", key, a_standing_->policy);
  pass_slots();
  const auto noop = turn(**slot);
  EXPECT_EQ((*noop)->noop->envelope.size(), (*request)->envelope.size());
  EXPECT_NE(exchange::cover_kid(key), crypto::key_id(key));
  EXPECT_EQ(exchange::cover_kid(key).size(), crypto::key_id(key).size());
  const auto header = [](const std::string& envelope) { return envelope.substr(0, envelope.find('.')); };
  const std::string sent(as_text(*crypto::decode_base64url(header((*noop)->noop->envelope))));
  EXPECT_THAT(sent, HasSubstr(exchange::cover_kid(key)));
  EXPECT_THAT(sent, testing::Not(HasSubstr(crypto::key_id(key))));
}

// Whatever it said; one of each; nobody else's; no leaf.
TEST_F(CoverTest, ANoopIsTakenOnceAnAnswerAndNeverWithoutOne) {
  const auto take = [&](const exchange::Opened& noop) {
    int owed = 0;
    const Status taken = answering_->take_cover(noop, now(), b_standing_->policy.followup_expires, [&]() -> Status {
      ++owed;
      return {};
    });
    EXPECT_EQ(owed, taken.ok() ? 1 : 0);
    return taken.ok() ? std::string() : taken.error().text();
  };
  EXPECT_THAT(take(noop_for(day_.public_key())), HasSubstr("follows no answer"));
  for (const std::string person : {"anna", "nobody"}) {
    const auto key = answer_key(check(person));
    auto foreign = noop_for(key);
    foreign.message.common.iss = "c.rbdes.test";
    EXPECT_THAT(take(foreign), HasSubstr("another member's answer"));
    EXPECT_THAT(take(noop_for(key, exchange::Size::kMedium)), HasSubstr("length"));
    const int leaves = b_node_.leaves;
    const auto noop = noop_for(key);
    EXPECT_EQ(take(noop), "");
    EXPECT_EQ(take(noop), "") << "the same again";
    EXPECT_THAT(take(noop_for(key)), HasSubstr("already")) << "a second one";
    open_both();
    EXPECT_THAT(take(noop_for(key)), HasSubstr("already")) << "after a restart";
    EXPECT_EQ(take(noop), "");
    EXPECT_EQ(b_node_.leaves, leaves);
  }
  const auto key = answer_key(check("bela"));
  pass(b_standing_->policy.followup_expires + std::chrono::minutes(1));
  EXPECT_THAT(take(noop_for(key)), HasSubstr("too late"));
}

// Killed between the answer's row, which says that data were asked, and the request's own: it is handed over again.
TEST_F(CoverTest, ARequestThatCameBeforeAKillIsTakenWhenItComesAgainAndAnotherIsNot) {
  check_ = check("anna");
  ASSERT_TRUE(ask_data(check_, "anna").ok());
  const auto open_for = b_standing_->policy.followup_expires;
  EXPECT_FALSE(answering_->take_hit(request_of(check_), now(), open_for)->person_id.empty());
  open_both();
  ASSERT_TRUE(releasing_->requests(officer_b_, *b_standing_)->empty());
  const auto other = releasing_->take(forged_request(check_, "anna"), *b_standing_);
  ASSERT_TRUE(other.ok() && other->leaving);
  EXPECT_EQ(refusal_of(*other->leaving), "refused not_open");
  take(request_of(check_));
  EXPECT_EQ(releasing_->requests(officer_b_, *b_standing_)->size(), 1U);
  EXPECT_TRUE(to_leave_.empty());
}

TEST_F(CoverTest, ARequestIsAnsweredThoughANoopWentBefore) {
  check_ = check("anna");
  ASSERT_TRUE(answering_
                  ->take_cover(noop_for(answer_key(check_)), now(), b_standing_->policy.followup_expires,
                               [] { return Status(); })
                  .ok());
  ASSERT_TRUE(ask_data(check_, "anna").ok());
  take(request_of(check_));
  EXPECT_EQ(releasing_->requests(officer_b_, *b_standing_)->size(), 1U);
}

TEST_F(CoverTest, AReplyIsTakenOnceFromWhoeverItIsAwaitedOf) {
  const auto key = tests::agreement_key();
  const Cover::Slot slot = owed(*exchange::new_id(), key);
  pass_slots();
  const auto sent = turn(slot);
  const auto came = [&] {
    crypto::JweKey with;
    with.key = key;
    return std::move(*exchange::open((*sent)->noop->envelope, {b_standing_->name,
                                                               &b_standing_->partners,
                                                               [&](std::string_view) { return &with; },
                                                               {},
                                                               a_standing_->name,
                                                               (*sent)->noop->jti}));
  }();
  const auto& reply_to = *std::get<exchange::Noop>(came.message.body).reply;
  exchange::Opened reply = noop_for(reply_to);
  EXPECT_FALSE(cover_->take_reply(reply).ok()) << "this member's own word";
  reply.message.common.iss = b_standing_->name;
  EXPECT_TRUE(cover_->reply_key(exchange::cover_kid(reply_to)));
  EXPECT_TRUE(cover_->take_reply(reply).ok());
  EXPECT_FALSE(cover_->reply_key(exchange::cover_kid(reply_to))) << "the key is gone";
  EXPECT_FALSE(cover_->take_reply(reply).ok());
  reopen();
  EXPECT_TRUE(cover_->took(taken_mark(reply))) << "and is signed for again";
  pass(a_standing_->policy.followup_expires + std::chrono::hours(24 * 8));
  EXPECT_TRUE(cover_->pass_time(now()).ok());
  EXPECT_FALSE(cover_->took(taken_mark(reply)));
}

// The distance of two samples' distributions (Kolmogorov and Smirnov).
double distance(std::vector<std::int64_t> a, std::vector<std::int64_t> b) {
  std::sort(a.begin(), a.end());
  std::sort(b.begin(), b.end());
  double out = 0;
  for (const std::int64_t at : a) {
    const auto share = [&](const auto& all) {
      return static_cast<double>(std::upper_bound(all.begin(), all.end(), at) - all.begin()) /
             static_cast<double>(all.size());
    };
    out = std::max(out, std::abs(share(a) - share(b)));
  }
  return out;
}

// Random, at a time that is set.
class DrawnWorld final : public World {
 public:
  std::chrono::system_clock::time_point now() override { return at; }
  std::chrono::steady_clock::time_point ticks() override { return std::chrono::steady_clock::now(); }
  std::uint64_t random_u64() override { return random(); }
  std::chrono::system_clock::time_point at = tests::kNow;
  std::mt19937_64 random{7};
};

// 400 answers, an hour apart; after each second one an officer asks for data, when they like. Something leaves as
// often, and by the same law; a request that left when it was made would show.
TEST_F(CoverTest, WhenSomethingLeavesDoesNotTellWhetherAnOfficerAsked) {
  constexpr std::size_t kEach = 200;
  const double critical = 1.95 * std::sqrt(2.0 / kEach);  // of 1 in 1,000
  DrawnWorld world;
  Cover cover({a_keys_, a_node_.store(), world, crypto::system_random()}, Cover::Side::kAsks);
  std::mt19937_64 officer(11);
  std::vector<std::int64_t> asked, silent, at_once;
  std::size_t requests = 0;
  const std::string b = b_standing_->name;
  for (std::size_t i = 0; i < 2 * kEach; ++i) {
    const bool asks = i % 2 == 0;
    world.at += std::chrono::hours(1);
    const auto came = world.at;
    const auto slot = cover.owe(b, *exchange::new_id(), day_.public_key(), a_standing_->policy);
    ASSERT_TRUE(slot.ok() && *slot);
    const std::chrono::milliseconds delay(20'000 + static_cast<std::int64_t>(officer() % 120'000));
    std::vector<WaitsForSlot> waiting;
    // In steps of a second: when does it leave?
    for (bool left = false; !left; world.at += std::chrono::seconds(1)) {
      ASSERT_LT(world.at - came, std::chrono::hours(1)) << "nothing left";
      if (asks && waiting.empty() && world.at - came >= delay) {
        waiting.push_back({"request " + std::to_string(i), {}});
        at_once.push_back((world.at - came) / std::chrono::milliseconds(1));
        ASSERT_TRUE(cover.make_room(b, 1, a_standing_->policy)->empty()) << "no message more";
      }
      const auto turn = cover.turn((*slot)->name, waiting, *a_standing_);
      ASSERT_TRUE(turn.ok() && *turn);
      left = (*turn)->not_before_ms == 0;
      if (left) (asks ? asked : silent).push_back((world.at - came) / std::chrono::milliseconds(1));
      if (left && !(*turn)->noop) ++requests;
    }
    ASSERT_TRUE(cover.left((*slot)->name).ok());
  }
  EXPECT_GT(requests, kEach / 2) << "officers ask before the slot, mostly";
  EXPECT_LT(distance(asked, silent), critical);
  EXPECT_GT(distance(at_once, silent), critical) << "the test would see it";
}

TEST(CoverRow, ATruncatedOneIsRefused) {
  CoverRow row{"b.rbdes.test", "key", 17, CoverRow::State::kNoop, "other", "jti", 9, {}, "mark"};
  row.reply_key = crypto::SecretBytes(32);
  const Bytes bytes = encoded(row);
  const auto back = parse_cover(bytes);
  ASSERT_TRUE(back.ok());
  EXPECT_EQ(encoded(*back), bytes);
  for (std::size_t n = 0; n < bytes.size(); ++n) EXPECT_FALSE(parse_cover(ByteView(bytes).first(n)).ok()) << n;
}

}  // namespace
}  // namespace whorl::member
