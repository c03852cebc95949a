#include "templates/fingerprint/compare/cylinder_make.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <iterator>
#include <numbers>

#include "base/simd.h"
#include "templates/fingerprint/compare/hull.h"

namespace whorl::fingerprint {
namespace {

constexpr int kSide = 8;
constexpr std::size_t kCells = kHullPlaces;
constexpr float kPi = std::numbers::pi_v<float>;
constexpr float kReachSigmas = 3;  // farther than this a neighbour does not touch a cell

// A row of cells, or what is the same for each.
using Lanes [[gnu::vector_size(kSide * sizeof(float))]] = float;
using Layers = std::array<std::array<Lanes, kSide>, kCylinderLayers>;

// What depends on the parameters alone.
struct Tables {
  static constexpr std::size_t kSteps = 4096;  // a turn

  Lanes place{};                         // of a cell's column or row from the minutia, px500
  std::uint64_t circle = 0;              // cells within the radius
  std::array<float, kSteps + 2> mass{};  // of a wrapped Gaussian within half a layer, by difference of directions
  std::array<float, kSide> layer_rad{};  // the middle of each layer
  float radius = 0, sigma = 0, direction_sigma = 0;

  explicit Tables(const CompareParameters& p)
      : radius(static_cast<float>(p.cylinder_radius_px500)),
        sigma(static_cast<float>(p.cylinder_spatial_sigma_px500)),
        direction_sigma(static_cast<float>(p.cylinder_direction_sigma_rad)) {
    const double step = 2 * p.cylinder_radius_px500 / kSide;
    for (int i = 0; i < kSide; ++i) place[i] = static_cast<float>((i - (kSide - 1) / 2.0) * step);
    for (std::size_t c = 0; c < kCells; ++c) {
      const int column = static_cast<int>(c) % kSide;
      const int row = static_cast<int>(c) / kSide;
      if (std::hypot((column - 3.5) * step, (row - 3.5) * step) <= p.cylinder_radius_px500) {
        circle |= std::uint64_t{1} << c;
      }
    }
    for (int k = 0; k < kSide; ++k) layer_rad[k] = -kPi + (static_cast<float>(k) + 0.5F) * 2 * kPi / kCylinderLayers;
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

// x becomes exp(x), to within a few roundings, for x in [-4.5, 0].
[[gnu::always_inline]] inline void exponential(Lanes& x) {
  const Lanes y = x * 0.125F;
  Lanes e = Lanes{} + 1.0F / 40320;
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
  x = e * e;
}

// The neighbours that one minutia sees, and what each of them adds to the layers.
struct Seen {
  std::vector<float> u, v;                     // y up, px500
  std::vector<float> turn_rad;                 // from the neighbour's direction to the minutia's
  std::vector<std::array<float, kSide>> mass;  // by layer; the rest of eight means nothing

  explicit Seen(std::size_t most) : u(most), v(most), turn_rad(most), mass(most) {}
};
static_assert(static_cast<int>(kCylinderLayers) <= kSide);

// Eight layers at a time, of which the last mean nothing.
WHORL_MULTIVERSION
void weigh(const float* turn_rad, std::size_t n, const Tables& t, std::array<float, kSide>* mass) {
  for (std::size_t s = 0; s < n; ++s) {
    std::array<float, kSide> low, high, beyond;
    for (std::size_t k = 0; k < kSide; ++k) {
      const float turns = (t.layer_rad[k] - turn_rad[s]) * (0.5F / kPi);
      const float at = (turns - std::floor(turns)) * Tables::kSteps;
      const auto i = static_cast<std::int32_t>(at);
      low[k] = t.mass[static_cast<std::size_t>(i)];
      high[k] = t.mass[static_cast<std::size_t>(i) + 1];
      beyond[k] = at - static_cast<float>(i);
    }
    for (std::size_t k = 0; k < kSide; ++k) mass[s][k] = low[k] + beyond[k] * (high[k] - low[k]);
  }
}

// Adds the neighbours' weights to the cells. A Gaussian of the plane is the product of two of a line.
WHORL_MULTIVERSION
void spread(const Seen& seen, std::size_t n, const Tables& t, Layers& value) {
  const float limit = kReachSigmas * kReachSigmas * t.sigma * t.sigma;
  const float fall = -0.5F / (t.sigma * t.sigma);
  const float peak = 1 / (t.sigma * std::sqrt(2 * kPi));
  const Lanes least = Lanes{} - 4.5F;  // beyond it nothing is added
  const Lanes nothing{};
  for (std::size_t s = 0; s < n; ++s) {
    const Lanes du = t.place - seen.u[s], dv = t.place - seen.v[s];
    const Lanes across2 = du * du, up2 = dv * dv;
    Lanes across = across2 * fall, up = up2 * fall;
    across = across > least ? across : least;
    up = up > least ? up : least;
    exponential(across);
    exponential(up);
    up *= peak;
    for (int r = 0; r < kSide; ++r) {
      if (up2[r] > limit) continue;
      const Lanes weight = across2 + up2[r] > limit ? nothing : across * up[r];
      for (std::size_t k = 0; k < kCylinderLayers; ++k)
        value[k][static_cast<std::size_t>(r)] += weight * seen.mass[s][k];
    }
  }
}

// bit c = the value of cell c >= threshold
WHORL_MULTIVERSION
std::uint64_t at_least(const std::array<Lanes, kSide>& value, float threshold) {
  std::uint64_t out = 0;
  for (std::size_t r = 0; r < value.size(); ++r) {
    for (int c = 0; c < kSide; ++c) {
      const std::size_t cell = r * kSide + static_cast<std::size_t>(c);
      out |= static_cast<std::uint64_t>(value[r][c] >= threshold) << cell;
    }
  }
  return out;
}

class Maker {
 public:
  Maker(const std::vector<Minutia>& minutiae, const CompareParameters& p)
      : minutiae_(minutiae), p_(p), t_(tables_for(p)), seen_(minutiae.size()) {
    const std::vector<Corner> hull = hull_of(minutiae);
    if (hull.size() >= 3) sides_ = sides_of(hull);
    for (const Minutia& m : minutiae) {
      cosine_.push_back(std::cos(m.direction_rad));
      sine_.push_back(std::sin(m.direction_rad));
    }
  }

  Cylinder make(std::size_t index) {
    const std::size_t neighbours = look_around(index);
    if (static_cast<int>(neighbours) < p_.cylinder_min_neighbours || sides_.empty()) return {};
    Cylinder out;
    out.valid = valid_cells(index);
    if (std::popcount(out.valid) < p_.cylinder_min_valid_cells) return {};
    Layers value{};
    weigh(seen_.turn_rad.data(), neighbours, t_, seen_.mass.data());
    spread(seen_, neighbours, t_, value);
    const auto threshold = static_cast<float>(p_.cylinder_threshold);
    for (std::size_t k = 0; k < kCylinderLayers; ++k) out.layers[k] = at_least(value[k], threshold) & out.valid;
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
      seen_.u[n] = dx * cosine_[index] + dy * sine_[index];
      seen_.v[n] = dy * cosine_[index] - dx * sine_[index];
      seen_.turn_rad[n] = m.direction_rad - other.direction_rad;
      ++n;
    }
    return n;
  }

  std::uint64_t valid_cells(std::size_t index) {
    const Minutia& m = minutiae_[index];
    const auto margin = static_cast<float>(p_.cylinder_hull_margin_px500);
    constexpr float kRounding_px500 = 0.1F;
    // Of a minutia that lies deep in the print, of which there are many, no cell is farther from the hull than the
    // margin. Of another, sides far from it have all cells farther inside than the margin.
    const Corner at{m.x_px500, m.y_px500};
    if (depth_in_hull(sides_, at) >= t_.radius - margin + kRounding_px500) return t_.circle;
    sides_near_.clear();
    std::copy_if(sides_.begin(), sides_.end(), std::back_inserter(sides_near_),
                 [&](const HullSide& side) { return side.depth(at) < t_.radius + margin + kRounding_px500; });
    Coordinates x, y;
    for (std::size_t c = 0; c < kCells; ++c) {
      const float u = t_.place[static_cast<int>(c) % kSide], v = t_.place[static_cast<int>(c) / kSide];
      x[c] = m.x_px500 + u * cosine_[index] - v * sine_[index];
      y[c] = m.y_px500 - u * sine_[index] - v * cosine_[index];
    }
    const auto near = near_hull(sides_near_, x, y, margin);
    std::uint64_t out = 0;
    for (std::size_t c = 0; c < kCells; ++c) out |= static_cast<std::uint64_t>(near[c]) << c;
    return out & t_.circle;
  }

  const std::vector<Minutia>& minutiae_;
  const CompareParameters& p_;
  const Tables& t_;
  std::vector<HullSide> sides_, sides_near_;
  std::vector<float> cosine_, sine_;
  Seen seen_;
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
