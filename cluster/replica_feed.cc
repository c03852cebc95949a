// How the log of the leader becomes that of all.
#include <algorithm>

#include "cluster/replica.h"
#include "cluster/replica_terms.h"

namespace whorl::cluster {
namespace {

constexpr std::size_t kMostSentEntries = 512;

}  // namespace

// As many as are needed have it synced, members alone, and it is of this term (Raft's 5.4.2).
void Replica::commit() {
  if (role_ != Role::kLeads) return;
  std::vector<std::uint64_t> synced{log_.last_index()};
  for (const Follower& each : followers_) {
    if (each.member) synced.push_back(each.matched);
  }
  if (synced.size() < setup_.needed) return;
  std::sort(synced.rbegin(), synced.rend());
  const std::uint64_t reached = synced[setup_.needed - 1];
  if (reached <= committed_ || log_.term_at(reached) != log_.promises().term) return;
  committed_ = reached;
  changed_.notify_all();
}

Result<AppendEntries> Replica::next_for(std::size_t other) const {
  const Follower& follower = followers_[other];
  AppendEntries out;
  out.term = log_.promises().term;
  out.leader = setup_.name;
  out.previous_index = std::max(follower.next - 1, log_.promises().base);
  out.previous_term = log_.term_at(out.previous_index).value_or(0);
  out.committed = committed_;
  out.cut = cut_;
  out.base = log_.promises().base;
  out.options = setup_.times.options;
  std::size_t size = 0;
  for (std::uint64_t index = out.previous_index + 1; index <= log_.last_index(); ++index) {
    WHORL_ASSIGN(LogEntry entry, log_.entry(index));
    size += entry.change.size() + kAround;
    if (!out.entries.empty() &&
        (size > std::min(kMostSent, setup_.most_bytes) || out.entries.size() >= kMostSentEntries)) {
      break;
    }
    out.entries.push_back(std::move(entry));
  }
  return out;
}

void Replica::feed(std::size_t other) {
  Lock lock(mutex_);
  std::uint64_t told = 0;  // up to where it knows what is certain
  while (!stopping_) {
    const auto more = [&] {
      return stopping_ || (role_ == Role::kLeads && (followers_[other].next <= log_.last_index() || told < committed_));
    };
    changed_.wait_for(lock, setup_.times.heartbeat, more);
    if (stopping_) return;
    if (role_ != Role::kLeads) {
      told = 0;
      changed_.wait_for(lock, setup_.times.heartbeat, [&] { return stopping_ || role_ == Role::kLeads; });
      continue;
    }
    const auto message = next_for(other);
    if (!message.ok()) {
      trouble_ = "its log cannot be read: " + message.error().message;
      changed_.wait_for(lock, kTryAgainAfter, [&] { return stopping_; });
      continue;
    }
    lock.unlock();
    const auto answer = setup_.others[other]->ask(within(setup_.times.answer), *message);
    lock.lock();
    if (answer.ok()) {
      const std::uint64_t next = followers_[other].next;
      heard_of(other, *message, *answer);
      if (answer->taken) told = message->committed;
      // Where asking again would change nothing: it copies, say.
      if (!answer->taken && followers_[other].next == next) {
        changed_.wait_for(lock, kTryAgainAfter, [&] { return stopping_; });
      }
    } else {
      changed_.wait_for(lock, kTryAgainAfter, [&] { return stopping_; });
    }
  }
}

void Replica::heard_of(std::size_t other, const AppendEntries& sent, const AppendAnswer& answer) {
  if (answer.term > log_.promises().term) {
    const Status later = follow_later(answer.term);
    if (!later.ok()) say(Severity::kWarning, "cannot follow: " + later.error().message);
    return;
  }
  if (role_ != Role::kLeads || sent.term != log_.promises().term || answer.term != sent.term) return;
  Follower& follower = followers_[other];
  follower.heard = Until::clock::now();
  follower.member = answer.member;
  if (answer.taken) {
    follower.matched =
        std::max(follower.matched, std::min(answer.last_index, sent.previous_index + sent.entries.size()));
    follower.next = follower.matched + 1;
    commit();
  } else {
    // Less than before: its disk was lost.
    follower.matched = std::min(follower.matched, answer.last_index);
    follower.next = std::max<std::uint64_t>(1, std::min(follower.next - 1, answer.last_index + 1));
  }
}

Result<AppendAnswer> Replica::append(const AppendEntries& asked) {
  const Lock lock(mutex_);
  const auto refuse = [&](std::uint64_t may_be) {
    return AppendAnswer{log_.promises().term, false, may_be, is_member()};
  };
  if (asked.term < log_.promises().term) return refuse(0);
  if (role_ == Role::kLeads && asked.term == log_.promises().term)
    return internal_error("two replicas lead in one term");
  WHORL_TRY(follow(asked.term, asked.leader));
  if (asked.options != setup_.times.options) {
    trouble_ = "it runs with other options than its leader " + asked.leader + " (quality, images, faces, limits)";
    return refuse(log_.last_index());
  }
  if (log_.promises().copying || log_.last_index() < asked.base) {
    WHORL_TRY(need_copy(asked.base));
    return refuse(log_.last_index());
  }
  if (asked.previous_index > log_.last_index()) return refuse(log_.last_index());
  if (asked.previous_index >= log_.promises().base && log_.term_at(asked.previous_index) != asked.previous_term) {
    return refuse(asked.previous_index - 1);
  }
  WHORL_TRY(take(asked));
  const std::uint64_t reached = asked.previous_index + asked.entries.size();
  if (!is_member() && to_reach_ && reached >= *to_reach_) {
    Promises fresh = log_.promises();
    fresh.member = true;
    WHORL_TRY(log_.keep(fresh));
    say(Severity::kInfo, "is a member again");
  }
  if (const std::uint64_t certain = std::min(asked.committed, reached); certain > committed_) {
    committed_ = certain;
    changed_.notify_all();
  }
  cut_ = std::max(cut_, asked.cut);
  if (const std::uint64_t until = std::min(cut_, applied_); until > log_.promises().base) WHORL_TRY(log_.cut(until));
  return AppendAnswer{log_.promises().term, true, reached, is_member()};
}

Status Replica::take(const AppendEntries& asked) {
  std::uint64_t index = asked.previous_index;
  for (const LogEntry& entry : asked.entries) {
    ++index;
    if (index <= log_.promises().base) continue;
    const auto there = log_.term_at(index);
    if (there == entry.term) continue;
    if (there) {
      if (index <= committed_) return internal_error("a leader has another change where one was certain");
      WHORL_TRY(log_.truncate(index));
    }
    WHORL_TRY(log_.append(entry));
  }
  return {};
}

// Behind the slowest of the replicas that are heard, and what is older than a day behind all. What is young stays, so
// that a change that is asked for again is known.
void Replica::cut_log() {
  std::uint64_t until = applied_;
  const std::uint64_t now = date_ms();
  const auto older = [&](std::uint64_t index, std::chrono::milliseconds age) {
    return log_.time_at(index) + static_cast<std::uint64_t>(age.count()) < now;
  };
  std::uint64_t behind_all = until;
  for (const Follower& each : followers_) behind_all = std::min(behind_all, each.matched);
  std::uint64_t to = log_.promises().base;
  while (to < until && older(to + 1, to + 1 <= behind_all ? setup_.times.least_kept : setup_.times.most_kept)) ++to;
  if (to <= log_.promises().base) return;
  const Status cut = log_.cut(to);
  if (!cut.ok() && !uncut_) say(Severity::kWarning, "cannot cut its log: " + cut.error().message);
  uncut_ = !cut.ok();
  if (uncut_) return;
  cut_ = std::max(cut_, to);
}

}  // namespace whorl::cluster
