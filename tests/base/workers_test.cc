#include "base/workers.h"

#include <gtest/gtest.h>
#include <sys/resource.h>

#include <atomic>
#include <chrono>
#include <numeric>
#include <stdexcept>
#include <thread>
#include <vector>

#include "base/thread_sanitizer.h"

namespace whorl {
namespace {

TEST(Workers, EveryIndexOnce) {
  for (const int threads : {0, 1, 3}) {
    const Workers workers(threads);
    for (const std::size_t n : {std::size_t{0}, std::size_t{1}, std::size_t{7}, std::size_t{1000}}) {
      for (const std::size_t grain : {std::size_t{0}, std::size_t{1}, std::size_t{16}, std::size_t{5000}}) {
        std::vector<int> seen(n);
        workers.each(n, grain, [&](std::size_t begin, std::size_t end) {
          for (std::size_t i = begin; i < end; ++i) ++seen[i];
        });
        EXPECT_EQ(seen, std::vector<int>(n, 1));
      }
    }
  }
}

TEST(Workers, LoopsWithinLoops) {
  const Workers workers(2);
  std::atomic<int> calls = 0;
  workers.each(8, 1, [&](std::size_t first, std::size_t last) {
    for (std::size_t i = first; i < last; ++i) {
      workers.each(8, 1, [&](std::size_t begin, std::size_t end) { calls += static_cast<int>(end - begin); });
    }
  });
  EXPECT_EQ(calls, 64);
}

// Linux keeps a priority for each thread.
int nice_of_this_thread() { return getpriority(PRIO_PROCESS, 0); }

TEST(Workers, ThreadsThatWereStartedBeforeKeepTheirPriority) {
#ifdef WHORL_THREAD_SANITIZER
  GTEST_SKIP() << "loops run on threads of their own under the thread sanitizer";
#endif
  start_worker_threads();
  const int usual = nice_of_this_thread();
  std::thread low([usual] {
    ASSERT_EQ(setpriority(PRIO_PROCESS, 0, usual + 1), 0);
    const auto itself = std::this_thread::get_id();
    std::atomic<int> lowered = 0;
    Workers().each(1000, 1, [&](std::size_t, std::size_t) {
      if (std::this_thread::get_id() != itself && nice_of_this_thread() != usual) ++lowered;
      std::this_thread::sleep_for(std::chrono::microseconds(50));
    });
    EXPECT_EQ(lowered, 0);
  });
  low.join();
  EXPECT_EQ(nice_of_this_thread(), usual);
}

TEST(Workers, WhatABodyThrowsIsThrownToTheCaller) {
  const Workers workers(2);
  EXPECT_THROW(workers.each(100, 1,
                            [](std::size_t begin, std::size_t end) {
                              if (begin <= 50 && 50 < end) throw std::runtime_error("fifty");
                            }),
               std::runtime_error);
}

}  // namespace
}  // namespace whorl
