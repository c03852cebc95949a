// A message that comes over two switches at one time is taken by one thread: the other waits, and finds it taken. Else
// the second would look for a one-time key that the first has just used up.
#pragma once

#include <condition_variable>
#include <mutex>
#include <set>
#include <string>

namespace whorl::member {

// Marks (taken_mark) of what is being taken. Thread-safe.
class BeingTaken {
 public:
  void begin(const std::string& mark) {
    std::unique_lock lock(mutex_);
    ended_.wait(lock, [&] { return !marks_.contains(mark); });
    marks_.insert(mark);
  }
  void end(const std::string& mark) {
    const std::scoped_lock lock(mutex_);
    marks_.erase(mark);
    ended_.notify_all();
  }

 private:
  std::mutex mutex_;
  std::condition_variable ended_;
  std::set<std::string> marks_;
};

// As long as it lives nobody else takes what has this mark. Borrows both.
class TakenAlone {
 public:
  TakenAlone(BeingTaken& taken, const std::string& mark) : taken_(taken), mark_(mark) { taken_.begin(mark_); }
  ~TakenAlone() { taken_.end(mark_); }
  TakenAlone(const TakenAlone&) = delete;
  TakenAlone& operator=(const TakenAlone&) = delete;

 private:
  BeingTaken& taken_;
  const std::string& mark_;
};

}  // namespace whorl::member
