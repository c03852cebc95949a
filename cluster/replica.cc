#include "cluster/replica.h"

#include "base/result.h"
#include "cluster/change_fate.h"
#include "cluster/replica_terms.h"

namespace whorl::cluster {
namespace {

// Changes that wait for their end at one time; the threads that hear other replicas are not theirs.
constexpr std::size_t kMostChanging = 8;

}  // namespace

Replica::Replica(ReplicaLog log, Setup setup, Make make, EventSink events)
    : setup_(std::move(setup)),
      make_(std::move(make)),
      events_(std::move(events)),
      log_(std::move(log)),
      followers_(setup_.others.size()),
      source_(setup_.most_bytes),
      random_(std::random_device{}()) {}

Result<std::unique_ptr<Replica>> Replica::start(ReplicaLog log, Setup setup, Make make, EventSink events) {
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
  // A step of a move notes by itself that it is made; what is copied is not this log's yet.
  if (!log_.promises().copying) {
    applied_ = std::max(applied_, std::min(setup_.slices->book().entry(), log_.last_index()));
  }
  committed_ = applied_;
  patience_ = next_patience();
  threads_.emplace_back([this] { watch(); });
  threads_.emplace_back([this] { make_changes(); });
  threads_.emplace_back([this] { copy(); });
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

std::uint64_t Replica::date_ms() const {
  World& world = setup_.times.world == nullptr ? real_world() : *setup_.times.world;
  const auto since = std::chrono::duration_cast<std::chrono::milliseconds>(world.now().time_since_epoch()).count();
  return static_cast<std::uint64_t>(std::max<std::int64_t>(since, 0));
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

Result<Bytes> Replica::change(const Operation& operation, Bytes change, Until until) {
  if (change.size() + kAround > setup_.most_bytes) {
    return exhausted("the change has " + std::to_string(change.size()) +
                     " bytes, and with what a log adds is longer than the broker's max_payload");
  }
  Lock lock(mutex_);
  if (role_ != Role::kLeads) return not_begun(unavailable("does not lead"));
  if (changing_ >= kMostChanging) return not_begun(unavailable("is busy with other changes; nothing was done"));
  const std::uint64_t term = log_.promises().term;
  auto index = log_.index_of(operation);
  if (!index) {
    WHORL_TRY(log_.append({term, date_ms(), operation, std::move(change)}));
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
  if (!effect) {
    return ended_before(
        unavailable("the change was dealt with before, and what it was answered is not known any more"));
  }
  if (effect->empty()) return encode(Result<Done>(Done{}));
  return std::move(*effect);
}

bool Replica::knows(const Operation& operation) {
  const Lock lock(mutex_);
  return log_.index_of(operation).has_value();
}

Status Replica::leads() {
  const Lock lock(mutex_);
  return role_ == Role::kLeads ? Status() : Status(not_begun(unavailable("does not lead")));
}

Status Replica::wait_for(std::uint64_t index, Until until) {
  Lock lock(mutex_);
  const auto made = [&] { return !log_.promises().copying && applied_ >= index; };
  changed_.wait_until(lock, until, [&] { return stopping_ || made(); });
  if (made()) return {};
  return unavailable("is behind: it has made " + std::to_string(applied_) + " of " + std::to_string(index) +
                     " changes" + (trouble_.empty() ? "" : "; " + trouble_));
}

}  // namespace whorl::cluster
