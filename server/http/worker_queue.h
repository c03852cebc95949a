// A bounded queue of jobs between the network thread and a fixed pool of workers.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace whorl::server {

// Thread-safe. A free worker takes the job of an owner of whom the fewest run; among these, of one of whom the fewest
// have started. Whoever comes, or had to wait while theirs ran, is counted as having had as many starts as the others:
// so owners take turns, one with many jobs holds up nobody else's, and nobody saves up turns (start-time fair queueing
// with equal shares: Goyal, Vin and Cheng, 1997). Among equals, and for the jobs of one owner, the order is that of
// their turns, for one turn as they came. Jobs must not throw.
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
    std::uint64_t started = 0;  // jobs, or those counted as such
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
  std::uint64_t round_ = 0;  // the most that `started` was of an owner whose job then started
  bool stopped_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace whorl::server
