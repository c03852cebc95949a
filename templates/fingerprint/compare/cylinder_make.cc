#include "templates/fingerprint/compare/cylinder_make.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <numbers>

#include "base/simd.h"
#include "templates/fingerprint/compare/hull.h"

namespace whorl::fingerprint {
namespace {

constexpr int kSide = 8;
constexpr std::size_t kCells = kHullPlaces;
constexpr float kPi = std::numbers::pi_v<float>;
constexpr float kReachSigmas = 3;  // farther than this a neighbour does not touch a cell

using Layers = std::array<std::array<float, kCells>, kCylinderLayers>;

// What depends on the parameters alone.
struct Tables {
  static constexpr std::size_t kSteps = 4096;  // a turn

  std::array<float, kSide> place{};      // of a cell's column or row from the minutia, px500
  std::uint64_t circle = 0;              // cells within the radius
  std::array<float, kSteps + 2> mass{};  // of a wrapped Gaussian within half a layer, by difference of directions
  float radius = 0, sigma = 0, direction_sigma = 0;

  explicit Tables(const CompareParameters& p)
      : radius(static_cast<float>(p.cylinder_radius_px500)),
        sigma(static_cast<float>(p.cylinder_spatial_sigma_px500)),
        direction_sigma(static_cast<float>(p.cylinder_direction_sigma_rad)) {
    const double step = 2 * p.cylinder_radius_px500 / kSide;
    for (int i = 0; i < kSide; ++i)
      place[static_cast<std::size_t>(i)] = static_cast<float>((i - (kSide - 1) / 2.0) * step);
    for (std::size_t c = 0; c < kCells; ++c) {
      const int column = static_cast<int>(c) % kSide;
      const int row = static_cast<int>(c) / kSide;
      if (std::hypot((column - 3.5) * step, (row - 3.5) * step) <= p.cylinder_radius_px500) {
        circle |= std::uint64_t{1} << c;
      }
    }
    const double half = std::numbers::pi / kCylinderLayers;
    const double scale = 1 / (p.cylinder_direction_sigma_rad * std::numbers::sqrt2);
    for (std::size_t i = 0; i < mass.size(); ++i) {
      const double turn = 2 * std::numbers::pi;
      const double d = std::abs(std::remainder(turn * static_cast<double>(i) / kSteps, turn));
      mass[i] = static_cast<float>(0.5 * (std::erf((d + half) * scale) - std::erf((d - half) * scale)));
    }
  }
  [[nodiscard]] bool are_for(const CompareParameters& p) const {
    return radius == static_cast<float>(p.cylinder_radius_px500) &&
           sigma == static_cast<float>(p.cylinder_spatial_sigma_px500) &&
           direction_sigma == static_cast<float>(p.cylinder_direction_sigma_rad);
  }
};

const Tables& tables_for(const CompareParameters& p) {
  static thread_local Tables kept(p);
  if (!kept.are_for(p)) kept = Tables(p);
  return kept;
}

// exp(x) for x in [-4.5, 0], to within a few roundings.
inline float exponential(float x) {
  const float y = x * 0.125F;
  float e = 1.0F / 40320;
  e = e * y + 1.0F / 5040;
  e = e * y + 1.0F / 720;
  e = e * y + 1.0F / 120;
  e = e * y + 1.0F / 24;
  e = e * y + 1.0F / 6;
  e = e * y + 0.5F;
  e = e * y + 1;
  e = e * y + 1;
  e *= e;
  e *= e;
  return e * e;
}

// A neighbour as one minutia sees it.
struct Seen {
  float u = 0, v = 0;  // y up, px500
  std::array<float, kCylinderLayers> mass{};
};

// Adds the neighbours' weights to the cells. A Gaussian of the plane is the product of two of a line.
WHORL_MULTIVERSION
void spread(const Seen* seen, std::size_t n, const Tables& t, Layers& value) {
  const float limit = kReachSigmas * kReachSigmas * t.sigma * t.sigma;
  const float fall = -0.5F / (t.sigma * t.sigma);
  const float peak = 1 / (t.sigma * std::sqrt(2 * kPi));
  constexpr float kLeast = -4.5F;  // beyond it nothing is added
  for (std::size_t s = 0; s < n; ++s) {
    float across2[kSide], up2[kSide], across[kSide], up[kSide];
    for (int i = 0; i < kSide; ++i) {
      const float du = t.place[static_cast<std::size_t>(i)] - seen[s].u;
      const float dv = t.place[static_cast<std::size_t>(i)] - seen[s].v;
      across2[i] = du * du;
      up2[i] = dv * dv;
      const float x = across2[i] * fall, y = up2[i] * fall;
      across[i] = exponential(x > kLeast ? x : kLeast);
      up[i] = peak * exponential(y > kLeast ? y : kLeast);
    }
    for (int r = 0; r < kSide; ++r) {
      if (up2[r] > limit) continue;
      float weight[kSide];
      for (int c = 0; c < kSide; ++c) weight[c] = across2[c] + up2[r] > limit ? 0.0F : across[c] * up[r];
      for (std::size_t k = 0; k < kCylinderLayers; ++k) {
        float* cells = value[k].data() + r * kSide;
        for (int c = 0; c < kSide; ++c) cells[c] += weight[c] * seen[s].mass[k];
      }
    }
  }
}

// bit c = value[c] >= threshold
WHORL_MULTIVERSION
std::uint64_t at_least(const float* value, float threshold) {
  std::uint64_t out = 0;
  for (std::size_t c = 0; c < kCells; ++c) out |= static_cast<std::uint64_t>(value[c] >= threshold) << c;
  return out;
}

class Maker {
 public:
  Maker(const std::vector<Minutia>& minutiae, const CompareParameters& p)
      : minutiae_(minutiae), p_(p), t_(tables_for(p)), hull_(hull_of(minutiae)) {
    for (const Minutia& m : minutiae) {
      cosine_.push_back(std::cos(m.direction_rad));
      sine_.push_back(std::sin(m.direction_rad));
    }
    seen_.resize(minutiae.size());
  }

