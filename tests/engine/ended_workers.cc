// OpenSSL keeps random generators for each thread and gives them back when the thread ends. Those of worker threads,
// which wait for work until the program ends, are lost when the library cleans up, and the address sanitizer takes them
// for leaks: so here every worker gives them back after the last test.
#include <gtest/gtest.h>
#include <openssl/crypto.h>

#include <chrono>

#include "base/workers.h"

namespace whorl::engine {
namespace {

class EndedWorkers final : public ::testing::Environment {
 public:
  void TearDown() override { on_worker_threads(OPENSSL_thread_stop, std::chrono::seconds(5)); }
};

[[maybe_unused]] const ::testing::Environment* const ended = ::testing::AddGlobalTestEnvironment(new EndedWorkers);

}  // namespace
}  // namespace whorl::engine
