// The threads that share out loops.
//
// oneTBB underneath. Under the thread sanitizer the same loops run on plain threads instead: the packaged oneTBB is
// not built for the sanitizer, which would see races in it that are not there and, told to overlook those, would
// overlook ours.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>

namespace whorl {

// Thread-safety: each() may be called from any thread, from several at once, and from within a body.
class Workers {
 public:
  // At most this many threads work on the loops of one Workers at a time; 0: as many as the machine has cores.
  explicit Workers(int threads = 0);
  ~Workers();

  // Calls body(begin, end) for pieces of about `grain` that together make up [0, n), in no set order, several at
  // once; returns when all have returned. What a body throws is thrown here (the first of several).
  // Do not hold a lock that a body of any loop may want: while it waits, a thread may take up another loop's pieces.
  void each(std::size_t n, std::size_t grain, const std::function<void(std::size_t, std::size_t)>& body) const;

  Workers(const Workers&) = delete;
  Workers& operator=(const Workers&) = delete;

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

// Runs the task on every thread that loops share out to, each once, and returns when all have run it. Where some thread
// has not come after `at_most`, another may have run it in its stead.
void on_worker_threads(const std::function<void()>& task, std::chrono::milliseconds at_most);

// Starts all threads that loops share out to, which otherwise start as loops want them: a thread has the priority of
// the one that started it, so call this before any thread of a lower priority runs a loop. Cost: at most 0.2 s.
void start_worker_threads();

}  // namespace whorl
