// What coding and decoding a ridge map share: its order, its contexts and their probabilities. Private to this room.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

#include "templates/fingerprint/template.h"

namespace whorl::fingerprint {

inline constexpr std::size_t kRidgeContexts = 4096;
inline constexpr int kLanes = 16;
inline constexpr int kLag = 4;     // samples that a lane stays behind the lane of the row above
inline constexpr int kMargin = 3;  // samples beyond either end of a row that a context may look at
inline constexpr unsigned kShareBits = 12;
inline constexpr std::uint32_t kWhole = 1U << kShareBits;
inline constexpr std::uint32_t kLeastState = 1U << 16;  // states are in [kLeastState, 2^32), refilled by 16 bits
inline constexpr std::size_t kWordBytes = 2;

enum RidgeCodeForm : std::uint8_t { kPlain = 0, kCoded = 1 };

// Of kWhole, how often a sample is 1 in each context; never 0 and never kWhole. One more, so that a whole word can be
// read at the last.
extern const std::array<std::uint16_t, kRidgeContexts + 1> kShare;

// In what order samples are coded. Step by step; in each step lane by lane; lane k codes rows k, k + 16, ... one after
// the other, each followed by a margin, and began kLag steps after lane k - 1.
struct Walk {
  explicit Walk(const RidgeMap& map)
      : columns(map.columns),
        rows(map.rows),
        period(std::max((map.columns + kMargin + 7) / 8 * 8, kLanes * kLag)),
        steps((map.rows + kLanes - 1) / kLanes * period + kLag * (kLanes - 1)) {}
  int columns;
  int rows;
  int period;  // steps from one row of a lane to its next; a multiple of 8
  int steps;

  template <class Visit>
  void each(Visit visit) const {
    for (int step = 0; step < steps; ++step) {
      for (int lane = 0; lane < kLanes && step >= kLag * lane; ++lane) {
        const int since = step - kLag * lane;
        const int row = since / period * kLanes + lane;
        const int column = since % period;
        if (row < rows && column < columns) visit(lane, row, column);
      }
    }
  }
};

// A sample; 0 outside the map.
unsigned sample(const RidgeMap& map, int row, int column);

// Twelve samples before this one, from the lowest bit: two to the left; six above, from two left to three right; two
// of the row over that, one of the next and one of the next.
unsigned context_of(const RidgeMap& map, int row, int column);

// How often a sample was 0 and 1 in each context: what the table of probabilities is made from.
using RidgeContextCounts = std::array<std::array<std::uint64_t, 2>, kRidgeContexts>;
// Adds those of a map.
void count_ridge_contexts(const RidgeMap& ridges, RidgeContextCounts& counts);

}  // namespace whorl::fingerprint
