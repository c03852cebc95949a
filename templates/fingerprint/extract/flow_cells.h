// What the layers of the network of the ridge flow work on. Private to flow_net.cc and flow_winograd.cc.
#pragma once

#include <algorithm>
#include <cstddef>
#include <vector>

#include "templates/fingerprint/extract/flow_net.h"

namespace whorl::fingerprint {

inline constexpr int kFlowLanes = 16;                // outputs that are summed side by side
inline constexpr int kFlowTile = 6;                  // cells that are summed side by side
inline constexpr int kFlowBorder = 4;                // zeros around a picture: as far as the widest layer looks
inline constexpr int kFlowBehind = 3 * kFlowBorder;  // as far again as what is left of its last square

using FlowLane = float __attribute__((vector_size(kFlowLanes * sizeof(float))));
using FlowHalf = float __attribute__((vector_size(kFlowLanes / 2 * sizeof(float))));

// The same anywhere in memory, and half of it, for what keeps many at once: registers are no wider everywhere. Read and
// written through these: a copy of their bytes goes by way of the stack, in pieces, and waits there for them to be put
// together.
using FlowLaneAnywhere [[gnu::aligned(alignof(float)), gnu::may_alias]] = FlowLane;
using FlowHalfAnywhere [[gnu::aligned(alignof(float)), gnu::may_alias]] = FlowHalf;
static_assert(alignof(FlowLaneAnywhere) == alignof(float) && alignof(FlowHalfAnywhere) == alignof(float));
inline const FlowLaneAnywhere* lane_at(const float* from) { return reinterpret_cast<const FlowLaneAnywhere*>(from); }
inline FlowLaneAnywhere* lane_at(float* to) { return reinterpret_cast<FlowLaneAnywhere*>(to); }
inline const FlowHalfAnywhere* half_at(const float* from) { return reinterpret_cast<const FlowHalfAnywhere*>(from); }
inline FlowHalfAnywhere* half_at(float* to) { return reinterpret_cast<FlowHalfAnywhere*>(to); }

inline int whole_lanes(int channels) { return (channels + kFlowLanes - 1) / kFlowLanes * kFlowLanes; }

// Values of `channels` a cell, cell after cell, row after row, with kFlowBorder cells of zeros around, and kFlowBehind
// rows of them and 2 kFlowTile behind the last.
struct Cells {
  int width = 0;
  int height = 0;
  int channels = 0;
  std::vector<float> values;

  // Zeros around; what lies inside means nothing. Memory is kept for the next picture: fresh memory costs more than the
  // sums.
  void reset(int w, int h, int c) {
    width = w;
    height = h;
    channels = c;
    const auto cells =
        static_cast<std::size_t>((w + 2 * kFlowBorder) * (h + 2 * kFlowBorder + kFlowBehind) + 2 * kFlowTile);
    values.resize(cells * static_cast<std::size_t>(c));
    const auto clear = [this](std::ptrdiff_t from, std::ptrdiff_t to) {
      std::fill(values.begin() + from, values.begin() + to, 0.0F);
    };
    clear(0, at(0, 0));
    for (int y = 0; y + 1 < h; ++y) clear(at(w, y), at(0, y + 1));
    clear(at(w, h - 1), std::ssize(values));
  }
  [[nodiscard]] std::ptrdiff_t at(int x, int y) const {
    return (std::ptrdiff_t{y + kFlowBorder} * (width + 2 * kFlowBorder) + x + kFlowBorder) * channels;
  }
};

// kFlowTile neighbours, kFlowLanes outputs: sums of each one's window of `side` x `side` cells by the weights, which
// lie [y][x][input][output]. `in`: the upper left value of the first window; `step`: between neighbours' windows;
// `row`, `column`: between a window's rows and columns.
void sum_tile(const float* in, std::ptrdiff_t step, std::ptrdiff_t row, std::ptrdiff_t column, int side, int inputs,
              const float* weights, const float* bias, float* sums);

}  // namespace whorl::fingerprint
