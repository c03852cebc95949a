#include "base/parallel.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <mutex>

#include "base/workers.h"

namespace whorl {
namespace {

using Clock = std::chrono::steady_clock;

// Throttles the callback and keeps it to one thread at a time.
class Meter {
 public:
  Meter(std::size_t total, const ProgressCallback& callback) : callback_(callback) { state_.total = total; }

  void add(std::size_t count) {
    if (!callback_) return;
    done_ += count;
    const std::unique_lock lock(mutex_, std::try_to_lock);
    if (!lock.owns_lock() || Clock::now() - last_ < std::chrono::milliseconds(100)) return;
    report();
  }

  void finish() {
    if (!callback_) return;
    const std::scoped_lock lock(mutex_);
    report();
  }

 private:
  void report() {
    last_ = Clock::now();
    state_.done = done_;
    state_.elapsed_s = std::chrono::duration<double>(last_ - start_).count();
    const auto left = static_cast<double>(state_.total - state_.done);
    state_.remaining_s = state_.done == 0 ? 0 : state_.elapsed_s * left / static_cast<double>(state_.done);
    callback_(state_);
  }

  const ProgressCallback& callback_;
  const Clock::time_point start_ = Clock::now();
  std::atomic<std::uint64_t> done_ = 0;
  std::mutex mutex_;
  Clock::time_point last_ = start_;  // guarded by mutex_
  Progress state_;                   // guarded by mutex_
};

}  // namespace

void parallel_each(std::size_t n, const std::function<void(std::size_t)>& body, const ProgressCallback& progress) {
  Meter meter(n, progress);
  Workers().each(n, 1, [&](std::size_t begin, std::size_t end) {
    for (std::size_t i = begin; i < end; ++i) {
      body(i);
      meter.add(1);
    }
  });
  meter.finish();
}

}  // namespace whorl
