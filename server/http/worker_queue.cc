#include "server/http/worker_queue.h"

#include <sys/resource.h>

#include <utility>

namespace whorl::server {

WorkerQueue::WorkerQueue(std::size_t workers, std::size_t capacity, Priority priority) : capacity_(capacity) {
  for (std::size_t i = 0; i < workers; ++i) threads_.emplace_back([this, priority] { work(priority); });
}

WorkerQueue::~WorkerQueue() { stop(); }

bool WorkerQueue::try_submit(Turn turn, std::function<void()> job) {
  {
    const std::lock_guard lock(mutex_);
    if (stopped_ || jobs_.size() >= capacity_) return false;
    jobs_.emplace(turn, std::move(job));
  }
  wake_.notify_one();
  return true;
}

void WorkerQueue::stop() {
  decltype(jobs_) dropped;
  {
    const std::lock_guard lock(mutex_);
    stopped_ = true;
    dropped.swap(jobs_);
  }
  wake_.notify_all();
  for (auto& thread : threads_) {
    if (thread.joinable()) thread.join();
  }
}

std::size_t WorkerQueue::depth() const {
  const std::lock_guard lock(mutex_);
  return jobs_.size();
}

void WorkerQueue::work(Priority priority) {
  // Linux keeps it for a thread. Where it is refused, long work is as urgent as other work.
  constexpr int kNice = 5;
  if (priority == Priority::kLow) setpriority(PRIO_PROCESS, 0, kNice);
  for (;;) {
    std::function<void()> job;
    {
      std::unique_lock lock(mutex_);
      wake_.wait(lock, [this] { return stopped_ || !jobs_.empty(); });
      if (stopped_) return;
      job = std::move(jobs_.extract(jobs_.begin()).mapped());
    }
    job();
  }
}

}  // namespace whorl::server
