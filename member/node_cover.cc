// The clock of cover at a node: what leaves in which slot, and what comes that covers.
#include "member/node.h"
#include "member/refusals.h"

namespace whorl::member {
namespace {

using Clock = Schedule::Clock;

}  // namespace

std::int64_t MemberNode::followup_until() const {
  return (now() + standing()->policy.followup_expires).time_since_epoch().count();
}

Status MemberNode::begin_slots() {
  const auto standing_now = standing();
  for (Cover* cover : {&cover_, &cover_replies_}) {
    WHORL_ASSIGN(const auto slots, cover->slots(standing_now->policy));
    for (const Cover::Slot& slot : slots) schedule_slot(*cover, slot);
  }
  return {};
}

std::vector<WaitsForSlot> MemberNode::waiting(const Cover& cover, const std::string& member) const {
  return &cover == &cover_ ? release_asking_.waiting(member) : releasing_.waiting(member);
}

void MemberNode::make_room(Cover& cover, const std::string& member) {
  const auto slots = cover.make_room(member, waiting(cover, member).size(), standing()->policy);
  // Kept all the same: it leaves in the next slot, and has one of its own after the next start.
  if (!slots.ok()) return say(Severity::kError, "cover_not_kept", slots.error().text());
  for (const Cover::Slot& slot : *slots) schedule_slot(cover, slot);
}

// What is real goes the way of a noop: the same destination, and so the same threads, pauses and repetitions.
void MemberNode::settle_slot(Cover& cover, const std::optional<Cover::Slot>& slot, bool is_taken) {
  if (slot && is_taken) schedule_slot(cover, *slot);
  if (slot && !is_taken) static_cast<void>(cover.forget(slot->name));
}

void MemberNode::schedule_slot(Cover& cover, const Cover::Slot& slot) {
  const auto failures = std::make_shared<int>(0);
  schedule_->add(steady_at(slot.due_ms), (&cover == &cover_ ? "ask for data " : "release ") + slot.member,
                 [this, &cover, slot, failures](Line& line) { return use_slot(cover, slot, (*failures)++, line); });
}

std::optional<Clock::time_point> MemberNode::use_slot(Cover& cover, const Cover::Slot& slot, int failures, Line& line) {
  const auto turn = cover.turn(slot.name, waiting(cover, slot.member), *standing());
  if (!turn.ok()) say(Severity::kError, "cover_not_sent", turn.error().text());
  if (!turn.ok()) return Clock::now() + pause_after(failures, world_.random_u64());
  if (!*turn) return std::nullopt;
  if ((*turn)->not_before_ms != 0) return steady_at((*turn)->not_before_ms);
  std::optional<Clock::time_point> again;
  if ((*turn)->noop) {
    again = send_noop(*(*turn)->noop, slot, failures, line);
  } else if (&cover == &cover_) {
    again = send_release_request((*turn)->other, failures, line);
  } else if (const auto leaving = releasing_.leaving((*turn)->other)) {
    again = send_release(*leaving, failures, line);
  }
  if (again) return again;
  const Status noted = cover.left(slot.name);
  if (!noted.ok()) say(Severity::kError, "cover_not_noted", noted.error().text());
  return std::nullopt;
}

std::optional<Clock::time_point> MemberNode::send_noop(const Cover::Noop& noop, const Cover::Slot& slot, int failures,
                                                       Line& line) {
  if (now().time_since_epoch().count() >= noop.exp) return std::nullopt;
  const SentAs sent = line.send(slot.member, relay::WireLane::kFollowup, noop.jti, followup_until(), noop.envelope);
  const bool signed_for = sent.what == Sent::kDelivered && receipt_is_sound(sent, slot.member, noop.jti, noop.envelope);
  const bool taken = signed_for || sent.what == Sent::kDuplicate || sent.what == Sent::kRefused;
  return taken ? std::nullopt : std::optional(Clock::now() + pause_after(failures, world_.random_u64()));
}

// -- Coming in --------------------------------------------------------------------------------------------------------

bool MemberNode::take_noop(const exchange::Opened& opened) {
  const Status taken = cover_.reply_key(opened.kid) ? cover_.take_reply(opened) : take_cover(opened);
  if (!taken.ok())
    say(Severity::kWarning, "cover_refused",
        "a cover message from " + opened.message.common.iss + " is not taken: " + taken.error().text());
  return taken.ok();
}

// Nobody's question: no leaf, no quota, and a row that names a member, a key and a time.
Status MemberNode::take_cover(const exchange::Opened& opened) {
  const auto standing_now = standing();
  const exchange::Policy& policy = standing_now->policy;
  const exchange::Common& common = opened.message.common;
  const auto& noop = std::get<exchange::Noop>(opened.message.body);
  if (!noop.reply) return envelope_refused("it does not say where its reply goes");
  if (exchange::check_times(common, now(), policy.followup_expires)) return envelope_refused("it comes out of time");
  std::optional<Cover::Slot> slot;
  Status taken = answering_.take_cover(opened, now(), policy.followup_expires, [&]() -> Status {
    WHORL_ASSIGN(slot, cover_replies_.owe(common.iss, common.jti, *noop.reply, policy));
    return {};
  });
  settle_slot(cover_replies_, slot, taken.ok());
  return taken;
}

}  // namespace whorl::member
