// The minutiae of a capture: seen, missed and invented.
#include <algorithm>
#include <cmath>
#include <numbers>

#include "datasets/capture.h"
#include "datasets/lanes.h"

namespace whorl::datasets {
namespace {

using fingerprint::Minutia;
using fingerprint::MinutiaType;

// A minutia before it is looked at: where it is in the image, and its sign.
struct Candidate {
  float x = 0;
  float y = 0;
  float sign = 0;
  bool invented = false;
};

bool within(const Mask& mask, float x, float y) {
  if (x < 1 || y < 1 || x > kWidth - 2 || y > kHeight - 2) return false;
  return mask.at(static_cast<int>(x) / kGrid, static_cast<int>(y) / kGrid) && mask.depth(x, y) >= kBorder_px;
}

std::vector<Candidate> find_candidates(Draws& draws, const Scene& s) {
  std::vector<Candidate> out;
  for (const Spiral& spiral : s.finger.phase.spirals) {
    Candidate c;
    onto_image(s.capture.map, spiral.x, spiral.y, c.x, c.y);
    c.sign = spiral.sign;
    const bool missed = draws.unit() < static_cast<double>(s.capture.miss + 0.5F * (0.85F - s.clearness.at(c.x, c.y)));
    if (!missed && within(s.mask, c.x, c.y)) out.push_back(c);
  }
  const double mean = static_cast<double>(s.capture.invent) * kFlowColumns * kFlowRows;
  const double wanted = std::max(0.0, bell(draws, mean, std::sqrt(mean)));
  const int tries = static_cast<int>(wanted + draws.unit());
  for (int i = 0; i < tries; ++i) {
    Candidate c;
    c.x = static_cast<float>(draws.between(0, kWidth));
    c.y = static_cast<float>(draws.between(0, kHeight));
    c.sign = draws.chance(0.5) ? 1.0F : -1.0F;
    c.invented = true;
    if (within(s.mask, c.x, c.y)) out.push_back(c);
  }
  if (out.size() > fingerprint::kMaxMinutiae) out.resize(fingerprint::kMaxMinutiae);
  return out;
}

Minutia see(Draws& draws, const Scene& s, const Candidate& c, double along_x, double along_y, bool ridge_ends) {
  Minutia m;
  const double jitter = 1.0 + 2.5 * std::max(0.0, 0.9 - static_cast<double>(s.clearness.at(c.x, c.y)));
  m.x_px500 =
      static_cast<float>(std::lround(std::clamp(static_cast<double>(c.x) + bell(draws, 0, jitter), 0.0, kWidth - 1.0)));
  m.y_px500 = static_cast<float>(
      std::lround(std::clamp(static_cast<double>(c.y) + bell(draws, 0, jitter), 0.0, kHeight - 1.0)));
  const double spread = draws.chance(0.07) ? 0.05 : 0.008;
  const double turns = -static_cast<double>(angle_turns(static_cast<float>(along_x), static_cast<float>(along_y))) +
                       bell(draws, 0, spread) + 2;
  m.direction_rad = static_cast<float>((turns - std::floor(turns)) * 2 * std::numbers::pi);
  const bool mistaken = draws.chance(c.invented ? 0.5 : 0.12);
  m.type = ridge_ends != mistaken ? MinutiaType::kEnding : MinutiaType::kBifurcation;
  const double depth = std::min(1.0, static_cast<double>(s.mask.depth(c.x, c.y)) / 32);
  const double clear = static_cast<double>(s.clearness.at(c.x, c.y)) * (c.invented ? 0.93 : 1);
  m.quality = static_cast<std::uint8_t>(std::clamp(std::lround(100 * clear * (0.5 + 0.5 * depth)), 1L, 100L));
  return m;
}

}  // namespace

std::vector<Minutia> draw_minutiae(Draws& draws, const Scene& s) {
  const std::vector<Candidate> candidates = find_candidates(draws, s);
  Gradients g;
  for (const Candidate& c : candidates) g.add(c.x, c.y);
  g.measure(s.finger.phase, s.capture.map);
  // The ridge that ends (or the valley, at a fork) lies a quarter turn from the gradient, which way its sign
  // says.
  std::vector<float> along_x(g.x.size());
  std::vector<float> along_y(g.x.size());
  std::vector<float> x(g.x.size());
  std::vector<float> y(g.x.size());
  for (std::size_t i = 0; i < candidates.size(); ++i) {
    const float norm = candidates[i].sign / std::sqrt(g.gx[i] * g.gx[i] + g.gy[i] * g.gy[i] + 1e-9F);
    along_x[i] = g.gy[i] * norm;
    along_y[i] = -g.gx[i] * norm;
    x[i] = candidates[i].x + 3 * along_x[i];
    y[i] = candidates[i].y + 3 * along_y[i];
  }
  const std::vector<float> still(x.size());
  std::vector<float> ridge(x.size());
  ridge_values(s.finger.phase, s.capture.map, x, y, still, ridge);
  std::vector<Minutia> out;
  out.reserve(candidates.size());
  for (std::size_t i = 0; i < candidates.size(); ++i)
    out.push_back(see(draws, s, candidates[i], along_x[i], along_y[i], ridge[i] > 0));
  std::stable_sort(out.begin(), out.end(), [](const Minutia& a, const Minutia& b) { return a.quality > b.quality; });
  return out;
}

}  // namespace whorl::datasets
