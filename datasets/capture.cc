// placement -> contact -> clearness and noise.
#include "datasets/capture.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "base/simd.h"
#include "datasets/lanes.h"

namespace whorl::datasets {

using fingerprint::kFlowBlock_px500;

float Lattice::at(float x, float y) const {
  const float gx = std::clamp(x / kFlowBlock_px500, 0.0F, kFlowColumns - 0.01F);
  const float gy = std::clamp(y / kFlowBlock_px500, 0.0F, kFlowRows - 0.01F);
  const auto column = static_cast<int>(gx);
  const auto row = static_cast<int>(gy);
  const float fx = gx - static_cast<float>(column);
  const float* n = nodes.data() + row * kNodeColumns + column;
  const float above = n[0] + (n[1] - n[0]) * fx;
  const float below = n[kNodeColumns] + (n[kNodeColumns + 1] - n[kNodeColumns]) * fx;
  return above + (below - above) * (gy - static_cast<float>(row));
}

float Mask::depth(float x, float y) const {
  constexpr int kReach = 32 / kGrid;
  const int column = static_cast<int>(x) / kGrid;
  const int row = static_cast<int>(y) / kGrid;
  int least2 = kReach * kReach;
  for (int dy = -kReach; dy <= kReach; ++dy) {
    for (int dx = -kReach; dx <= kReach; ++dx) {
      const int d2 = dx * dx + dy * dy;
      if (d2 < least2 && !at(column + dx, row + dy)) least2 = d2;
    }
  }
  return kGrid * std::sqrt(static_cast<float>(least2));
}

namespace {

// How bad a capture is: most are good, one in 25 is poor.
double draw_badness(Draws& draws) {
  const double u = draws.unit();
  if (u < 0.70) return 0.5 * u;
  if (u < 0.96) return 0.35 + (u - 0.70) * 4;
  return 1.4 + (u - 0.96) * 50;
}

Bend draw_wave(Draws& draws, double shortest, double longest, double height) {
  Bend out;
  unit_vector<float>(static_cast<float>(draws.unit()), out.across_x, out.across_y);
  const auto length = static_cast<float>(draws.between(shortest, longest));
  out.across_x /= length;
  out.across_y /= length;
  out.turns = static_cast<float>(draws.unit());
  unit_vector<float>(static_cast<float>(draws.unit()), out.x_px, out.y_px);
  out.x_px *= static_cast<float>(height);
  out.y_px *= static_cast<float>(height);
  return out;
}

void draw_placement(Draws& draws, double stretch_px, Capture& out) {
  SkinMap& m = out.map;
  unit_vector<float>(static_cast<float>(bell(draws, 0, 0.10) / (2 * std::numbers::pi)), m.cosine, m.sine);
  m.middle_x = static_cast<float>(kWidth / 2.0 + bell(draws, 0, 9));
  m.middle_y = static_cast<float>(kHeight / 2.0 + bell(draws, 0, 9));
  m.shift_x = out.contact_x;
  m.shift_y = out.contact_y;
  for (Bend& b : m.bends) b = draw_wave(draws, 220, 500, bell(draws, stretch_px, stretch_px / 3));
}

Capture draw_capture(Draws& draws, const TemplateFinger::Parts& finger) {
  Capture out;
  const double bad = draw_badness(draws);
  const bool partial = draws.chance(0.06);
  const double slide = partial ? 36 : 12;
  out.contact_x = static_cast<float>(bell(draws, 0, slide));
  out.contact_y = static_cast<float>(bell(draws, static_cast<double>(finger.middle_y), 1.3 * slide));
  const double size = partial ? draws.between(0.62, 0.85) : 1;
  out.half_width = static_cast<float>(static_cast<double>(finger.half_width) * size * bell(draws, 1, 0.06));
  out.half_height = static_cast<float>(static_cast<double>(finger.half_height) * size * bell(draws, 1, 0.07));
  for (Bend& b : out.edge) b = draw_wave(draws, 40, 140, 0.07);
  out.clearness = finger.clearness - static_cast<float>(0.09 * bad);
  out.miss = static_cast<float>(0.04 + 0.09 * bad);
  out.invent = static_cast<float>(0.005 + 0.017 * bad);
  draw_placement(draws, 2 + 2.5 * bad, out);
  return out;
}

Lattice draw_lattice(Draws& draws) {
  Lattice out;
  constexpr float kUnit = 3.4641016F / 65536;  // to unit variance
  for (std::size_t i = 0; i < out.nodes.size(); i += 4) {
    std::uint64_t bits = draws.bits();
    for (std::size_t k = i; k < std::min(i + 4, out.nodes.size()); ++k, bits >>= 16)
      out.nodes[k] = kUnit * static_cast<float>(static_cast<int>(bits & 0xffff) - 32768);
  }
  return out;
}

// The same, smoother: each node the mean of its neighbours.
Lattice smoothed(const Lattice& in) {
  Lattice out;
  for (int row = 0; row < kNodeRows; ++row) {
    for (int column = 0; column < kNodeColumns; ++column) {
      float sum = 0;
      for (int n = 0; n < 9; ++n) {
        const int r = std::clamp(row + n / 3 - 1, 0, kNodeRows - 1);
        const int c = std::clamp(column + n % 3 - 1, 0, kNodeColumns - 1);
        sum += in.nodes[static_cast<std::size_t>(r * kNodeColumns + c)];
      }
      out.nodes[static_cast<std::size_t>(row * kNodeColumns + column)] = sum / 3;
    }
  }
  return out;
}

// A row of mask cells, `dy` below the middle: less than 1 where the finger touches.
WHORL_MULTIVERSION
void contact_row(const Capture& c, float dy, float* out) {
  const SkinMap& m = c.map;
  for (int column = 0; column < kMaskColumns; ++column) {
    const float dx = (static_cast<float>(column) + 0.5F) * kGrid - m.middle_x;
    const float x = dx * m.cosine - dy * m.sine;
    const float y = dx * m.sine + dy * m.cosine;
    const float u = x / c.half_width;
    const float v = y / c.half_height;
    float edge = 0.55F * (u * u + v * v) + 0.45F * (u * u * u * u + v * v * v * v);  // squarer than an ellipse
    for (const Bend& b : c.edge) edge += b.x_px * wave<float>(x * b.across_x + y * b.across_y + b.turns);
    out[column] = edge;
  }
}

Mask draw_mask(const Capture& c) {
  Mask out;
  std::array<float, kMaskColumns> edge;
  for (int row = 0; row < kMaskRows; ++row) {
    contact_row(c, (static_cast<float>(row) + 0.5F) * kGrid - c.map.middle_y, edge.data());
    std::uint8_t* to = out.cells.data() + row * kMaskColumns;
    for (std::size_t column = 0; column < kMaskColumns; ++column) to[column] = edge[column] < 1 ? 1 : 0;
  }
  return out;
}

}  // namespace

Scene set_up(Draws& draws, const TemplateFinger::Parts& finger) {
  const Capture capture = draw_capture(draws, finger);
  Scene out{finger, capture, draw_mask(capture), smoothed(draw_lattice(draws)), draw_lattice(draws)};
  for (std::size_t i = 0; i < out.noise.nodes.size(); ++i) {
    float& clear = out.clearness.nodes[i];
    clear = std::clamp(capture.clearness + 0.055F * clear, 0.2F, 0.98F);
    const float murk = std::max(0.0F, 0.92F - clear);
    out.noise.nodes[i] *= 0.012F + 0.22F * murk;
  }
  return out;
}

std::vector<int> foreground_cells(const Mask& mask) {
  constexpr int kPerCell = kFlowBlock_px500 / kGrid;
  std::vector<int> out;
  out.reserve(kFlowColumns * kFlowRows);
  for (int cell = 0; cell < kFlowColumns * kFlowRows; ++cell) {
    const int column = cell % kFlowColumns * kPerCell;
    const int row = cell / kFlowColumns * kPerCell;
    int inside = 0;
    for (int i = 0; i < kPerCell * kPerCell; ++i) inside += mask.at(column + i % kPerCell, row + i / kPerCell) ? 1 : 0;
    if (inside * 2 >= kPerCell * kPerCell) out.push_back(cell);
  }
  return out;
}

}  // namespace whorl::datasets
