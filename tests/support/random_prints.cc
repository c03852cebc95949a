#include "tests/support/random_prints.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "templates/codec/native.h"

namespace whorl::tests {
namespace {

using fingerprint::FingerprintTemplate;
using fingerprint::Minutia;
using fingerprint::MinutiaType;

constexpr int kWidth = 300;
constexpr int kHeight = 380;
constexpr double kTwoPi = 2 * std::numbers::pi;

double uniform(std::mt19937_64& random, double low, double high) {
  return low + (high - low) * static_cast<double>(random() >> 11) * 0x1.0p-53;
}

double turn(double angle) { return angle - kTwoPi * std::floor(angle / kTwoPi); }

bool crowded(const FingerprintTemplate& t, double x, double y) {
  return std::any_of(t.minutiae.begin(), t.minutiae.end(), [&](const Minutia& m) {
    return std::hypot(static_cast<double>(m.x_px500) - x, static_cast<double>(m.y_px500) - y) < 12;
  });
}

void add_minutia(FingerprintTemplate& t, double x, double y, double direction, std::mt19937_64& random) {
  if (x < 1 || y < 1 || x > kWidth - 2 || y > kHeight - 2) return;
  Minutia m;
  m.x_px500 = static_cast<float>(x);
  m.y_px500 = static_cast<float>(y);
  m.direction_rad = static_cast<float>(turn(direction));
  m.type = random() % 2 == 0 ? MinutiaType::kEnding : MinutiaType::kBifurcation;
  m.quality = 80;
  t.minutiae.push_back(m);
}

void invent(FingerprintTemplate& t, std::size_t until, std::mt19937_64& random) {
  const double a = uniform(random, 0, kTwoPi);
  const double b = uniform(random, -0.01, 0.01);
  const double c = uniform(random, -0.01, 0.01);
  for (int tries = 0; tries < 2000 && t.minutiae.size() < until; ++tries) {
    const double x = uniform(random, 10, kWidth - 10);
    const double y = uniform(random, 10, kHeight - 10);
    if (crowded(t, x, y)) continue;
    const double flow = a + b * (x - kWidth / 2.0) + c * (y - kHeight / 2.0) + uniform(random, -0.3, 0.3);
    add_minutia(t, x, y, random() % 2 == 0 ? flow : flow + std::numbers::pi, random);
  }
}

FingerprintTemplate empty_print() {
  FingerprintTemplate t;
  t.width_px500 = kWidth;
  t.height_px500 = kHeight;
  t.quality = 80;
  return t;
}

}  // namespace

FingerprintTemplate random_finger(std::uint64_t seed) {
  std::mt19937_64 random(seed * 0x9E3779B97F4A7C15 + 1);
  FingerprintTemplate t = empty_print();
  invent(t, 40, random);
  return fingerprint::quantised(std::move(t));
}

FingerprintTemplate another_capture(const FingerprintTemplate& finger, std::uint64_t seed, double jitter_px,
                                    double lost_share) {
  std::mt19937_64 random(seed * 0xD1B54A32D192ED03 + 7);
  const double turned = uniform(random, -0.25, 0.25);
  const double dx = uniform(random, -12, 12);
  const double dy = uniform(random, -12, 12);
  FingerprintTemplate t = empty_print();
  for (const Minutia& m : finger.minutiae) {
    if (uniform(random, 0, 1) < lost_share) continue;
    const double x = static_cast<double>(m.x_px500) - kWidth / 2.0;
    const double y = static_cast<double>(m.y_px500) - kHeight / 2.0;
    // y points down, angles turn with y up.
    add_minutia(t, kWidth / 2.0 + x * std::cos(turned) + y * std::sin(turned) + dx + uniform(random, -1, 1) * jitter_px,
                kHeight / 2.0 - x * std::sin(turned) + y * std::cos(turned) + dy + uniform(random, -1, 1) * jitter_px,
                static_cast<double>(m.direction_rad) + turned + uniform(random, -0.1, 0.1), random);
  }
  invent(t, t.minutiae.size() + static_cast<std::size_t>(lost_share * 40), random);
  return fingerprint::quantised(std::move(t));
}

Bytes native(const FingerprintTemplate& finger) { return codec::encode_native(finger).value(); }

}  // namespace whorl::tests
