#include "templates/fingerprint/extract/weave.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <numbers>
#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>
#include <optional>
#include <vector>

#include "templates/fingerprint/extract/windows.h"

namespace whorl::fingerprint {
namespace {

constexpr int kSide = 64;               // px500, of a window
constexpr int kStep = 8;                // grid cells between windows
constexpr int kApart = 2;               // steps between windows that share no pixel
constexpr double kLowest = 3.5;         // cycles a window: a period of 18 px500
constexpr double kHighest = 18;         // of the first wave: 3.6 px500
constexpr int kHighestSecond = 22;      // of the second
constexpr double kCrossing_rad = 0.61;  // least angle between the two: 35 degrees
constexpr float kLeastSecond = 0.15F;   // power of a second wave that counts
constexpr float kSameWave = 2.5F;       // cycles between the peaks of neighbours
constexpr int kEnoughPairs = 20;
// Of a quarter of the windows, looked at first: most prints share less, and the others are not looked at.
constexpr int kEnoughFirst = 12;
constexpr double kClearlyNot = 0.15;
constexpr double kWovenShare = 0.36;
constexpr double kWovenSecond = 0.25;

struct Wave {
  float x = 0;  // cycles a window
  float y = 0;
};

struct Place {
  Wave first;
  Wave second;
  float power = 0;  // of the second, that of the first being 1
};

// The spectrum around its middle: the half with y >= 0, powers summed over 3 x 3 cycles.
struct Spectrum {
  static constexpr int kReach = kHighestSecond + 2;  // cycles from the middle
  static constexpr int kColumns = 2 * kReach + 1;
  std::array<std::array<float, kColumns>, kReach + 2> power{};   // row r is y = r - 1
  std::array<std::array<float, kColumns>, kReach + 1> around{};  // row r is y = r

  [[nodiscard]] float at(int x, int y) const {
    return power[static_cast<std::size_t>(y + 1)][static_cast<std::size_t>(x + kReach)];
  }
  [[nodiscard]] float near(int x, int y) const {
    return around[static_cast<std::size_t>(y)][static_cast<std::size_t>(x + kReach)];
  }
};

struct Cell {
  int x = 0;
  int y = 0;
  double angle = 0;
  bool first = false;  // the first wave may lie here
};

const std::vector<Cell>& cells() {
  static const std::vector<Cell> out = [] {
    std::vector<Cell> all;
    for (int y = 0; y <= kHighestSecond; ++y) {
      for (int x = y == 0 ? 1 : -kHighestSecond; x <= kHighestSecond; ++x) {
        const double far = std::hypot(x, y);
        if (far >= kLowest && far <= kHighestSecond) all.push_back({x, y, std::atan2(y, x), far <= kHighest});
      }
    }
    return all;
  }();
  return out;
}

const cv::Mat& hann() {
  static const cv::Mat out = [] {
    cv::Mat window;
    cv::createHanningWindow(window, {kSide, kSide}, CV_32F);
    return window;
  }();
  return out;
}

// `complex` is the transform of a real window, CV_32FC2.
void fill(Spectrum& out, const cv::Mat& complex) {
  constexpr int kReach = Spectrum::kReach;
  for (int y = -1; y <= kReach; ++y) {
    const auto* row = complex.ptr<cv::Vec2f>((y + kSide) % kSide);
    for (int x = -kReach; x <= kReach; ++x) {
      const cv::Vec2f& v = row[(x + kSide) % kSide];
      out.power[static_cast<std::size_t>(y + 1)][static_cast<std::size_t>(x + kReach)] = v[0] * v[0] + v[1] * v[1];
    }
  }
  for (int y = 0; y <= kHighestSecond; ++y) {
    for (int x = -kHighestSecond; x <= kHighestSecond; ++x) {
      float sum = 0;
      for (int dy = -1; dy <= 1; ++dy) sum += out.at(x - 1, y + dy) + out.at(x, y + dy) + out.at(x + 1, y + dy);
      out.around[static_cast<std::size_t>(y)][static_cast<std::size_t>(x + kReach)] = sum;
    }
  }
}

// The peak's middle, to a part of a cycle.
Wave middle(const Spectrum& spectrum, const Cell& cell) {
  Wave out;
  float sum = 0;
  for (int dy = -1; dy <= 1; ++dy) {
    for (int dx = -1; dx <= 1; ++dx) {
      const float p = spectrum.at(cell.x + dx, cell.y + dy);
      sum += p;
      out.x += p * static_cast<float>(cell.x + dx);
      out.y += p * static_cast<float>(cell.y + dy);
    }
  }
  return {out.x / sum, out.y / sum};
}

std::optional<Place> look_at(const cv::Mat& window) {
  cv::Mat lit = window - cv::mean(window)[0];
  lit = lit.mul(hann());
  cv::Mat complex;
  cv::dft(lit, complex, cv::DFT_COMPLEX_OUTPUT);
  Spectrum spectrum;
  fill(spectrum, complex);
  const Cell* first = nullptr;
  for (const Cell& cell : cells()) {
    if (cell.first && (first == nullptr || spectrum.near(cell.x, cell.y) > spectrum.near(first->x, first->y)))
      first = &cell;
  }
  const float most = spectrum.near(first->x, first->y);
  if (!(most > 0)) return std::nullopt;
  const Cell* second = nullptr;
  for (const Cell& cell : cells()) {
    const double between = std::abs(std::remainder(cell.angle - first->angle, std::numbers::pi));
    if (between < kCrossing_rad) continue;
    if (second == nullptr || spectrum.near(cell.x, cell.y) > spectrum.near(second->x, second->y)) second = &cell;
  }
  const float power = spectrum.near(second->x, second->y) / most;
  if (!(power > 0)) return std::nullopt;
  return Place{middle(spectrum, *first), middle(spectrum, *second), power};
}

// A wave and its opposite are one.
bool same(const Wave& a, const Wave& b) {
  return std::min(std::hypot(a.x - b.x, a.y - b.y), std::hypot(a.x + b.x, a.y + b.y)) <= kSameWave;
}

bool share_both(const Place& a, const Place& b) {
  if (a.power < kLeastSecond || b.power < kLeastSecond) return false;
  return (same(a.first, b.first) && same(a.second, b.second)) || (same(a.first, b.second) && same(a.second, b.first));
}

struct Lattice {
  int columns = 0;
  int rows = 0;
  std::vector<std::optional<Place>> places;
};

constexpr int kFirst = 2;  // grid cell, of the first window's middle

Lattice lattice_over(const GridMap& mask) {
  const auto count = [](int cells) { return std::max(0, (cells - kFirst + kStep - 1) / kStep); };
  Lattice out{count(mask.cols), count(mask.rows), {}};
  out.places.resize(static_cast<std::size_t>(out.columns) * static_cast<std::size_t>(out.rows));
  return out;
}

struct Picture {
  const PixelMap& image;
  const GridMap& mask;

