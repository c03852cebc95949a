// Work that is due at a time, done by a few threads: answers at their slots, questions and their repetitions.
//
// Of one destination one thing is under way at a time, so that a member that hangs holds up nobody else. Each thread
// has a line of its own. Thread-safety: any thread may call add().
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "member/line.h"

namespace whorl::member {

class Schedule {
 public:
  using Clock = std::chrono::steady_clock;
  // Gives when to do it again; nothing: it is done.
  using Work = std::function<std::optional<Clock::time_point>(Line& line)>;

  // Borrows the configuration.
  Schedule(const MemberConfig& config, std::size_t threads);
  // What is under way is finished; the rest is dropped.
  ~Schedule();

  // `destination`: a member and what kind of thing it is.
  void add(Clock::time_point due, std::string destination, Work work);

  Schedule(const Schedule&) = delete;
  Schedule& operator=(const Schedule&) = delete;

 private:
  struct Item {
    std::string destination;
    Work work;
  };
  void run();

  const MemberConfig& config_;
  std::atomic<std::size_t> first_switch_{0};  // of every thread's line
  std::mutex mutex_;
  std::condition_variable bell_;
  bool stopping_ = false;  // guarded by mutex_, as are these
  std::multimap<Clock::time_point, Item> items_;
  std::set<std::string> busy_;
  std::vector<std::thread> threads_;
};

// How long after a failure something is tried again: 1, 2, 4, ... 60 s, each 20 % more or less.
std::chrono::milliseconds pause_after(int failures, std::uint64_t random);

}  // namespace whorl::member
