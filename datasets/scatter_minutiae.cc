// Where ridges begin and end.
#include <algorithm>
#include <cmath>

#include "datasets/template_finger.h"

namespace whorl::datasets {
namespace {

// The nearest spiral to a place, and how far it is (squared); empty where there is none.
struct Neighbour {
  const Spiral* spiral = nullptr;
  float distance2 = 1e9F;
};

Neighbour nearest_spiral(const std::vector<Spiral>& spirals, float x, float y) {
  Neighbour out;
  for (const Spiral& s : spirals) {
    const float d2 = (s.x - x) * (s.x - x) + (s.y - y) * (s.y - y);
    if (d2 < out.distance2) out = {&s, d2};
  }
  return out;
}

// Places where a minutia may be, and the spirals that the flow asks for there.
struct Darts {
  std::vector<float> x, y;
  std::vector<float> wanted;  // spirals a square pixel, with sign: ridges that spread make room for more
};

// Ridges that keep their period cannot follow every flow: where the flow spreads or closes up, ridges must
// begin or end. How many do so follows from the curl of the unit vector across the ridges over the period.
void ask_flow(const RidgePhase& phase, Darts& darts) {
  constexpr float kStep = 8;
  const SkinMap still;
  const std::size_t n = darts.x.size();
  std::vector<float> x(4 * n);
  std::vector<float> y(4 * n);
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t side = 0; side < 4; ++side) {
      x[side * n + i] = darts.x[i] + (side == 0 ? kStep : side == 1 ? -kStep : 0);
      y[side * n + i] = darts.y[i] + (side == 2 ? kStep : side == 3 ? -kStep : 0);
    }
  }
  std::vector<float> gx(4 * n);
  std::vector<float> gy(4 * n);
  phase_gradients(phase, still, x, y, gx, gy);
  darts.wanted.resize(n);
  for (std::size_t i = 0; i < n; ++i) {
    float ux[4];
    float uy[4];
    for (std::size_t side = 0; side < 4; ++side) {
      const float a = gx[side * n + i];
      const float b = gy[side * n + i];
      const float norm = 1 / std::sqrt(a * a + b * b + 1e-9F);
      ux[side] = a * norm;
      uy[side] = b * norm;
    }
    // Across the line inside a loop the gradient changes its sign, not the flow.
    const bool torn = ux[0] * ux[1] + uy[0] * uy[1] < 0 || ux[2] * ux[3] + uy[2] * uy[3] < 0;
    const float curl = (uy[0] - uy[1] - ux[2] + ux[3]) / (2 * kStep);
    darts.wanted[i] = torn ? 0 : curl * phase.turns_per_px;
  }
}

Darts throw_darts(Draws& draws, const TemplateFinger::Parts& finger, std::size_t count) {
  Darts out;
  while (out.x.size() < count) {
    const auto u = static_cast<float>(draws.between(-1, 1));
    const auto v = static_cast<float>(draws.between(-1, 1));
    if (u * u + v * v > 1) continue;
    out.x.push_back(u * finger.half_width * kMinutiaeReach);
    out.y.push_back(v * finger.half_height * kMinutiaeReach + finger.middle_y);
  }
  ask_flow(finger.phase, out);
  return out;
}

}  // namespace

void scatter_minutiae(Draws& draws, TemplateFinger::Parts& finger, double amount) {
  constexpr std::size_t kDarts = 384;
  constexpr double kBase = 0.8e-4;        // minutiae a square pixel that no flow asks for
  constexpr double kFollow = 2.1;         // how many come for one that the flow asks for
  constexpr double kMostWanted = 1.5e-3;  // a square pixel
  const Darts darts = throw_darts(draws, finger, kDarts);
  const double area = 3.14159265 * static_cast<double>(kMinutiaeReach * kMinutiaeReach) *
                      static_cast<double>(finger.half_width * finger.half_height);
  std::vector<Spiral>& out = finger.phase.spirals;
  out.reserve(kMaxSpirals);
  for (std::size_t i = 0; i < kDarts && out.size() < kMaxSpirals; ++i) {
    // Fewer towards the tip.
    const double below = static_cast<double>(darts.y[i] / finger.half_height);
    const double profile = std::clamp(1.08 + 0.45 * below, 0.55, 1.25);
    const double wanted = std::clamp(static_cast<double>(darts.wanted[i]), -kMostWanted, kMostWanted);
    const double density = amount * (kBase * profile + kFollow * std::abs(wanted));
    if (draws.unit() * kDarts > density * area) continue;
    const double lean = std::clamp(4 * wanted / density, -1.0, 1.0);
    Spiral s{darts.x[i], darts.y[i], draws.unit() < 0.5 + 0.5 * lean ? 1.0F : -1.0F};
    const Neighbour near = nearest_spiral(out, s.x, s.y);
    if (near.distance2 < 7 * 7) continue;
    // Opposed neighbours undo each other; extraction takes most of them for a gap or a bridge.
    if (near.distance2 < 14 * 14 && near.spiral->sign != s.sign && draws.chance(0.5)) continue;
    out.push_back(s);
  }
}

}  // namespace whorl::datasets