  // A window that lies whole in the picture, its middle in the mask.
  [[nodiscard]] std::optional<Place> look(int column, int row) const {
    const int x = kFirst + column * kStep;
    const int y = kFirst + row * kStep;
    const cv::Rect at(x * kGrid + kGrid / 2 - kSide / 2, y * kGrid + kGrid / 2 - kSide / 2, kSide, kSide);
    if (at.x < 0 || at.y < 0 || at.br().x > image.cols || at.br().y > image.rows) return std::nullopt;
    if (mask.at<std::uint8_t>(y, x) == 0) return std::nullopt;
    return look_at(image(at));
  }
};

Weave sum_up(const Lattice& lattice) {
  Weave out;
  std::vector<float> powers;
  for (const auto& place : lattice.places) {
    if (place) powers.push_back(place->power);
  }
  if (powers.empty()) return out;
  out.second = median(powers);
  int shared = 0;
  const auto compare = [&](int i, int j) {
    const auto& a = lattice.places[static_cast<std::size_t>(i)];
    const auto& b = lattice.places[static_cast<std::size_t>(j)];
    if (!a || !b) return;
    ++out.pairs;
    shared += share_both(*a, *b) ? 1 : 0;
  };
  each_pair_apart(lattice.columns, lattice.rows, kApart, compare);
  if (out.pairs > 0) out.shared = static_cast<double>(shared) / out.pairs;
  return out;
}

}  // namespace

Weave look_for_weave(const PixelMap& normalised, const GridMap& mask, const StopLatch& stop) {
  const Picture picture{normalised, mask};
  Lattice lattice = lattice_over(mask);
  const auto look = [&](bool first) {
    for (int row = 0; row < lattice.rows && !stop(); ++row) {
      for (int column = 0; column < lattice.columns; ++column) {
        if ((row % kApart == 0 && column % kApart == 0) != first) continue;
        lattice.places[static_cast<std::size_t>(row * lattice.columns + column)] = picture.look(column, row);
      }
    }
  };
  look(true);
  const Weave first = sum_up(lattice);
  if (first.pairs >= kEnoughFirst && first.shared < kClearlyNot) return first;
  look(false);
  return sum_up(lattice);
}

bool is_woven(const Weave& weave) {
  return weave.pairs >= kEnoughPairs && weave.shared > kWovenShare && weave.second > kWovenSecond;
}

}  // namespace whorl::fingerprint
