// What comes over a switch: opened, taken, and signed for once it is kept.
#include <algorithm>

#include "exchange/envelope/receipt.h"
#include "member/node.h"

namespace whorl::member {
namespace {

constexpr std::size_t kMostWaiting = 64;
constexpr std::chrono::seconds kPoll{2};
constexpr std::chrono::seconds kPatienceOfReceiver{12};
constexpr std::chrono::milliseconds kPauseOfReceiver{1000};

}  // namespace

bool MemberNode::publish(relay::HopClient& client) {
  Result<std::string> set = unavailable("no set");
  {
    const std::scoped_lock lock(mutex_);
    set = day_keys_.publish(config_.name, keys_.identity, now());
  }
  if (!set.ok()) return false;
  const auto reply = client.request("PUT", "/x/v1/keys", {}, *set);
  return reply.ok() && reply->status == 204;
}

void MemberNode::receive(const SwitchAddress& from) {
  bool connected = false;
  while (!stopping_) {
    auto context = relay::hop_context(config_.tls, relay::HopSide::kMember);
    auto client =
        context.ok() ? dial(from, context->get(), kPatienceOfReceiver) : Result<relay::HopClient>(context.error());
    std::string why = client.ok() ? "" : client.error().text();
    std::string ack;
    std::int64_t published = -1;
    while (!stopping_ && client.ok()) {
      if (const std::int64_t turn = day_keys_turn_; published != turn) {
        if (!publish(*client)) why = "the switch does not take the keys of the day";
        if (!why.empty()) break;
        published = turn;
      }
      if (!connected) say(Severity::kInfo, "switch_connected", "connected to the switch at " + from.address);
      connected = true;
      const auto got = client->next(kPoll, ack);
      ack.clear();
      if (!got.ok()) why = got.error().text();
      if (!got.ok()) break;
      if (got->status == 200) ack = take(*got);
    }
    if (!ack.empty() && client.ok()) static_cast<void>(client->next(std::chrono::seconds(0), ack));
    if (connected && !stopping_) say(Severity::kWarning, "switch_lost", "no connection to the switch: " + why);
    connected = false;
    if (!stopping_) std::this_thread::sleep_for(kPauseOfReceiver);
  }
}

std::string MemberNode::take(const relay::HopReply& got) {
  const std::string sender = got.header(relay::kFrom);
  const std::string id = got.header(relay::kMessageId);
  const Sha256 digest = sha256_of({as_bytes(got.body)});
  const auto signed_for = [&] {
    const auto text = exchange::sign_receipt({config_.name, sender, id, digest, now()}, keys_.identity);
    return text.ok() ? got.header(relay::kDelivery) + " " + *text : std::string();
  };
  // The one-time key of what was taken is gone; its sender has not heard that it was.
  const std::string mark = taken_mark(sender, id, digest);
  const TakenAlone alone(being_taken_, mark);
  if (asking_.took(mark) || release_asking_.took(mark) || cover_.took(mark)) return signed_for();
  const auto standing_now = standing();
  exchange::Opening opening;
  opening.me = config_.name;
  opening.partners = &standing_now->partners;
  opening.hop_from = sender;
  opening.hop_id = id;
  opening.secret = [this](std::string_view member) { return keys_.secret(member); };
  crypto::JweKey key;
  opening.keys = [&](std::string_view kid) -> const crypto::JweKey* {
    auto once = asking_.reply_key(kid);
    if (!once) once = release_asking_.reply_key(kid);
    if (!once) once = cover_.reply_key(kid);
    if (!once) once = answering_.release_key(kid);
    if (once) {
      key.key = std::move(*once);
      return &key;
    }
    const std::scoped_lock lock(mutex_);
    const crypto::JweKey* day = day_keys_.find(kid);
    if (day == nullptr) return nullptr;
    key.key = day->key;
    return &key;
  };
  auto opened = exchange::open(got.body, opening);
  if (!opened.ok()) {
    say(Severity::kWarning, "message_refused", "a message from " + sender + " is not taken: " + opened.error().text());
    return {};
  }
  return take_message(std::move(*opened)) ? signed_for() : std::string();
}

// For good: it is signed for, so that it is not sent again. Not where the clock may be wrong that says it is too late.
bool MemberNode::is_refused(const Status& taken) {
  return taken.error().kind == ErrorKind::kUnauthorised && settled_.ahead() == std::chrono::seconds(0);
}

// What follows it has its slot before it is taken: an answer that nothing follows would be seen.
bool MemberNode::take_answer(const exchange::Opened& opened) {
  const auto standing_now = standing();
  const auto& answer = std::get<exchange::Answer>(opened.message.body);
  Result<std::optional<Cover::Slot>> slot = std::optional<Cover::Slot>();
  if (standing_now->policy.rules.cover_followup && asking_.awaits(opened))
    slot = cover_.owe(opened.message.common.iss, answer.re, answer.release, standing_now->policy);
  if (!slot.ok()) say(Severity::kError, "cover_not_kept", slot.error().text());
  if (!slot.ok()) return false;
  const Status taken = asking_.take_answer(opened);
  if (!taken.ok()) say(Severity::kWarning, "answer_refused", "an answer is not taken: " + taken.error().text());
  settle_slot(cover_, *slot, taken.ok());
  return taken.ok() || is_refused(taken);
}

// False: it is not signed for, and will be handed over again.
bool MemberNode::take_message(exchange::Opened opened) {
  if (std::holds_alternative<exchange::Answer>(opened.message.body)) return take_answer(opened);
  if (std::holds_alternative<exchange::Noop>(opened.message.body)) return take_noop(opened);
  if (std::holds_alternative<exchange::Release>(opened.message.body)) return take_release(opened);
  if (std::holds_alternative<exchange::ReleaseRequest>(opened.message.body)) return take_release_request(opened);
  if (std::holds_alternative<exchange::Notice>(opened.message.body)) return take_notice(opened);
  if (std::holds_alternative<exchange::Cancel>(opened.message.body)) return take_cancel(opened);
  if (!std::holds_alternative<exchange::Check>(opened.message.body)) return true;
  const auto received = std::chrono::duration_cast<std::chrono::milliseconds>(world_.now().time_since_epoch()).count();
  const std::scoped_lock lock(queue_mutex_);
  if (queue_.size() >= kMostWaiting) return false;
  switch (answering_.seen(opened, settled_.now())) {
    case exchange::ReplayTable::Seen::kAgain: return true;
    case exchange::ReplayTable::Seen::kFull: return false;
    case exchange::ReplayTable::Seen::kNew: break;
  }
  const auto lane_of = [](const exchange::Opened& check) { return std::get<exchange::Check>(check.message.body).lane; };
  const exchange::Lane lane = lane_of(opened);
  const auto later =
      std::find_if(queue_.begin(), queue_.end(), [&](const Arrived& each) { return lane_of(each.opened) > lane; });
  queue_.insert(later, Arrived{std::move(opened), standing(), received});
  queue_bell_.notify_one();
  return true;
}

// What is searched for at this moment is answered: nobody waits for that any more.
bool MemberNode::take_cancel(const exchange::Opened& opened) {
  const std::string& member = opened.message.common.iss;
  const std::string& ref = std::get<exchange::Cancel>(opened.message.body).ref;
  {
    const std::scoped_lock lock(queue_mutex_);
    std::erase_if(queue_, [&](const Arrived& each) {
      const exchange::Message& message = each.opened.message;
      return message.common.iss == member && std::get<exchange::Check>(message.body).ref == ref;
    });
  }
  const Status dropped = answering_.drop(member, ref);
  if (!dropped.ok()) say(Severity::kError, "answer_not_noted", dropped.error().text());
  return dropped.ok();
}

}  // namespace whorl::member
