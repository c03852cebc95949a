// A clock that a test sets; its other clock is the machine's, and it draws 0, 1, 2, ...
#pragma once

#include <chrono>

#include "base/world.h"

namespace whorl::tests {

class SetWorld final : public World {
 public:
  explicit SetWorld(std::chrono::system_clock::time_point at) : at_(at) {}

  std::chrono::system_clock::time_point now() override { return at_; }
  std::chrono::steady_clock::time_point ticks() override { return std::chrono::steady_clock::now(); }
  std::uint64_t random_u64() override { return random_++; }
  void set(std::chrono::system_clock::time_point at) { at_ = at; }

 private:
  std::chrono::system_clock::time_point at_;
  std::uint64_t random_ = 0;
};

}  // namespace whorl::tests
