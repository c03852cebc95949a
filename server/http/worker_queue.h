// A bounded queue of jobs between the network thread and a fixed pool of workers.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace whorl::server {

// Thread-safe. Jobs start in the order they came and must not throw.
class WorkerQueue {
 public:
  WorkerQueue(std::size_t workers, std::size_t capacity);
  // Stops as stop() does.
  ~WorkerQueue();
  WorkerQueue(const WorkerQueue&) = delete;
  WorkerQueue& operator=(const WorkerQueue&) = delete;

  // False when `capacity` jobs wait already or the queue has stopped; the job is then not run. Never blocks.
  [[nodiscard]] bool try_submit(std::function<void()> job);
  // Drops the jobs that wait and returns when those that run are done. Idempotent.
  void stop();

  [[nodiscard]] std::size_t depth() const;
  [[nodiscard]] std::size_t capacity() const { return capacity_; }

 private:
  void work();
  const std::size_t capacity_;
  mutable std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<std::function<void()>> jobs_;
  bool stopped_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace whorl::server
