// What officers, the protection desk and operators ask of a node.
#include <set>
#include <utility>

#include "engine/access/authorise.h"
#include "engine/access/scopes.h"
#include "member/node.h"
#include "member/terms.h"

namespace whorl::member {
namespace {

// What is told of hits, without whoever is nobody any more.
template <class Tell>
auto of_somebody(Answering& answering, Tell tell) -> Result<decltype(tell())> {
  auto told = tell();
  std::set<std::string> persons;
  for (const auto& each : told) persons.insert(each.person_id);
  WHORL_ASSIGN(const bool fewer, answering.forget_gone(persons));
  return fewer ? tell() : std::move(told);
}

}  // namespace

Result<engine::ExchangeTerms> MemberNode::terms(const engine::Call& call) {
  WHORL_TRY(access::authorise(call.who, access::scope::kExchangeAsk));
  return member::terms(*standing());
}

Result<std::vector<engine::Partner>> MemberNode::partners(const engine::Call& call) {
  WHORL_TRY(access::authorise(call.who, access::scope::kMetricsRead));
  const auto standing_now = standing();
  const exchange::Time at = now();
  return member::partners(
      *standing_now, [&](const std::string& member) { return asking_.used(standing_now->me, member, at); },
      [&](const std::string& member) { return answering_.used(member, standing_now->me, at); });
}

Result<engine::CheckView> MemberNode::ask(const engine::Call& call, const engine::CheckQuestion& question,
                                          const std::optional<engine::RequestKey>& key) {
  const auto standing_now = standing();
  WHORL_ASSIGN(auto view, asking_.ask(call, question, key, *standing_now));
  if (view.repeated) return view;
  for (const std::string& jti : asking_.questions_of(view.check_id)) schedule(jti, Schedule::Clock::now());
  return view;
}

Result<engine::CheckView> MemberNode::check(const engine::Call& call, const std::string& check_id) {
  return asking_.check(call, check_id);
}

Result<engine::CheckView> MemberNode::cancel(const engine::Call& call, const std::string& check_id) {
  WHORL_ASSIGN(const auto cancelled, asking_.cancel(call, check_id));
  for (const Asking::Cancelled& each : cancelled) schedule_cancel(each);
  return asking_.check(call, check_id);
}

Status MemberNode::protect(const engine::Call& call, const std::string& person_id,
                           const engine::Protection& protection) {
  WHORL_TRY(access::authorise(call.who, access::scope::kProtectionWrite));
  return shield_.set(call, person_id, protection, standing()->policy);
}

Status MemberNode::carry_protection(const std::string& from, const std::string& into,
                                    const std::function<Status(const Carry&)>& move) {
  return shield_.carry(from, into, move);
}

Result<engine::Protection> MemberNode::protection(const engine::Call& call, const std::string& person_id) {
  WHORL_TRY(access::authorise(call.who, access::scope::kProtectionWrite));
  return shield_.of(person_id);
}

Result<std::vector<engine::HiddenHit>> MemberNode::hidden_hits(const engine::Call& call) {
  WHORL_TRY(access::authorise(call.who, access::scope::kProtectionWrite));
  return of_somebody(answering_, [&] { return answering_.hidden_hits(); });
}

Result<std::vector<engine::HitAlarm>> MemberNode::hit_alarms(const engine::Call& call) {
  WHORL_TRY(access::authorise(call.who, access::scope::kProtectionWrite));
  return of_somebody(answering_, [&] { return answering_.hit_alarms(now()); });
}

Result<std::string> MemberNode::desk_key(const engine::Call& call) {
  WHORL_TRY(access::authorise(call.who, access::scope::kExchangeAsk));
  return desk_key_.jwk(call);
}

Result<engine::DeskKeys> MemberNode::rotate_desk_key(const engine::Call& call) {
  WHORL_TRY(access::authorise(call.who, access::scope::kKeysAdmin));
  return desk_key_.rotate(call);
}

Result<std::optional<engine::AskedBefore>> MemberNode::asked_before(const engine::Call& call,
                                                                    const engine::RequestKey& key) {
  return asking_.asked_before(call, key);
}

Result<std::string> MemberNode::unsealed(const engine::Call& call, std::string_view compact) {
  WHORL_TRY(access::authorise(call.who, access::scope::kExchangeAsk));
  return desk_key_.unsealed(compact);
}

}  // namespace whorl::member
