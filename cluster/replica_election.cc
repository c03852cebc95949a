// Who of the replicas leads, and how one that forgot becomes a member again.
#include <algorithm>
#include <future>

#include "cluster/replica.h"
#include "cluster/replica_terms.h"

namespace whorl::cluster {
namespace {

// In whose favour nobody can have voted: no replica is called so.
constexpr const char* kNobody = "-";

}  // namespace

template <class Asking>
std::vector<std::optional<typename Asking::Answer>> Replica::ask_others(Lock& lock, const Asking& question) {
  lock.unlock();
  std::vector<std::future<std::optional<typename Asking::Answer>>> asked;
  for (const auto& other : setup_.others) {
    asked.push_back(std::async(std::launch::async, [&, other]() -> std::optional<typename Asking::Answer> {
      auto answer = other->ask(within(setup_.times.answer / 2), question);
      if (!answer.ok()) return {};
      return std::move(answer).value();
    }));
  }
  std::vector<std::optional<typename Asking::Answer>> out;
  for (auto& each : asked) out.push_back(each.get());
  lock.lock();
  return out;
}

Status Replica::follow_later(std::uint64_t term) {
  if (role_ == Role::kLeads) say(Severity::kInfo, "leads no more");
  role_ = Role::kFollows;
  changed_.notify_all();
  if (term == log_.promises().term) return {};
  Promises fresh = log_.promises();
  fresh.term = term;
  fresh.voted_for.clear();
  return log_.keep(fresh);
}

Status Replica::follow(std::uint64_t term, const std::string& leader) {
  if (term != log_.promises().term || role_ != Role::kFollows) WHORL_TRY(follow_later(term));
  leader_ = leader;
  heard_ = Until::clock::now();
  patience_ = next_patience();
  return {};
}

void Replica::watch() {
  Lock lock(mutex_);
  while (!stopping_) {
    changed_.wait_for(lock, setup_.times.heartbeat / 2, [&] { return stopping_; });
    if (stopping_) break;
    if (!is_member()) {
      join(lock);
    } else if (role_ != Role::kLeads && Until::clock::now() >= patience_) {
      stand(lock);
    } else if (role_ == Role::kLeads) {
      order_letting_go();
      cut_log();
    }
    source_.let_go();
  }
  Promises last = log_.promises();
  last.applied = applied_;
  const Status noted = log_.keep(last);
  if (!noted.ok()) say(Severity::kWarning, "could not note how far it is: " + noted.error().message);
}

// Others are asked first whether they hear a leader: who was away disturbs nobody by coming back.
void Replica::stand(Lock& lock) {
  const auto positions = ask_others(lock, TellPosition{});
  patience_ = next_patience();
  std::size_t members = 1;
  std::uint64_t term = log_.promises().term;
  for (const auto& each : positions) {
    if (!each) continue;
    term = std::max(term, each->term);
    members += each->member ? 1 : 0;
    if (!each->leader.empty() && each->leader != setup_.name) return;
  }
  if (members < setup_.needed || role_ == Role::kLeads || stopping_) return;
  if (Until::clock::now() < heard_ + setup_.times.patience) return;
  Promises fresh = log_.promises();
  fresh.term = std::max(term, fresh.term) + 1;
  fresh.voted_for = setup_.name;
  const Status kept = log_.keep(fresh);
  if (!kept.ok()) return say(Severity::kWarning, "cannot stand: " + kept.error().message);
  role_ = Role::kStands;
  leader_.clear();
  const auto votes =
      ask_others(lock, AskVote{fresh.term, setup_.name, log_.last_index(), log_.last_term(), setup_.times.options});
  if (role_ != Role::kStands || log_.promises().term != fresh.term || stopping_) return;
  std::size_t granted = 1;
  for (const auto& vote : votes) {
    if (vote && vote->term > fresh.term) {
      const Status later = follow_later(vote->term);
      if (!later.ok()) say(Severity::kWarning, "cannot follow: " + later.error().message);
      return;
    }
    granted += vote && vote->granted && vote->term == fresh.term ? 1 : 0;
  }
  if (granted >= setup_.needed) lead();
}

// An entry of its own term, which does nothing, settles what is left of earlier terms.
void Replica::lead() {
  const std::uint64_t term = log_.promises().term;
  LogEntry first;
  first.term = term;
  first.time_ms = date_ms();
  for (std::size_t i = 0; i < 8; ++i) first.operation[i] = static_cast<std::uint8_t>(term >> (8 * i));
  const Status appended = log_.append(first);
  if (!appended.ok()) return say(Severity::kWarning, "cannot lead: " + appended.error().message);
  role_ = Role::kLeads;
  leader_ = setup_.name;
  for (Follower& each : followers_) each = {log_.last_index(), 0, false, {}};
  say(Severity::kInfo, "leads, term " + std::to_string(term));
  commit();
  changed_.notify_all();
}

Result<VoteAnswer> Replica::vote(const AskVote& asked) {
  const Lock lock(mutex_);
  const auto answer = [&](bool granted) { return VoteAnswer{log_.promises().term, granted}; };
  if (!is_member() || asked.term < log_.promises().term) return answer(false);
  // What it takes this one may refuse.
  if (asked.options != setup_.times.options) return answer(false);
  if (asked.term > log_.promises().term) WHORL_TRY(follow_later(asked.term));
  const std::string& voted = log_.promises().voted_for;
  const bool free = voted.empty() || voted == asked.candidate;
  const bool as_long =
      asked.last_term != log_.last_term() ? asked.last_term > log_.last_term() : asked.last_index >= log_.last_index();
  if (!free || !as_long) return answer(false);
  Promises fresh = log_.promises();
  fresh.voted_for = asked.candidate;
  WHORL_TRY(log_.keep(fresh));
  patience_ = next_patience();
  return answer(true);
}

// A new replica may have acknowledged and voted before it lost its disk. Either nobody knows of anything at all; or as
// many members answer as are in every set that this one can have been part of, and it has to reach the furthest of
// them, in the log of a leader whose term is no earlier than any of theirs.
void Replica::join(Lock& lock) {
  if (to_reach_) return;
  const auto positions = ask_others(lock, TellPosition{});
  std::size_t members = 0;
  bool all_empty = true;
  std::uint64_t furthest = 0;
  std::uint64_t term = 0;
  for (const auto& each : positions) {
    all_empty = all_empty && each && each->term == 0 && each->last_index == 0;
    if (!each || !each->member) continue;
    ++members;
    furthest = std::max(furthest, each->last_index);
    term = std::max(term, each->term);
  }
  if (all_empty && log_.last_index() == 0 && log_.promises().term == 0) {
    Promises fresh = log_.promises();
    fresh.member = true;
    if (log_.keep(fresh).ok()) say(Severity::kInfo, "begins with a log that is empty, as all others'");
    return;
  }
  const std::size_t replicas = setup_.others.size() + 1;
  if (members < replicas - setup_.needed + 1) return;
  Promises fresh = log_.promises();
  if (term >= fresh.term) {
    fresh.term = term;
    fresh.voted_for = kNobody;
  }
  if (!log_.keep(fresh).ok()) return;
  to_reach_ = furthest;
  say(Severity::kInfo, "joins, and has to reach entry " + std::to_string(furthest));
}

}  // namespace whorl::cluster
