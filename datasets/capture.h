// One capture of a finger: where it lies, what of it touches, how clear it is. Private to datasets.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "datasets/template_finger.h"
#include "templates/fingerprint/template.h"

namespace whorl::datasets {

inline constexpr int kWidth = 320;
inline constexpr int kHeight = 384;
inline constexpr int kGrid = 4;  // px of a mask cell, as in extraction
inline constexpr int kMaskColumns = kWidth / kGrid;
inline constexpr int kMaskRows = kHeight / kGrid;
inline constexpr int kFlowColumns = kWidth / fingerprint::kFlowBlock_px500;
inline constexpr int kFlowRows = kHeight / fingerprint::kFlowBlock_px500;
inline constexpr int kNodeColumns = kFlowColumns + 1;  // of a lattice of values at the corners of flow cells
inline constexpr int kNodeRows = kFlowRows + 1;
inline constexpr int kBorder_px = 14;  // nearer to the edge extraction keeps no minutia

// How one capture differs from the finger.
struct Capture {
  SkinMap map;
  float contact_x = 0;  // middle of the contact area, on the finger
  float contact_y = 0;
  float half_width = 0;
  float half_height = 0;
  std::array<Bend, 4> edge{};  // of the contact area; only x_px is used, as a share
  float clearness = 0;
  float miss = 0;    // chance that a minutia is not found
  float invent = 0;  // invented minutiae a flow cell
};

// Values at the corners of flow cells, of about the given mean and deviation.
struct Lattice {
  std::array<float, static_cast<std::size_t>(kNodeColumns* kNodeRows)> nodes{};

  // Between them.
  [[nodiscard]] float at(float x, float y) const;
};

// Where the finger touches, one byte a mask cell.
struct Mask {
  std::array<std::uint8_t, static_cast<std::size_t>(kMaskColumns* kMaskRows)> cells{};

  [[nodiscard]] bool at(int column, int row) const {
    return column >= 0 && row >= 0 && column < kMaskColumns && row < kMaskRows &&
           cells[static_cast<std::size_t>(row * kMaskColumns + column)] != 0;
  }

  // Distance to the nearest place without contact, cut off at 32 px.
  [[nodiscard]] float depth(float x, float y) const;
};

// Everything about one capture while it is made.
struct Scene {
  const TemplateFinger::Parts& finger;
  Capture capture;
  Mask mask;
  Lattice clearness;  // 0..1
  Lattice noise;      // of the phase, turns
};

Scene set_up(Draws& draws, const TemplateFinger::Parts& finger);

// The cells of the flow map of which at least half are in contact.
std::vector<int> foreground_cells(const Mask& mask);

// Points of the image and the gradient of the phase there.
struct Gradients {
  std::vector<float> x, y, gx, gy;

  void add(float at_x, float at_y) {
    x.push_back(at_x);
    y.push_back(at_y);
  }
  void measure(const RidgePhase& phase, const SkinMap& map) {
    const std::size_t n = padded(x.size());
    x.resize(n);
    y.resize(n);
    gx.resize(n);
    gy.resize(n);
    phase_gradients(phase, map, x, y, gx, gy);
  }
};

// The three parts of the template (capture_ridges.cc, capture_flow.cc, capture_minutiae.cc).
fingerprint::RidgeMap draw_ridges(const Scene& scene);
fingerprint::FlowMap draw_flow(Draws& draws, const Scene& scene);
// Best quality first.
std::vector<fingerprint::Minutia> draw_minutiae(Draws& draws, const Scene& scene);

}  // namespace whorl::datasets
