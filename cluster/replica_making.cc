// The changes of the log are made, in their order.
#include "cluster/replica.h"
#include "cluster/replica_terms.h"
#include "cluster/seal.h"
#include "crypto/random.h"
#include "index/gallery.h"

namespace whorl::cluster {
namespace {

constexpr std::size_t kMostAnswers = 1024;
// Applied entries between two notes of how far it is.
constexpr std::uint64_t kNoteEvery = 64;

}  // namespace

void Replica::make_changes() {
  Lock lock(mutex_);
  while (!stopping_) {
    changed_.wait(lock,
                  [&] { return stopping_ || (holding_ == 0 && !log_.promises().copying && applied_ < committed_); });
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
  making_ = true;
  lock.unlock();
  Made made;
  if (!entry->change.empty()) made = make_(*entry, index);
  lock.lock();
  making_ = false;
  changed_.notify_all();
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
  if (made.lets_go) let_go_ms_ = std::max(let_go_ms_, log_.time_at(index));
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

// Of what is due by its date in the log, whatever the clock of a replica says.
void Replica::order_letting_go() {
  const auto every = static_cast<std::uint64_t>(setup_.times.let_go_every.count());
  const std::uint64_t now = date_ms();
  if (role_ != Role::kLeads || applied_ < committed_ || now < let_go_ms_ + every) return;
  if (setup_.slices->any_fenced()) return;
  Asked order;
  order.asker.subject = "retention";
  order.question = LetGo{setup_.gallery->retention().keep_days};
  const auto change = encode(order);
  const auto operation = draw(crypto::system_random());
  if (!change.ok() || !operation.ok()) return;
  let_go_ms_ = now;
  const Status appended = log_.append({log_.promises().term, now, *operation, *change});
  if (!appended.ok()) return say(Severity::kWarning, "cannot order what is due: " + appended.error().message);
  commit();
  changed_.notify_all();
}

}  // namespace whorl::cluster
