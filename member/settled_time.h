// The time by which what is kept is let go of: the wall clock's, once it is to be believed.
//
// A clock that jumps ahead, by an hour or a year, would have everything deleted at once whose time has not come, and
// nothing brings that back. So this time goes on with the machine's monotonic clock; what the wall clock is ahead of it
// counts once that has been so for a day without a break. A clock that is set back counts at once, as it deletes
// nothing. A process that begins has no history: nothing is let go of in its first hour. Thread-safety: any thread may
// call any method at once.
#pragma once

#include <chrono>
#include <mutex>
#include <optional>

#include "base/world.h"
#include "exchange/policy/policy.h"

namespace whorl::member {

class SettledTime {
 public:
  static constexpr std::chrono::seconds kBelieved{24 * 3600};
  static constexpr std::chrono::seconds kBelievedAtStart{3600};

  // Borrows the world.
  explicit SettledTime(World& world) : world_(world), began_(world.ticks()) {}

  // 1970 as long as there is none. To be called some times an hour. Never later than the wall clock.
  exchange::Time now();
  // How far the wall clock is ahead, or zero: a little, as clocks are set a little, is nothing.
  std::chrono::seconds ahead();

 private:
  using Offset = std::chrono::nanoseconds;  // of the wall clock to the monotonic one
  // The caller has the lock.
  void look();

  World& world_;
  const std::chrono::steady_clock::time_point began_;
  std::mutex mutex_;
  // All guarded by mutex_.
  std::optional<Offset> settled_;
  std::optional<Offset> ahead_;  // the least since ahead_since_
  std::chrono::steady_clock::time_point ahead_since_;
};

}  // namespace whorl::member
