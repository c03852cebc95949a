// The ridge map of a capture.
#include <algorithm>
#include <cmath>
#include <numbers>

#include "datasets/capture.h"
#include "datasets/lanes.h"

namespace whorl::datasets {
namespace {

using fingerprint::kFlowBlock_px500;
using fingerprint::kRidgeStep_px500;

constexpr int kPerByte = 8;  // samples; they span one flow cell
static_assert(kPerByte * kRidgeStep_px500 == kFlowBlock_px500);
constexpr int kRowBytes = kFlowColumns;

// A row of the ridge map before it is cut to bits; whole bytes, from the first with contact to the last.
struct RidgeRow {
  int first = 0;
  int last = -1;
  std::array<std::uint8_t, kRowBytes> contact{};
  std::array<float, padded(kRowBytes*kPerByte)> x{}, y{}, noise{}, value{};

  void touch(const std::uint8_t* mask) {
    constexpr int kCells = kFlowBlock_px500 / kGrid;
    first = kRowBytes;
    last = -1;
    for (int byte = 0; byte < kRowBytes; ++byte) {
      unsigned bits = 0;
      for (int i = 0; i < kCells; ++i) bits |= mask[byte * kCells + i] * (3U << (2 * i));
      contact[static_cast<std::size_t>(byte)] = static_cast<std::uint8_t>(bits);
      if (bits == 0) continue;
      first = std::min(first, byte);
      last = byte;
    }
  }

  // From a row of lattice nodes (or what lies between two).
  void shake(const std::array<float, kNodeColumns>& nodes) {
    for (int byte = first; byte <= last; ++byte) {
      const float from = nodes[static_cast<std::size_t>(byte)];
      const float step = (nodes[static_cast<std::size_t>(byte) + 1] - from) / kPerByte;
      float* to = noise.data() + (byte - first) * kPerByte;
      for (int i = 0; i < kPerByte; ++i) to[i] = from + step * static_cast<float>(i);
    }
  }

  void place(int row) {
    const float left = static_cast<float>(first * kFlowBlock_px500);
    for (std::size_t i = 0; i < x.size(); ++i) x[i] = left + static_cast<float>(i) * kRidgeStep_px500;
    y.fill(static_cast<float>(row * kRidgeStep_px500));
  }

  void write(std::uint8_t* to) const {
    for (int byte = first; byte <= last; ++byte) {
      const float* v = value.data() + (byte - first) * kPerByte;
      unsigned bits = 0;
      for (unsigned i = 0; i < kPerByte; ++i) bits |= (v[i] > 0 ? 1U : 0U) << i;
      to[byte] = static_cast<std::uint8_t>(bits & contact[static_cast<std::size_t>(byte)]);
    }
  }
};

}  // namespace

fingerprint::RidgeMap draw_ridges(const Scene& s) {
  fingerprint::RidgeMap out;
  out.columns = kWidth / kRidgeStep_px500;
  out.rows = kHeight / kRidgeStep_px500;
  out.bits.resize(static_cast<std::size_t>(out.rows) * kRowBytes);
  RidgeRow line;
  for (int row = 0; row < out.rows; ++row) {
    if (row * kRidgeStep_px500 % kGrid == 0)
      line.touch(s.mask.cells.data() + row * kRidgeStep_px500 / kGrid * kMaskColumns);
    if (line.last < line.first) continue;
    const float down = static_cast<float>(row % kPerByte) / kPerByte;
    const float* above = s.noise.nodes.data() + row / kPerByte * kNodeColumns;
    std::array<float, kNodeColumns> nodes;
    for (int i = 0; i < kNodeColumns; ++i)
      nodes[static_cast<std::size_t>(i)] = above[i] + (above[i + kNodeColumns] - above[i]) * down;
    line.shake(nodes);
    line.place(row);
    const std::size_t count = padded(static_cast<std::size_t>(line.last - line.first + 1) * kPerByte);
    ridge_values(s.finger.phase, s.capture.map, line.x, line.y, line.noise, std::span(line.value).first(count));
    line.write(out.bits.data() + row * kRowBytes);
  }
  return out;
}

}  // namespace whorl::datasets
