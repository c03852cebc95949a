// When a replica's answer is late, so that another is asked, too (part_group.h; search_queue.h has it on paper).
#pragma once

#include <chrono>

namespace whorl::cluster {

// Later than this, and than so many times what answers took lately.
inline constexpr std::chrono::microseconds kLateAfter{100'000};
inline constexpr int kLateTimes = 3;

// What answers took lately, after one more.
template <class Number>
constexpr Number usual_after(Number usual, Number took) {
  return (usual * 7 + took) / 8;
}

}  // namespace whorl::cluster
