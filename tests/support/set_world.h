// A clock that a test sets. Its other clock is the machine's and what pass() said; it draws 0, 1, 2, ...
#pragma once

#include <chrono>

#include "base/world.h"

namespace whorl::tests {

class SetWorld final : public World {
 public:
  explicit SetWorld(std::chrono::system_clock::time_point at) : at_(at) {}

  std::chrono::system_clock::time_point now() override { return at_; }
  std::chrono::steady_clock::time_point ticks() override { return std::chrono::steady_clock::now() + passed_; }
  std::uint64_t random_u64() override { return random_++; }
  // The wall clock alone: somebody sets it.
  void set(std::chrono::system_clock::time_point at) { at_ = at; }
  // Both, as when time passes.
  void pass(std::chrono::system_clock::duration time) {
    at_ += time;
    passed_ += time;
  }

 private:
  std::chrono::system_clock::time_point at_;
  std::chrono::steady_clock::duration passed_{};
  std::uint64_t random_ = 0;
};

}  // namespace whorl::tests
