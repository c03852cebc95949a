// A bounded queue of jobs between the network thread and a fixed pool of workers.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace whorl::server {

// Thread-safe. A free worker takes the job of an owner of whom the fewest run; among these, jobs start in the order of
// their turns, those of one turn as they came. So an owner with many jobs holds up nobody else's. Jobs must not throw.
class WorkerQueue {
 public:
  // An order, no appointment: a free worker takes the first job that waits at once.
  using Turn = std::chrono::steady_clock::time_point;

  // Threads of a low priority get about a quarter of a core that others want too, and all of one that nobody wants.
  enum class Priority { kNormal, kLow };

  WorkerQueue(std::size_t workers, std::size_t capacity, Priority priority = Priority::kNormal);
  // Stops as stop() does.
  ~WorkerQueue();
  WorkerQueue(const WorkerQueue&) = delete;
  WorkerQueue& operator=(const WorkerQueue&) = delete;

  // False when `capacity` jobs wait already or the queue has stopped; the job is then not run. Never blocks. An owner
  // with a name may have no more jobs waiting than there is room left: one alone has half of the queue.
  [[nodiscard]] bool try_submit(Turn turn, std::function<void()> job, const std::string& owner = {});
  // Drops the jobs that wait and returns when those that run are done. Idempotent.
  void stop();

  [[nodiscard]] std::size_t depth() const;
  [[nodiscard]] std::size_t capacity() const { return capacity_; }

 private:
  struct Owner {
    std::size_t running = 0;
    std::multimap<Turn, std::function<void()>> jobs;
  };
  using Owners = std::map<std::string, Owner>;

  void work(Priority priority);
  Owners::iterator next();
  const std::size_t capacity_;
  mutable std::mutex mutex_;
  std::condition_variable wake_;
  Owners owners_;            // those with a job that waits or runs
  std::size_t waiting_ = 0;  // jobs of all
  bool stopped_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace whorl::server
