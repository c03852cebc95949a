#include "templates/fingerprint/compare/cylinder_plain.h"

#include <bit>
#include <cmath>
#include <numbers>
#include <opencv2/imgproc.hpp>

namespace whorl::fingerprint {
namespace {

constexpr int kSide = 8;
constexpr std::size_t kCells = 64;
constexpr double kPi = std::numbers::pi;

// Where the cells lie around a minutia pointing along +x (y up), in px500; those outside the circle are absent.
struct CellGrid {
  std::array<float, kCells> u{};
  std::array<float, kCells> v{};
  std::uint64_t circle = 0;

  explicit CellGrid(double radius) {
    const double step = 2 * radius / kSide;
    for (std::size_t c = 0; c < kCells; ++c) {
      const std::size_t column = c % kSide;
      const std::size_t row = c / kSide;
      const double x = (static_cast<double>(column) - (kSide - 1) / 2.0) * step;
      const double y = (static_cast<double>(row) - (kSide - 1) / 2.0) * step;
      u[c] = static_cast<float>(x);
      v[c] = static_cast<float>(y);
      if (std::hypot(x, y) <= radius) circle |= std::uint64_t{1} << c;
    }
  }
};

std::vector<cv::Point2f> hull_of(const std::vector<Minutia>& minutiae) {
  std::vector<cv::Point2f> points;
  points.reserve(minutiae.size());
  for (const Minutia& m : minutiae) points.emplace_back(m.x_px500, m.y_px500);
  std::vector<cv::Point2f> hull;
  if (points.size() >= 3) cv::convexHull(points, hull);
  return hull;
}

// The mass of a wrapped Gaussian of deviation sigma within half a layer of `difference`.
double direction_mass(double difference, double sigma) {
  const double half = kPi / kCylinderLayers;
  const double d = std::abs(std::remainder(difference, 2 * kPi));
  const double scale = 1 / (sigma * std::numbers::sqrt2);
  return 0.5 * (std::erf((d + half) * scale) - std::erf((d - half) * scale));
}

class CylinderMaker {
 public:
  CylinderMaker(const std::vector<Minutia>& minutiae, const CompareParameters& p)
      : minutiae_(minutiae), p_(p), grid_(p.cylinder_radius_px500), hull_(hull_of(minutiae)) {}

  Cylinder make(std::size_t index) const {
    const Minutia& m = minutiae_[index];
    std::array<std::array<float, kCells>, kCylinderLayers> value{};
    const float cosine = std::cos(m.direction_rad);
    const float sine = std::sin(m.direction_rad);
    int neighbours = 0;
    for (std::size_t t = 0; t < minutiae_.size(); ++t) {
      if (t != index) neighbours += static_cast<int>(add(m, minutiae_[t], cosine, sine, value));
    }
    Cylinder out;
    if (neighbours < p_.cylinder_min_neighbours) return out;
    out.valid = valid_cells(m, cosine, sine);
    if (std::popcount(out.valid) < p_.cylinder_min_valid_cells) return Cylinder{};
    const auto threshold = static_cast<float>(p_.cylinder_threshold);
    for (std::size_t k = 0; k < kCylinderLayers; ++k) {
      for (std::size_t c = 0; c < kCells; ++c) {
        if (value[k][c] >= threshold) out.layers[k] |= std::uint64_t{1} << c;
      }
      out.layers[k] &= out.valid;
    }
    return out;
  }

 private:
  // Adds a neighbour's weight to the cells near it; false when it is too far to reach any.
  bool add(const Minutia& m, const Minutia& t, float cosine, float sine,
           std::array<std::array<float, kCells>, kCylinderLayers>& value) const {
    const float dx = t.x_px500 - m.x_px500;
    const float dy = m.y_px500 - t.y_px500;
    const auto sigma = static_cast<float>(p_.cylinder_spatial_sigma_px500);
    const float reach = static_cast<float>(p_.cylinder_radius_px500) + 3 * sigma;
    if (dx * dx + dy * dy > reach * reach) return false;
    const float u = dx * cosine + dy * sine;
    const float v = dy * cosine - dx * sine;
    std::array<float, kCylinderLayers> mass{};
    for (std::size_t k = 0; k < kCylinderLayers; ++k) {
      const double layer = -kPi + (static_cast<double>(k) + 0.5) * 2 * kPi / kCylinderLayers;
      const double difference = layer - static_cast<double>(m.direction_rad - t.direction_rad);
      mass[k] = static_cast<float>(direction_mass(difference, p_.cylinder_direction_sigma_rad));
    }
    const float peak = 1 / (sigma * std::sqrt(2 * static_cast<float>(kPi)));
    for (std::size_t c = 0; c < kCells; ++c) {
      const float d2 = (grid_.u[c] - u) * (grid_.u[c] - u) + (grid_.v[c] - v) * (grid_.v[c] - v);
      if (d2 > 9 * sigma * sigma) continue;
      const float spatial = peak * std::exp(-0.5F * d2 / (sigma * sigma));
      for (std::size_t k = 0; k < kCylinderLayers; ++k) value[k][c] += spatial * mass[k];
    }
    return true;
  }

  std::uint64_t valid_cells(const Minutia& m, float cosine, float sine) const {
    if (hull_.size() < 3) return 0;
    std::uint64_t out = 0;
    for (std::size_t c = 0; c < kCells; ++c) {
      if (((grid_.circle >> c) & 1U) == 0) continue;
      const cv::Point2f at(m.x_px500 + grid_.u[c] * cosine - grid_.v[c] * sine,
                           m.y_px500 - grid_.u[c] * sine - grid_.v[c] * cosine);
      if (cv::pointPolygonTest(hull_, at, true) >= -p_.cylinder_hull_margin_px500) out |= std::uint64_t{1} << c;
    }
    return out;
  }

  const std::vector<Minutia>& minutiae_;
  CompareParameters p_;
  CellGrid grid_;
  std::vector<cv::Point2f> hull_;
};

}  // namespace

std::vector<Cylinder> make_cylinders_plainly(const std::vector<Minutia>& minutiae, const CompareParameters& p) {
  const CylinderMaker maker(minutiae, p);
  std::vector<Cylinder> out;
  out.reserve(minutiae.size());
  for (std::size_t i = 0; i < minutiae.size(); ++i) out.push_back(maker.make(i));
  return out;
}

}  // namespace whorl::fingerprint
