// OpenSSL keeps random generators for each thread and gives them back when the thread ends. Those of worker threads,
// which wait for work until the program ends, are lost when the library cleans up, and the address sanitizer takes them
// for leaks: so here every worker gives them back after the last test.
#include <gtest/gtest.h>
#include <openssl/crypto.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <thread>

#include "base/workers.h"

namespace whorl::engine {
namespace {

class EndedWorkers final : public ::testing::Environment {
 public:
  void TearDown() override {
    // Every thread holds one piece until all pieces are held.
    const std::size_t threads = std::max<std::size_t>(1, std::thread::hardware_concurrency());
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(5);
    std::atomic<std::size_t> arrived = 0;
    Workers().each(threads, 1, [&](std::size_t begin, std::size_t end) {
      OPENSSL_thread_stop();
      arrived += end - begin;
      while (arrived < threads && std::chrono::steady_clock::now() < until) std::this_thread::yield();
    });
  }
};

[[maybe_unused]] const ::testing::Environment* const ended = ::testing::AddGlobalTestEnvironment(new EndedWorkers);

}  // namespace
}  // namespace whorl::engine
