// A node's own questions on their way: sent until they are taken, or wanted no more.
#include "exchange/envelope/receipt.h"
#include "member/node.h"

namespace whorl::member {
namespace {

using Clock = Schedule::Clock;

relay::WireLane wire_lane(exchange::Lane lane) {
  switch (lane) {
    case exchange::Lane::kBorder: return relay::WireLane::kBorder;
    case exchange::Lane::kUrgent: return relay::WireLane::kUrgent;
    case exchange::Lane::kRoutine: break;
  }
  return relay::WireLane::kRoutine;
}

}  // namespace

void MemberNode::schedule(const std::string& jti, Clock::time_point due) {
  const auto failures = std::make_shared<int>(0);
  const auto sending = asking_.sending(jti);
  if (!sending.ok() || !*sending) return;
  schedule_->add(due, "ask " + (*sending)->member,
                 [this, jti, failures](Line& line) { return send_question(jti, (*failures)++, line); });
}

std::optional<Clock::time_point> MemberNode::send_question(const std::string& jti, int failures, Line& line) {
  const auto again = [&] { return Clock::now() + pause_after(failures, world_.random_u64()); };
  auto sending = asking_.sending(jti);
  if (!sending.ok()) {
    say(Severity::kError, "question_not_read", sending.error().text());
    return std::nullopt;
  }
  if (!*sending) return over();
  if ((*sending)->envelope.empty()) {
    const auto day_key = day_key_of((*sending)->member, line);
    if (!day_key) return again();
    const Status sealed = asking_.seal(jti, *day_key);
    if (!sealed.ok()) say(Severity::kError, "question_not_sealed", sealed.error().text());
    if (!sealed.ok()) return again();
    sending = asking_.sending(jti);
    if (!sending.ok() || !*sending) return std::nullopt;
  }
  const SentAs sent =
      line.send((*sending)->member, wire_lane((*sending)->lane), jti, (*sending)->exp, (*sending)->envelope);
  if (sent.what == Sent::kLater) return again();
  if (sent.what == Sent::kDelivered && !receipt_is_sound(sent, (*sending)->member, jti, (*sending)->envelope))
    return again();
  const Status noted = sent.what == Sent::kRefused ? asking_.refused(jti, sent.why) : asking_.receipted(jti);
  if (!noted.ok()) say(Severity::kError, "question_not_noted", noted.error().text());
  return std::nullopt;
}

// Tried until the question's own time is over, and forgotten when the node ends: it saves work, and no more.
void MemberNode::schedule_cancel(const Asking::Cancelled& what) {
  const auto failures = std::make_shared<int>(0);
  schedule_->add(
      Clock::now(), "cancel " + what.member, [this, what, failures](Line& line) -> std::optional<Clock::time_point> {
        const exchange::Time at = now();
        if (at >= time_of(what.exp)) return std::nullopt;
        const auto again = Clock::now() + pause_after((*failures)++, world_.random_u64());
        const auto day_key = day_key_of(what.member, line);
        const auto jti = exchange::new_id(crypto::system_random());
        if (!day_key || !jti.ok()) return again;
        const exchange::Message message{
            {config_.name, what.member, *jti, at.time_since_epoch().count(), what.exp, standing()->policy.id()},
            exchange::Cancel{what.ref}};
        const auto sealed = exchange::seal(message, exchange::Size::kReply, keys_.identity, *day_key,
                                           keys_.secret(what.member), crypto::system_random());
        if (!sealed.ok()) return std::nullopt;
        const SentAs sent = line.send(what.member, relay::WireLane::kFollowup, *jti, what.exp, sealed->envelope);
        return sent.what == Sent::kLater ? std::optional(again) : std::nullopt;
      });
}

std::optional<crypto::PublicKey> MemberNode::day_key_of(const std::string& member, Line& line) {
  const std::string keys = line.day_keys(member);
  if (keys.empty()) return std::nullopt;
  auto day = exchange::read_day_keys(keys, member, standing()->partners, now());
  if (day.ok()) return std::move(day->key);
  say(Severity::kWarning, "day_keys_refused", member + ": " + day.error().text());
  return std::nullopt;
}

bool MemberNode::receipt_is_sound(const SentAs& sent, const std::string& member, const std::string& jti,
                                  const std::string& envelope) const {
  const auto receipt = exchange::read_receipt(sent.receipt, member, standing()->partners);
  const bool sound = receipt.ok() && receipt->re == jti && receipt->aud == config_.name &&
                     receipt->envelope == sha256_of({as_bytes(envelope)});
  if (!sound) say(Severity::kWarning, "receipt_refused", member + " gave no receipt for what it got");
  return sound;
}

}  // namespace whorl::member
