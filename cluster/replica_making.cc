// The changes of the log are made, in their order.
#include "cluster/replica.h"
#include "cluster/replica_terms.h"

namespace whorl::cluster {
namespace {

constexpr std::size_t kMostAnswers = 1024;
// Applied entries between two notes of how far it is.
constexpr std::uint64_t kNoteEvery = 64;

}  // namespace

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
