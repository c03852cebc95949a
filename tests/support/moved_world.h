// The machine's clock, as far ahead as a test says.
#pragma once

#include <atomic>
#include <chrono>

#include "base/world.h"

namespace whorl::tests {

class MovedWorld final : public World {
 public:
  std::chrono::system_clock::time_point now() override { return real_world().now() + ahead.load(); }
  std::chrono::steady_clock::time_point ticks() override { return real_world().ticks(); }
  std::uint64_t random_u64() override { return real_world().random_u64(); }
  std::atomic<std::chrono::seconds> ahead{std::chrono::seconds(0)};
};

}  // namespace whorl::tests
