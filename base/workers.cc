#include "base/workers.h"

#include <algorithm>
#include <atomic>
#include <thread>

#include "base/thread_sanitizer.h"

#ifdef WHORL_THREAD_SANITIZER
#include <exception>
#include <mutex>
#include <vector>
#else
#include <tbb/blocked_range.h>
#include <tbb/info.h>
#include <tbb/parallel_for.h>
#include <tbb/task_arena.h>
#endif

namespace whorl {

#ifdef WHORL_THREAD_SANITIZER

struct Workers::Parts {
  std::size_t threads;
};

Workers::Workers(int threads)
    : parts_(new Parts{threads > 0 ? static_cast<std::size_t>(threads)
                                   : std::max<std::size_t>(2, std::thread::hardware_concurrency())}) {}

void Workers::each(std::size_t n, std::size_t grain, const std::function<void(std::size_t, std::size_t)>& body) const {
  grain = std::max<std::size_t>(grain, 1);
  std::atomic<std::size_t> next = 0;
  std::mutex mutex;
  std::exception_ptr thrown;
  const auto work = [&] {
    for (std::size_t begin = next.fetch_add(grain); begin < n; begin = next.fetch_add(grain)) {
      try {
        body(begin, std::min(begin + grain, n));
      } catch (...) {
        const std::scoped_lock lock(mutex);
        if (!thrown) thrown = std::current_exception();
      }
    }
  };
  {
    std::vector<std::jthread> threads;
    const std::size_t pieces = (n + grain - 1) / grain;
    for (std::size_t t = 1; t < std::min(parts_->threads, pieces); ++t) threads.emplace_back(work);
    work();
  }
  if (thrown) std::rethrow_exception(thrown);
}

#else

struct Workers::Parts {
  mutable tbb::task_arena arena;
};

Workers::Workers(int threads)
    : parts_(new Parts{tbb::task_arena(threads > 0 ? threads : tbb::info::default_concurrency())}) {}

void Workers::each(std::size_t n, std::size_t grain, const std::function<void(std::size_t, std::size_t)>& body) const {
  parts_->arena.execute([&] {
    const tbb::blocked_range<std::size_t> all(0, n, std::max<std::size_t>(grain, 1));
    tbb::parallel_for(all, [&](const auto& piece) { body(piece.begin(), piece.end()); });
  });
}

#endif

Workers::~Workers() = default;

void on_worker_threads(const std::function<void()>& task, std::chrono::milliseconds at_most) {
  // Every thread holds one piece until all pieces are held.
  const auto threads = std::max<std::size_t>(1, std::thread::hardware_concurrency());
  const auto until = std::chrono::steady_clock::now() + at_most;
  std::atomic<std::size_t> arrived = 0;
  Workers().each(threads, 1, [&](std::size_t begin, std::size_t end) {
    task();
    arrived += end - begin;
    while (arrived < threads && std::chrono::steady_clock::now() < until) std::this_thread::yield();
  });
}

void start_worker_threads() {
  on_worker_threads([] {}, std::chrono::milliseconds(200));
}

}  // namespace whorl
