// The flow map of a capture.
#include <algorithm>
#include <cmath>
#include <numbers>

#include "datasets/capture.h"
#include "datasets/lanes.h"

namespace whorl::datasets {
namespace {

using fingerprint::FlowCell;
using fingerprint::kFlowBlock_px500;

// The mean over a cell and its neighbours in the foreground (0 is background).
std::vector<float> smoothed_periods(const std::vector<float>& in) {
  std::vector<float> out(in.size());
  for (int cell = 0; cell < kFlowColumns * kFlowRows; ++cell) {
    if (in[static_cast<std::size_t>(cell)] == 0) continue;
    float sum = 0;
    float count = 0;
    for (int n = 0; n < 9; ++n) {
      const int c = cell % kFlowColumns + n % 3 - 1;
      const int r = cell / kFlowColumns + n / 3 - 1;
      if (c < 0 || r < 0 || c >= kFlowColumns || r >= kFlowRows) continue;
      const float v = in[static_cast<std::size_t>(r * kFlowColumns + c)];
      if (v == 0) continue;
      sum += v;
      count += 1;
    }
    out[static_cast<std::size_t>(cell)] = sum / count;
  }
  return out;
}

// The flow as doubled angles, and each cell's mean with its neighbours: what smoothing does in extraction.
struct Doubled {
  std::vector<float> cosine = std::vector<float>(kFlowColumns * kFlowRows);
  std::vector<float> sine = std::vector<float>(kFlowColumns * kFlowRows);

  void set(int cell, float gx, float gy) {
    const float norm = 1 / (gx * gx + gy * gy + 1e-9F);
    cosine[static_cast<std::size_t>(cell)] = (gx * gx - gy * gy) * norm;
    sine[static_cast<std::size_t>(cell)] = 2 * gx * gy * norm;
  }

  // Of the gradient, in turns, within a quarter turn of 0.
  [[nodiscard]] float angle(int cell) const {
    constexpr std::array<float, 9> kWeights = {1, 2, 1, 2, 5, 2, 1, 2, 1};
    float c = 0;
    float s = 0;
    for (int n = 0; n < 9; ++n) {
      const int column = cell % kFlowColumns + n % 3 - 1;
      const int row = cell / kFlowColumns + n / 3 - 1;
      if (column < 0 || row < 0 || column >= kFlowColumns || row >= kFlowRows) continue;
      const auto other = static_cast<std::size_t>(row * kFlowColumns + column);
      c += kWeights[static_cast<std::size_t>(n)] * cosine[other];
      s += kWeights[static_cast<std::size_t>(n)] * sine[other];
    }
    return angle_turns(c, s) / 2;
  }
};

}  // namespace

fingerprint::FlowMap draw_flow(Draws& draws, const Scene& s) {
  fingerprint::FlowMap out;
  out.columns = kFlowColumns;
  out.rows = kFlowRows;
  out.cells.resize(kFlowColumns * kFlowRows);
  const std::vector<int> cells = foreground_cells(s.mask);
  Gradients g;
  for (const int cell : cells) {
    const int row = cell / kFlowColumns;
    g.add((static_cast<float>(cell % kFlowColumns) + 0.5F) * kFlowBlock_px500,
          (static_cast<float>(row) + 0.5F) * kFlowBlock_px500);
  }
  g.measure(s.finger.phase, s.capture.map);
  std::vector<float> periods(out.cells.size());
  Doubled doubled;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    doubled.set(cells[i], g.gx[i], g.gy[i]);
    periods[static_cast<std::size_t>(cells[i])] =
        std::clamp(1 / std::sqrt(g.gx[i] * g.gx[i] + g.gy[i] * g.gy[i] + 1e-6F), 5.0F, 16.0F);
  }
  for (int pass = 0; pass < 3; ++pass) periods = smoothed_periods(periods);
  for (const int cell : cells) {
    // The ridge lies across the gradient; half turns are steps of 256; y up.
    const double ridge = 0.25 - static_cast<double>(doubled.angle(cell)) + bell(draws, 0, 0.003);
    FlowCell& to = out.cells[static_cast<std::size_t>(cell)];
    to.orientation = static_cast<std::uint8_t>(std::lround((ridge + 2) * 512) & 255);
    to.period = static_cast<std::uint8_t>(std::lround(periods[static_cast<std::size_t>(cell)] * 10));
  }
  return out;
}

}  // namespace whorl::datasets
