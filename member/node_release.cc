// What follows a match at a node: requests for data, decisions, notices.
#include "engine/access/authorise.h"
#include "engine/access/scopes.h"
#include "member/node.h"
#include "member/row_names.h"

namespace whorl::member {
namespace {

using Clock = Schedule::Clock;

constexpr std::chrono::minutes kNumbersForgotten{16};  // of the switch, which has them for 15
constexpr std::size_t kPeopleOfLook = 64;              // whether they are somebody still

}  // namespace

Status MemberNode::load_release(const engine::KeptTask& row) {
  if (row.id.starts_with(kReleaseAskRows)) WHORL_TRY(release_asking_.take_row(row.head));
  if (row.id.starts_with(kDisclosureRows)) WHORL_TRY(disclosures_.take_row(row.head));
  if (row.id.starts_with(kReleaseCaseRows)) WHORL_TRY(releasing_.take_row(row.head));
  if (row.id.starts_with(kCoverRows)) WHORL_TRY(cover_.take_row(row.id, row.head));
  if (row.id.starts_with(kCoverReplyRows)) WHORL_TRY(cover_replies_.take_row(row.id, row.head));
  return {};
}

Status MemberNode::begin_releases() {
  WHORL_TRY(begin_slots());
  const auto now = standing();
  for (const auto& [key, member] : now->policy.members) {
    for (const WaitsForSlot& each : release_asking_.waiting(member.name))
      schedule_release_request(each.row, member.name);
    for (const WaitsForSlot& each : releasing_.waiting(member.name)) {
      if (const auto leaving = releasing_.leaving(each.row)) schedule_release(*leaving);
    }
  }
  for (const std::string& id : releasing_.arrived()) to_compare_.push_back(id);
  for (const std::string& id : disclosures_.to_send()) schedule_notice(id);
  return {};
}

void MemberNode::end_releases() {
  const exchange::Time settled = settled_.now();
  const auto standing_now = standing();
  const exchange::Retention& retention = standing_now->policy.retention;
  const auto lapsed = releasing_.pass_time(*standing_now, settled);
  if (!lapsed.ok()) say(Severity::kError, "requests_not_ended", lapsed.error().text());
  if (lapsed.ok()) {
    for (const Leaving& each : *lapsed) schedule_release(each);
  }
  const auto closed = releasing_.end_of_gone(*standing_now, kPeopleOfLook);
  if (!closed.ok()) say(Severity::kError, "requests_not_ended", closed.error().text());
  if (closed.ok()) {
    for (const Leaving& each : *closed) schedule_release(each);
  }
  const Status forgotten = answering_.forget_gone(kPeopleOfLook);
  if (!forgotten.ok()) say(Severity::kError, "hits_not_forgotten", forgotten.error().text());
  const Status received = release_asking_.pass_time(retention, settled);
  if (!received.ok()) say(Severity::kError, "releases_not_ended", received.error().text());
  for (Cover* each : {&cover_, &cover_replies_}) {
    const Status covered = each->pass_time(settled);
    if (!covered.ok()) say(Severity::kError, "cover_not_swept", covered.error().text());
  }
  const Status registered = disclosures_.pass_time(retention, settled);
  if (!registered.ok()) say(Severity::kError, "register_not_swept", registered.error().text());
}

Result<engine::ReleaseView> MemberNode::ask_release(const engine::Call& call, const engine::ReleaseQuestion& question) {
  const auto standing_now = standing();
  WHORL_ASSIGN(auto view, release_asking_.ask(call, question, *standing_now));
  schedule_release_request(release_ask_name(question.check_id, question.member), question.member);
  return view;
}

Result<engine::ReleaseView> MemberNode::release(const engine::Call& call, const std::string& check_id,
                                                const std::string& member) {
  return release_asking_.view(call, check_id, member);
}

Result<std::vector<engine::ReleaseCase>> MemberNode::release_requests(const engine::Call& call) {
  return releasing_.requests(call, *standing());
}

Result<engine::ReleaseDossier> MemberNode::release_request(const engine::Call& call, const std::string& request_id) {
  return releasing_.request(call, request_id, *standing());
}

Result<engine::ReleaseCase> MemberNode::decide(const engine::Call& call, const engine::ReleaseDecision& decision) {
  std::optional<Leaving> leaving;
  WHORL_ASSIGN(auto out, releasing_.decide(call, decision, *standing(), leaving));
  if (leaving) schedule_release(*leaving);
  return out;
}

Result<std::vector<engine::Disclosure>> MemberNode::disclosures(const engine::Call& call) {
  return disclosures_.list(call);
}

Result<engine::Disclosure> MemberNode::withdraw(const engine::Call& call, const std::string& disclosure_id) {
  WHORL_ASSIGN(auto out, disclosures_.withdraw(call, disclosure_id));
  schedule_notice(disclosure_id);
  return out;
}

// -- Coming in --------------------------------------------------------------------------------------------------------

bool MemberNode::take_release(const exchange::Opened& opened) {
  const Status taken = release_asking_.take_release(opened);
  if (!taken.ok()) say(Severity::kWarning, "release_refused", "a release is not taken: " + taken.error().text());
  return taken.ok() || is_refused(taken);
}

// What is signed for is done: a notice that is not taken is not.
bool MemberNode::take_notice(const exchange::Opened& opened) {
  const Status taken = release_asking_.take_notice(opened);
  if (!taken.ok()) say(Severity::kWarning, "notice_refused", "a notice is not taken: " + taken.error().text());
  return taken.ok();
}

// Before it is taken: a node that is killed in between is handed the request again, and has the slot. After it a
// request that was taken, and is not handed over again, would have no reply, which the switch would see.
Result<std::optional<Cover::Slot>> MemberNode::owe_reply(const exchange::Opened& request,
                                                         const exchange::Policy& policy) {
  if (!policy.rules.cover_followup) return std::optional<Cover::Slot>();
  const exchange::Common& common = request.message.common;
  const auto& reply = std::get<exchange::ReleaseRequest>(request.message.body).reply;
  return cover_replies_.owe(common.iss, common.jti, reply, policy);
}

// What is signed for is kept. Of what the disk refused nothing is left, so that it is new when it comes again.
bool MemberNode::take_release_request(const exchange::Opened& opened) {
  // Over two switches it may come twice at once: the second waits to hear whether the first was kept.
  const std::scoped_lock one_at_a_time(requests_mutex_);
  switch (answering_.seen(opened, settled_.now())) {
    case exchange::ReplayTable::Seen::kAgain: return true;
    case exchange::ReplayTable::Seen::kFull: return false;
    case exchange::ReplayTable::Seen::kNew: break;
  }
  const auto standing_now = standing();
  const auto slot = owe_reply(opened, standing_now->policy);
  const auto taken = slot.ok() ? releasing_.take(opened, *standing_now) : Result<Releasing::Taken>(slot.error());
  const bool replies = taken.ok() && (taken->leaving || !taken->to_compare.empty());
  if (slot.ok()) settle_slot(cover_replies_, *slot, replies);
  if (!taken.ok()) {
    say(Severity::kError, "request_not_kept",
        "a request for data is not taken, and has to come again: " + taken.error().text());
    answering_.forget(opened);
    return false;
  }
  if (taken->leaving) schedule_release(*taken->leaving);
  if (taken->to_compare.empty()) return true;
  const std::scoped_lock lock(queue_mutex_);
  to_compare_.push_back(taken->to_compare);
  queue_bell_.notify_one();
  return true;
}

void MemberNode::compare(const std::string& request_id) {
  const auto refused = releasing_.compare(request_id, *standing());
  if (!refused.ok())
    say(Severity::kError, "request_not_compared", "a request for data is not compared: " + refused.error().text());
  if (refused.ok() && *refused) schedule_release(**refused);
}

void MemberNode::schedule_release(const Leaving& leaving) {
  if (standing()->policy.rules.cover_followup) return make_room(cover_replies_, leaving.to);
  if (cover_replies_.has_taken(leaving.row)) return;
  const auto failures = std::make_shared<int>(0);
  schedule_->add(Clock::now(), "release " + leaving.to,
                 [this, leaving, failures](Line& line) { return send_release(leaving, (*failures)++, line); });
}

std::optional<Clock::time_point> MemberNode::send_release(const Leaving& leaving, int failures, Line& line) {
  if (now().time_since_epoch().count() >= leaving.exp) return over();
  const auto envelope = releasing_.envelope(leaving.row);
  if (!envelope.ok()) return std::nullopt;
  const SentAs sent = line.send(leaving.to, relay::WireLane::kFollowup, leaving.jti, followup_until(), *envelope);
  const bool signed_for = sent.what == Sent::kDelivered && receipt_is_sound(sent, leaving.to, leaving.jti, *envelope);
  // Its receipt is kept: once the switch has forgotten the number it is sent, and signed for, again.
  if (sent.what == Sent::kDuplicate) return Clock::now() + kNumbersForgotten;
  if (sent.what != Sent::kRefused && !signed_for) return Clock::now() + pause_after(failures, world_.random_u64());
  if (sent.what == Sent::kRefused)
    say(Severity::kWarning, "release_not_delivered", leaving.to + " did not get a decision: " + sent.why);
  const Status noted = releasing_.sent(leaving.row, sent.receipt);
  if (!noted.ok()) say(Severity::kError, "release_not_noted", noted.error().text());
  return std::nullopt;
}

// -- Going out --------------------------------------------------------------------------------------------------------

void MemberNode::schedule_release_request(const std::string& row, const std::string& member) {
  if (standing()->policy.rules.cover_followup) return make_room(cover_, member);
  if (cover_.has_taken(row)) return;
  const auto failures = std::make_shared<int>(0);
  schedule_->add(Clock::now(), "ask for data " + member,
                 [this, row, failures](Line& line) { return send_release_request(row, (*failures)++, line); });
}

std::optional<Clock::time_point> MemberNode::send_release_request(const std::string& row, int failures, Line& line) {
  const auto sending = release_asking_.sending(row);
  if (!sending.ok()) say(Severity::kError, "question_not_read", sending.error().text());
  if (!sending.ok()) return std::nullopt;
  if (!*sending) return over();
  const ReleaseAsking::Sending& what = **sending;
  const SentAs sent = line.send(what.member, relay::WireLane::kFollowup, what.jti, followup_until(), what.envelope);
  if (sent.what == Sent::kLater) return Clock::now() + pause_after(failures, world_.random_u64());
  if (sent.what == Sent::kDelivered && !receipt_is_sound(sent, what.member, what.jti, what.envelope))
    return Clock::now() + pause_after(failures, world_.random_u64());
  const Status noted =
      sent.what == Sent::kRefused ? release_asking_.refused(row, sent.why) : release_asking_.receipted(row);
  if (!noted.ok()) say(Severity::kError, "question_not_noted", noted.error().text());
  return std::nullopt;
}

void MemberNode::follow_released_data() {
  const auto changed = disclosures_.look(*standing());
  if (!changed.ok()) say(Severity::kError, "released_data_not_followed", changed.error().text());
  if (!changed.ok()) return;
  for (const std::string& id : *changed) schedule_notice(id);
}

void MemberNode::schedule_notice(const std::string& id) {
  const auto failures = std::make_shared<int>(0);
  const auto sending = disclosures_.sending(id);
  if (!sending.ok() || !*sending) return;
  schedule_->add(Clock::now(), "notice " + (*sending)->member,
                 [this, id, failures](Line& line) { return send_notice(id, (*failures)++, line); });
}

// Until it was signed for, or the data must be gone.
std::optional<Clock::time_point> MemberNode::send_notice(const std::string& id, int failures, Line& line) {
  const auto again = [&] { return Clock::now() + pause_after(failures, world_.random_u64()); };
  auto sending = disclosures_.sending(id);
  if (sending.ok() && *sending && (*sending)->envelope.empty()) {
    const auto day_key = day_key_of((*sending)->member, line);
    if (!day_key) return again();
    const Status sealed = disclosures_.seal(id, *day_key, *standing());
    if (!sealed.ok()) say(Severity::kError, "notice_not_sealed", sealed.error().text());
    sending = disclosures_.sending(id);
    if (!sealed.ok() || (sending.ok() && *sending && (*sending)->envelope.empty())) return again();
  }
  if (!sending.ok()) say(Severity::kError, "notice_not_read", sending.error().text());
  if (!sending.ok()) return again();
  if (!*sending) return over();
  const Disclosures::Sending& what = **sending;
  const SentAs sent = line.send(what.member, relay::WireLane::kFollowup, what.jti, what.exp, what.envelope);
  // Without the receipt nobody can show that it was taken.
  if (sent.what == Sent::kDuplicate && !disclosures_.send_anew(id).ok()) return again();
  if (sent.what != Sent::kDelivered || !receipt_is_sound(sent, what.member, what.jti, what.envelope)) return again();
  const Status noted = disclosures_.taken(id, what.jti, sent.receipt);
  if (!noted.ok()) say(Severity::kError, "notice_not_noted", noted.error().text());
  return noted.ok() ? std::nullopt : std::optional(again());
}

}  // namespace whorl::member