  Cylinder make(std::size_t index) {
    const std::size_t neighbours = look_around(index);
    if (static_cast<int>(neighbours) < p_.cylinder_min_neighbours || hull_.size() < 3) return {};
    Cylinder out;
    out.valid = valid_cells(index);
    if (std::popcount(out.valid) < p_.cylinder_min_valid_cells) return {};
    Layers value{};
    spread(seen_.data(), neighbours, t_, value);
    const auto threshold = static_cast<float>(p_.cylinder_threshold);
    for (std::size_t k = 0; k < kCylinderLayers; ++k) out.layers[k] = at_least(value[k].data(), threshold) & out.valid;
    return out;
  }

 private:
  // Fills seen_ with the neighbours that reach a cell; returns how many.
  std::size_t look_around(std::size_t index) {
    const Minutia& m = minutiae_[index];
    const float reach = t_.radius + kReachSigmas * t_.sigma;
    std::size_t n = 0;
    for (std::size_t i = 0; i < minutiae_.size(); ++i) {
      const Minutia& other = minutiae_[i];
      const float dx = other.x_px500 - m.x_px500;
      const float dy = m.y_px500 - other.y_px500;
      if (i == index || dx * dx + dy * dy > reach * reach) continue;
      Seen& s = seen_[n++];
      s.u = dx * cosine_[index] + dy * sine_[index];
      s.v = dy * cosine_[index] - dx * sine_[index];
      for (std::size_t k = 0; k < kCylinderLayers; ++k) {
        const float layer = -kPi + (static_cast<float>(k) + 0.5F) * 2 * kPi / kCylinderLayers;
        s.mass[k] = mass(layer - (m.direction_rad - other.direction_rad));
      }
    }
    return n;
  }

  float mass(float difference_rad) const {
    const float turns = difference_rad * (0.5F / kPi);
    const float at = (turns - std::floor(turns)) * Tables::kSteps;
    const auto i = static_cast<std::size_t>(at);
    return t_.mass[i] + (at - static_cast<float>(i)) * (t_.mass[i + 1] - t_.mass[i]);
  }

  std::uint64_t valid_cells(std::size_t index) const {
    const Minutia& m = minutiae_[index];
    // Of a minutia that lies deep in the print no cell is farther from the hull than the margin; there are many of
    // these.
    constexpr float kRounding_px500 = 0.1F;
    const float deep = t_.radius - static_cast<float>(p_.cylinder_hull_margin_px500) + kRounding_px500;
    if (depth_in_hull(hull_, {m.x_px500, m.y_px500}) >= deep) return t_.circle;
    Coordinates x, y;
    for (std::size_t c = 0; c < kCells; ++c) {
      const float u = t_.place[c % kSide], v = t_.place[c / kSide];
      x[c] = m.x_px500 + u * cosine_[index] - v * sine_[index];
      y[c] = m.y_px500 - u * sine_[index] - v * cosine_[index];
    }
    const auto near = near_hull(hull_, x, y, static_cast<float>(p_.cylinder_hull_margin_px500));
    std::uint64_t out = 0;
    for (std::size_t c = 0; c < kCells; ++c) out |= static_cast<std::uint64_t>(near[c]) << c;
    return out & t_.circle;
  }

  const std::vector<Minutia>& minutiae_;
  const CompareParameters& p_;
  const Tables& t_;
  std::vector<Corner> hull_;
  std::vector<float> cosine_, sine_;
  std::vector<Seen> seen_;
};

}  // namespace

std::vector<Cylinder> make_cylinders(const std::vector<Minutia>& minutiae, const CompareParameters& p) {
  Maker maker(minutiae, p);
  std::vector<Cylinder> out;
  out.reserve(minutiae.size());
  for (std::size_t i = 0; i < minutiae.size(); ++i) out.push_back(maker.make(i));
  return out;
}

}  // namespace whorl::fingerprint
