#include "templates/fingerprint/compare/flow_from_minutiae.h"

#include <array>
#include <cmath>
#include <numbers>

#include "base/simd.h"
#include "templates/fingerprint/compare/hull.h"

namespace whorl::fingerprint {
namespace {

constexpr std::uint8_t kUnmeasuredPeriod = 90;  // 9 px500, what most prints have

// The minutiae by column, so that a place is held against all of them in a loop that compilers make wide.
struct Directions {
  std::array<float, kMaxMinutiae + 1> x{}, y{}, cosine{}, sine{};  // of twice the direction
  std::size_t count = 0;

  explicit Directions(const std::vector<Minutia>& minutiae) {
    for (const Minutia& m : minutiae) {
      if (count == kMaxMinutiae) break;
      x[count] = m.x_px500;
      y[count] = m.y_px500;
      cosine[count] = std::cos(2 * m.direction_rad);
      sine[count] = std::sin(2 * m.direction_rad);
      ++count;
    }
  }
};

struct Doubled {
  float cosine = 0, sine = 0;
};

// A weight that falls with the sixth power of the distance: the near ones decide, and where none is near the others do.
WHORL_MULTIVERSION
void mean_direction(const Directions& d, float x, float y, float inverse_reach2, Doubled& out) {
  float cosine = 0, sine = 0;
  for (std::size_t i = 0; i < d.count; ++i) {
    const float dx = d.x[i] - x, dy = d.y[i] - y;
    const float far = 1 + (dx * dx + dy * dy) * inverse_reach2;
    const float weight = 1 / (far * far * far);
    cosine += weight * d.cosine[i];
    sine += weight * d.sine[i];
  }
  out = {cosine, sine};
}

// In units of pi / 256.
std::uint8_t orientation_of(Doubled d) {
  const float turns = std::atan2(d.sine, d.cosine) / (2 * std::numbers::pi_v<float>);
  return static_cast<std::uint8_t>(static_cast<unsigned>(std::lround((turns + 1) * 256)) & 255U);
}

float centre_of(int block) { return (static_cast<float>(block) + 0.5F) * kFlowBlock_px500; }

bool sound_side(int side) { return side > 0 && side <= kMaxSide_px500; }

}  // namespace

FlowMap flow_from_minutiae(int width_px500, int height_px500, const std::vector<Minutia>& minutiae,
                           const CompareParameters& p) {
  if (!sound_side(width_px500) || !sound_side(height_px500)) return {};
  const std::vector<Corner> hull = hull_of(minutiae);
  if (hull.size() < 3) return {};
  const std::vector<HullSide> sides = sides_of(hull);
  const Directions directions(minutiae);
  const auto margin = static_cast<float>(p.minutiae_margin_px500);
  const auto reach = static_cast<float>(p.minutiae_reach_px500);
  FlowMap out;
  out.columns = (width_px500 + kFlowBlock_px500 - 1) / kFlowBlock_px500;
  out.rows = (height_px500 + kFlowBlock_px500 - 1) / kFlowBlock_px500;
  out.cells.resize(static_cast<std::size_t>(out.columns) * static_cast<std::size_t>(out.rows));
  for (std::size_t first = 0; first < out.cells.size(); first += kHullPlaces) {
    Coordinates x{}, y{};
    const std::size_t n = std::min(kHullPlaces, out.cells.size() - first);
    for (std::size_t k = 0; k < n; ++k) {
      x[k] = centre_of(static_cast<int>(first + k) % out.columns);
      y[k] = centre_of(static_cast<int>(first + k) / out.columns);
    }
    const auto near = near_hull(sides, x, y, margin);
    for (std::size_t k = 0; k < n; ++k) {
      if (near[k] == 0) continue;
      Doubled mean;
      mean_direction(directions, x[k], y[k], 1 / (reach * reach), mean);
      out.cells[first + k] = {orientation_of(mean), kUnmeasuredPeriod};
    }
  }
  return out;
}

}  // namespace whorl::fingerprint
