#include "bench/training/cut_down.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <random>

#include "templates/interchange/fingerprint_minutiae.h"

namespace whorl::training {
namespace {

using fingerprint::FingerprintTemplate;

enum class Kind { kWithoutRidges, kRecord, kWithoutQuality, kOtherExtractor };

constexpr double kLost = 1.0 / 6;
constexpr double kMoved_px500 = 1.5;
constexpr double kTurned_rad = 0.06;

// Uniform in [0, 1), the same in every standard library.
double draw(std::mt19937_64& generator) { return static_cast<double>(generator() >> 11U) * 0x1p-53; }
// Of deviation 1, near enough.
double normal(std::mt19937_64& generator) {
  double sum = -6;
  for (int i = 0; i < 12; ++i) sum += draw(generator);
  return sum;
}

void extract_otherwise(FingerprintTemplate& print, std::mt19937_64& generator) {
  std::vector<fingerprint::Minutia> kept;
  for (fingerprint::Minutia m : print.minutiae) {
    if (draw(generator) < kLost) continue;
    const auto moved = [&](float at, int side) {
      const double to = static_cast<double>(at) + kMoved_px500 * normal(generator);
      return static_cast<float>(std::clamp(to, 0.0, side - 1.0));
    };
    m.x_px500 = moved(m.x_px500, print.width_px500);
    m.y_px500 = moved(m.y_px500, print.height_px500);
    m.direction_rad += static_cast<float>(kTurned_rad * normal(generator));
    kept.push_back(m);
  }
  if (!kept.empty()) print.minutiae = std::move(kept);
}

FingerprintTemplate through_record(const FingerprintTemplate& print, bool with_quality) {
  using interchange::MinutiaeEdition;
  interchange::FoundMinutiae found;
  found.edition = MinutiaeEdition::kIso2005;
  found.angle_unit_degrees = interchange::angle_unit_degrees(found.edition);
  found.view = interchange::view_of(print, found.edition, fingerprint::kMaxMinutiae);
  if (!with_quality) {
    for (interchange::RecordMinutia& each : found.view.minutiae) each.quality = 0;
  }
  auto back = interchange::fingerprint_of(found);
  return back.ok() ? std::move(*back) : FingerprintTemplate{};
}

}  // namespace

FingerprintTemplate cut_down(const FingerprintTemplate& print, std::size_t number) {
  std::mt19937_64 generator(number);
  generator.discard(16);
  const auto kind = static_cast<Kind>(generator() % 4);
  FingerprintTemplate out = print;
  out.ridges = {};
  if (kind == Kind::kWithoutRidges) return out;
  if (kind == Kind::kOtherExtractor) extract_otherwise(out, generator);
  return through_record(out, kind == Kind::kRecord);
}

}  // namespace whorl::training
