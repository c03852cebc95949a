// The world of a part's engine that has replicas: a change that is made of the log has the date that the log says, on
// every replica the same.
//
// Thread-safety: every method may be called from any thread; a date holds for the thread that set it.
#pragma once

#include "base/world.h"

namespace whorl::cluster {

class ReplicaWorld final : public World {
 public:
  explicit ReplicaWorld(World& outer = real_world()) : outer_(outer) {}

  std::chrono::system_clock::time_point now() override {
    if (date_ms_ == 0) return outer_.now();
    return std::chrono::system_clock::time_point(std::chrono::milliseconds(date_ms_));
  }
  std::chrono::steady_clock::time_point ticks() override { return outer_.ticks(); }
  std::uint64_t random_u64() override { return outer_.random_u64(); }

  // It is then, for this thread, as long as this lives.
  class At {
   public:
    explicit At(std::uint64_t date_ms) { date_ms_ = date_ms; }
    ~At() { date_ms_ = 0; }
    At(const At&) = delete;
    At& operator=(const At&) = delete;
  };

 private:
  static inline thread_local std::uint64_t date_ms_ = 0;
  World& outer_;
};

}  // namespace whorl::cluster
