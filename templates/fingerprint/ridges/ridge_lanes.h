// Decoding all sixteen lanes of a ridge map side by side: what the ways of doing so share, and their names. Private to
// this room.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <vector>

#include "base/bytes.h"
#include "base/simd.h"
#include "templates/fingerprint/ridges/ridge_walk.h"

namespace whorl::fingerprint {

// The 16 states, then the words, in the order that a decoder takes them.
struct Stream {
  std::array<std::uint32_t, kLanes> state{};
  const std::uint8_t* next = nullptr;
  const std::uint8_t* end = nullptr;

  bool open(ByteView code) {
    if (code.size() < kLanes * 4 || (code.size() - kLanes * 4) % kWordBytes != 0) return false;
    ByteReader in(code);
    for (auto& s : state) {
      s = in.u32();
      if (s < kLeastState) return false;
    }
    next = code.data() + kLanes * 4;
    end = code.data() + code.size();
    return true;
  }
  // Adds 16 bits to a state below kLeastState; past the end zeros, and `next` goes beyond `end`.
  void refill(std::uint32_t& s) {
    const unsigned word = next < end ? static_cast<unsigned>(next[0] << 8 | next[1]) : 0;
    next += kWordBytes;
    s = s << 16 | word;
  }
  // Nothing is left over and every coder is where it began: the code is the one that was written.
  [[nodiscard]] bool exact() const {
    return next == end && std::all_of(state.begin(), state.end(), [](std::uint32_t s) { return s == kLeastState; });
  }
};

// A decoder that keeps each lane's last sixteen samples (the newest in the highest bit) instead of looking them up. The
// rows above the first lanes' are those of the last four lanes, as they were when they were as far ahead of the first
// lane as one lane is of the next.
struct Scratch {
  std::vector<std::array<std::uint32_t, 4>> late;  // of the last four lanes, one entry for each of `period` steps
  std::vector<std::array<std::uint8_t, kLanes>> finished;  // every fourth step: the eight newest samples of each lane
  Bytes words;                                             // with words to spare past the end

  Scratch& begin(const Walk& walk) {
    late.assign(static_cast<std::size_t>(walk.period), {});
    finished.resize(static_cast<std::size_t>(walk.steps / kStepsBetween + 1));
    return *this;
  }
  void write_rows(const Walk& walk, RidgeMap& map) const {
    for (int row = 0; row < map.rows; ++row) {
      const int lane = row % kLanes;
      std::uint8_t* bits = map.bits.data() + row * map.row_bytes();
      const int last_of_first = row / kLanes * walk.period + kLag * lane + 7;
      for (int i = 0; i < map.row_bytes(); ++i) {
        bits[i] =
            finished[static_cast<std::size_t>((last_of_first + 8 * i) / kStepsBetween)][static_cast<std::size_t>(lane)];
      }
    }
  }
  static constexpr int kStepsBetween = 4;
};

inline constexpr int kAhead =
    kLag * (kLanes - 1) + kMargin;  // steps that an entry of `late` is used before it is a period old

// Whether the code is sound to its end; the samples are in `scratch`. The second and third where the processor has the
// instructions (base/simd.h).
bool decode_lanes(Stream& in, const Walk& walk, Scratch& scratch);
#ifdef WHORL_AVX2
bool decode_lanes_avx2(Stream& in, const Walk& walk, Scratch& scratch);
bool decode_lanes_avx512(Stream& in, const Walk& walk, Scratch& scratch);
#endif

}  // namespace whorl::fingerprint
