#include "server/http/worker_queue.h"

#include <sys/resource.h>

#include <algorithm>
#include <tuple>
#include <utility>

namespace whorl::server {

WorkerQueue::WorkerQueue(std::size_t workers, std::size_t capacity, Priority priority) : capacity_(capacity) {
  for (std::size_t i = 0; i < workers; ++i) threads_.emplace_back([this, priority] { work(priority); });
}

WorkerQueue::~WorkerQueue() { stop(); }

bool WorkerQueue::try_submit(Turn turn, std::function<void()> job, const std::string& owner) {
  {
    const std::lock_guard lock(mutex_);
    if (stopped_ || waiting_ >= capacity_) return false;
    const auto known = owners_.find(owner);
    const std::size_t own = known == owners_.end() ? 0 : known->second.jobs.size();
    if (!owner.empty() && own > 0 && own >= capacity_ - waiting_) return false;
    Owner& its = owners_[owner];
    if (its.jobs.empty()) its.started = std::max(its.started, round_);
    its.jobs.emplace(turn, std::move(job));
    ++waiting_;
  }
  wake_.notify_one();
  return true;
}

void WorkerQueue::stop() {
  std::vector<std::multimap<Turn, std::function<void()>>> dropped;
  {
    const std::lock_guard lock(mutex_);
    stopped_ = true;
    for (auto& [name, owner] : owners_) dropped.push_back(std::exchange(owner.jobs, {}));
    waiting_ = 0;
  }
  wake_.notify_all();
  for (auto& thread : threads_) {
    if (thread.joinable()) thread.join();
  }
}

std::size_t WorkerQueue::depth() const {
  const std::lock_guard lock(mutex_);
  return waiting_;
}

// Of those with a job that waits. Precondition: there is one.
WorkerQueue::Owners::iterator WorkerQueue::next() {
  auto best = owners_.end();
  for (auto at = owners_.begin(); at != owners_.end(); ++at) {
    const Owner& owner = at->second;
    if (owner.jobs.empty()) continue;
    const auto order = [](const Owner& o) { return std::tuple(o.running, o.started, o.jobs.begin()->first); };
    if (best == owners_.end() || order(owner) < order(best->second)) best = at;
  }
  return best;
}

void WorkerQueue::work(Priority priority) {
  // Linux keeps it for a thread. Where it is refused, long work is as urgent as other work.
  constexpr int kNice = 5;
  if (priority == Priority::kLow) setpriority(PRIO_PROCESS, 0, kNice);
  for (;;) {
    std::function<void()> job;
    Owners::iterator owner;
    {
      std::unique_lock lock(mutex_);
      wake_.wait(lock, [this] { return stopped_ || waiting_ > 0; });
      if (stopped_) return;
      owner = next();
      job = std::move(owner->second.jobs.extract(owner->second.jobs.begin()).mapped());
      --waiting_;
      ++owner->second.running;
      round_ = std::max(round_, owner->second.started);
      owner->second.started = round_ + 1;
    }
    job();
    job = nullptr;
    const std::lock_guard lock(mutex_);
    if (--owner->second.running == 0 && owner->second.jobs.empty()) owners_.erase(owner);
  }
}

}  // namespace whorl::server
