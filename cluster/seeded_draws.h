// Random numbers of a seed for simulations: the same on every machine, and of a place each, so that the order in which
// they are drawn does not matter. Not for keys. Pure values; thread-safe. Private to this room.
#pragma once

#include <cmath>
#include <cstdint>
#include <numbers>

namespace whorl::cluster {

// SplitMix64's mixing of a number.
constexpr std::uint64_t mixed(std::uint64_t x) {
  x += 0x9e3779b97f4a7c15U;
  x = (x ^ (x >> 30U)) * 0xbf58476d1ce4e5b9U;
  x = (x ^ (x >> 27U)) * 0x94d049bb133111ebU;
  return x ^ (x >> 31U);
}

class SeededDraws {
 public:
  explicit SeededDraws(std::uint64_t seed) : state_(mixed(seed)) {}

  // Above 0, at most 1.
  double uniform() {
    constexpr unsigned kDropped = 11;
    constexpr double kSteps = 9007199254740992.0;  // 2^53
    state_ += 0x9e3779b97f4a7c15U;
    return (static_cast<double>(mixed(state_) >> kDropped) + 1) / kSteps;
  }
  double exponential(double mean) { return -mean * std::log(uniform()); }
  double normal() {
    const double length = std::sqrt(-2 * std::log(uniform()));
    return length * std::cos(2 * std::numbers::pi * uniform());
  }

 private:
  std::uint64_t state_;
};

}  // namespace whorl::cluster
