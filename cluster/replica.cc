#include "cluster/replica.h"

#include <algorithm>
#include <future>

#include "base/result.h"

namespace whorl::cluster {
namespace {

// Changes that wait for their end at one time; the threads that hear other replicas are not theirs.
constexpr std::size_t kMostChanging = 8;
constexpr std::size_t kMostAnswers = 1024;
// Of changes in one message, where one alone is not longer.
constexpr std::size_t kMostSent = std::size_t{1} << 20;
constexpr std::size_t kMostSentEntries = 512;
// Of the message around a change.
constexpr std::size_t kAround = 4096;
// Applied entries between two notes of how far it is.
constexpr std::uint64_t kNoteEvery = 64;
constexpr std::chrono::milliseconds kTryAgainAfter{300};
// In whose favour nobody can have voted: no replica is called so.
constexpr const char* kNobody = "-";

std::uint64_t now_ms() {
  const auto since = std::chrono::system_clock::now().time_since_epoch();
  return static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::milliseconds>(since).count());
}

engine::Call within(std::chrono::milliseconds time) {
  engine::Call out;
  out.deadline = Until::clock::now() + time;
  return out;
}

}  // namespace

Replica::Replica(ReplicaLog log, Setup setup, Make make, EventSink events)
    : setup_(std::move(setup)),
      make_(std::move(make)),
      events_(std::move(events)),
      log_(std::move(log)),
      followers_(setup_.others.size()),
      random_(std::random_device{}()) {}

Result<std::unique_ptr<Replica>> Replica::start(engine::TaskStore& rows, Setup setup, Make make, EventSink events) {
  WHORL_ASSIGN(ReplicaLog log, ReplicaLog::open(rows));
  if (setup.holds_somebody && log.promises() == Promises() && log.last_index() == 0) {
    return invalid_input(
        "this gallery has people and no log of their changes: a part of several replicas begins empty "
        "(docs/cluster.md)");
  }
  std::unique_ptr<Replica> out(new Replica(std::move(log), std::move(setup), std::move(make), std::move(events)));
  WHORL_TRY(out->begin());
  return out;
}

// An effect is in the batch of its change: what is before the last one is made too, or did nothing.
Status Replica::begin() {
  applied_ = log_.promises().applied;
  for (std::uint64_t index = log_.last_index(); index > applied_; --index) {
    WHORL_ASSIGN(const auto effect, log_.effect(index));
    if (effect) applied_ = index;
  }
  committed_ = applied_;
  patience_ = next_patience();
  threads_.emplace_back([this] { watch(); });
  threads_.emplace_back([this] { make_changes(); });
  for (std::size_t other = 0; other < followers_.size(); ++other) threads_.emplace_back([this, other] { feed(other); });
  return {};
}

Replica::~Replica() {
  stop();
  threads_.clear();
}

void Replica::stop() {
  const Lock lock(mutex_);
  stopping_ = true;
  changed_.notify_all();
}

void Replica::say(Severity severity, const std::string& sentence) const {
  if (events_) events_({severity, "cluster_replica", "replica " + setup_.name + " " + sentence});
}

Until Replica::next_patience() {
  const auto most = static_cast<std::uint64_t>(setup_.times.patience.count());
  return Until::clock::now() + setup_.times.patience + std::chrono::milliseconds(random_() % (most + 1));
}

std::string Replica::leader_heard() const {
  if (role_ == Role::kLeads) return setup_.name;
  return Until::clock::now() < heard_ + setup_.times.patience ? leader_ : std::string();
}

Position Replica::position() {
  const Lock lock(mutex_);
  return {log_.promises().term, log_.last_index(), applied_, is_member(), leader_heard(), trouble_};
}

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

// -- Who leads --------------------------------------------------------------------------------------------------------

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
      cut_log();
    }
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
  const auto votes = ask_others(lock, AskVote{fresh.term, setup_.name, log_.last_index(), log_.last_term()});
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
  first.time_ms = now_ms();
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

// -- The log ----------------------------------------------------------------------------------------------------------

