// Random draws by explicit formulas: the distributions of the standard library differ between libraries.
#pragma once

#include <cmath>
#include <cstdint>
#include <numbers>
#include <random>

namespace whorl::datasets {

class Draws {
 public:
  explicit Draws(std::uint64_t seed) : generator_(seed) {}

  std::uint64_t bits() { return generator_(); }
  // [0, 1), 53 bits.
  double unit() { return static_cast<double>(generator_() >> 11) * 0x1.0p-53; }
  double between(double low, double high) { return low + (high - low) * unit(); }
  int below(int n) { return static_cast<int>(unit() * n); }
  bool chance(double p) { return unit() < p; }
  // Box and Muller, the cosine half.
  double normal(double mean, double deviation) {
    const double radius = std::sqrt(-2 * std::log(1 - unit()));
    return mean + deviation * radius * std::cos(2 * std::numbers::pi * unit());
  }
  // Normal, cut off at `limit` deviations.
  double normal_within(double mean, double deviation, double limit) {
    const double z = normal(0, 1);
    return mean + deviation * (z < -limit ? -limit : z > limit ? limit : z);
  }
  // How many events when `mean` are expected (Knuth's product method; for small means).
  int poisson(double mean) {
    int n = 0;
    for (double p = unit(); p > std::exp(-mean) && n < 1000; ++n) p *= unit();
    return n;
  }

 private:
  std::mt19937_64 generator_;  // its sequence is fixed by the standard
};

}  // namespace whorl::datasets
