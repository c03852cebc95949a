// What the files of a replica have in common. Private to this room.
#pragma once

#include <chrono>
#include <cstdint>

#include "cluster/bus.h"
#include "engine/call.h"

namespace whorl::cluster {

// Of the message around a change.
inline constexpr std::size_t kAround = 4096;
// Of what is sent in one message, where one thing alone is not longer.
inline constexpr std::size_t kMostSent = std::size_t{1} << 20;
// After something that failed.
inline constexpr std::chrono::milliseconds kTryAgainAfter{300};

inline engine::Call within(std::chrono::milliseconds time) {
  engine::Call out;
  out.deadline = Until::clock::now() + time;
  return out;
}

}  // namespace whorl::cluster