Result<Bytes> Replica::change(const Operation& operation, Bytes change, Until until) {
  if (change.size() + kAround > setup_.most_bytes) {
    return exhausted("the change has " + std::to_string(change.size()) +
                     " bytes, and with what a log adds is longer than the broker's max_payload");
  }
  Lock lock(mutex_);
  if (role_ != Role::kLeads) return unavailable("does not lead");
  if (changing_ >= kMostChanging) return unavailable("is busy with other changes; nothing was done");
  const std::uint64_t term = log_.promises().term;
  auto index = log_.index_of(operation);
  if (!index) {
    WHORL_TRY(log_.append({term, now_ms(), operation, std::move(change)}));
    index = log_.last_index();
    commit();
    changed_.notify_all();
  }
  const std::uint64_t entry_term = log_.term_at(*index).value_or(term);
  ++changing_;
  const bool ended = changed_.wait_until(lock, until, [&] {
    return stopping_ || applied_ >= *index || role_ != Role::kLeads || log_.promises().term != term;
  });
  --changing_;
  if (applied_ >= *index && log_.term_at(*index) == entry_term) return answer_of(*index);
  return unavailable(ended ? "leads no more; the change may be made yet"
                           : "no end in time; the change may be made yet");
}

// What was made before this process began has left its answer with its effect.
Result<Bytes> Replica::answer_of(std::uint64_t index) const {
  if (const auto known = answers_.find(index); known != answers_.end()) return known->second;
  WHORL_ASSIGN(auto effect, log_.effect(index));
  if (!effect) return unavailable("the change was dealt with before, and what it was answered is not known any more");
  if (effect->empty()) return encode(Result<Done>(Done{}));
  return std::move(*effect);
}

Status Replica::leads() {
  const Lock lock(mutex_);
  return role_ == Role::kLeads ? Status() : Status(unavailable("does not lead"));
}

Status Replica::wait_for(std::uint64_t index, Until until) {
  Lock lock(mutex_);
  changed_.wait_until(lock, until, [&] { return stopping_ || applied_ >= index; });
  if (applied_ >= index) return {};
  return unavailable("is behind: it has made " + std::to_string(applied_) + " of " + std::to_string(index) +
                     " changes" + (trouble_.empty() ? "" : "; " + trouble_));
}

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
      heard_of(other, *message, *answer);
      if (answer->taken) told = message->committed;
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
  if (log_.last_index() < asked.base) {
    trouble_ = "it was away for longer than the log of the others reaches back";
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
  const std::uint64_t now = now_ms();
  const auto older = [&](std::uint64_t index, std::chrono::milliseconds age) {
    return log_.time_at(index) + static_cast<std::uint64_t>(age.count()) < now;
  };
  std::uint64_t behind_all = until;
  for (const Follower& each : followers_) behind_all = std::min(behind_all, each.matched);
  std::uint64_t to = log_.promises().base;
  while (to < until && older(to + 1, to + 1 <= behind_all ? setup_.times.least_kept : setup_.times.most_kept)) ++to;
  if (to <= log_.promises().base) return;
  const Status cut = log_.cut(to);
  if (!cut.ok()) return say(Severity::kWarning, "cannot cut its log: " + cut.error().message);
  cut_ = std::max(cut_, to);
}

// -- Making the changes -----------------------------------------------------------------------------------------------

void Replica::make_changes() {
  Lock lock(mutex_);
  while (!stopping_) {
    changed_.wait(lock, [&] { return stopping_ || applied_ < committed_; });
    if (stopping_) return;
    if (!make_one(lock, applied_ + 1)) changed_.wait_for(lock, kTryAgainAfter, [&] { return stopping_; });
  }
}

bool Replica::make_one(Lock& lock, std::uint64_t index) {
  const auto entry = log_.entry(index);
  if (!entry.ok()) {
    trouble_ = "entry " + std::to_string(index) + " cannot be read: " + entry.error().message;
    return false;
  }
  lock.unlock();
  Made made;
  if (!entry->change.empty()) made = make_(*entry, ReplicaLog::task_of(index));
  lock.lock();
  if (!made.settled) {
    trouble_ = "it cannot make change " + std::to_string(index);
    const auto why = decode_answer<Done>(made.answer);
    if (!why.ok()) trouble_ += ": " + why.error().message;
    return false;
  }
  trouble_.clear();
  settle(index, std::move(made));
  return true;
}

void Replica::settle(std::uint64_t index, Made made) {
  applied_ = index;
  answers_[index] = std::move(made.answer);
  while (answers_.size() > kMostAnswers) answers_.erase(answers_.begin());
  if (applied_ >= log_.promises().applied + kNoteEvery) {
    Promises fresh = log_.promises();
    fresh.applied = applied_;
    const Status noted = log_.keep(fresh);
    if (!noted.ok()) say(Severity::kWarning, "could not note how far it is: " + noted.error().message);
  }
  changed_.notify_all();
}

}  // namespace whorl::cluster
