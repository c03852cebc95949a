#include "templates/interchange/fingerprint_minutiae.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <set>

namespace whorl::interchange {
namespace {

using fingerprint::FingerprintTemplate;
using fingerprint::Minutia;
using fingerprint::MinutiaType;

constexpr double kStandardPerCm = 500.0 / 2.54;
constexpr std::uint8_t kUnreportedQuality = 50;
// Of a view: with so many minutiae as give this it is as good as it can be called without being looked at.
constexpr std::size_t kMostUnreported = 50;
constexpr std::size_t kQualityAMinutia = 2;

// Pixels at 500 ppi a unit of the record.
double scale_of(double per_cm) {
  const bool is_standard = std::abs(per_cm - kStandardPerCm) < 1.5;
  return is_standard ? 1.0 : kStandardPerCm / per_cm;
}

// A direction of a record whose units differ along the axes, as it lies at one unit.
double stretched(double radians, double x_scale, double y_scale) {
  const double turned = std::atan2(std::sin(radians) * y_scale, std::cos(radians) * x_scale);
  return turned < 0 ? turned + 2 * std::numbers::pi : turned;
}

Minutia minutia_of(const RecordMinutia& from, double angle_unit, double x_scale, double y_scale) {
  Minutia out;
  out.x_px500 = static_cast<float>(from.x * x_scale);
  out.y_px500 = static_cast<float>(from.y * y_scale);
  const double radians = from.angle * angle_unit * std::numbers::pi / 180.0;
  out.direction_rad = static_cast<float>(x_scale == y_scale ? radians : stretched(radians, x_scale, y_scale));
  out.type = from.type == 2 ? MinutiaType::kBifurcation : MinutiaType::kEnding;
  out.quality = from.quality == 0 || from.quality > 100 ? kUnreportedQuality : from.quality;
  return out;
}

// Most producers write 0 whatever the finger was like, and cards have no place for it.
std::uint8_t quality_of(const MinutiaeView& view) {
  if (view.quality > 0 && view.quality <= 100) return view.quality;
  return static_cast<std::uint8_t>(std::min(kMostUnreported, kQualityAMinutia * view.minutiae.size()));
}

int side_for(double stated, double needed) { return static_cast<int>(std::ceil(std::max(stated, needed + 1))); }

}  // namespace

Result<FingerprintTemplate> fingerprint_of(const FoundMinutiae& found) {
  const MinutiaeView& view = found.view;
  if (view.minutiae.empty()) return invalid_input("the record holds no minutiae that are read");
  constexpr double kLeastPerCm = 39;  // 100 ppi
  if (view.x_per_cm < kLeastPerCm || view.y_per_cm < kLeastPerCm) {
    return invalid_input("the record's resolution is below 100 ppi");
  }
  const double x_scale = scale_of(view.x_per_cm);
  const double y_scale = scale_of(view.y_per_cm);
  FingerprintTemplate out;
  double right = 0;
  double below = 0;
  for (const RecordMinutia& each : view.minutiae) {
    out.minutiae.push_back(minutia_of(each, found.angle_unit_degrees, x_scale, y_scale));
    right = std::max(right, double{out.minutiae.back().x_px500});
    below = std::max(below, double{out.minutiae.back().y_px500});
  }
  out.width_px500 = side_for(view.width * x_scale, right);
  out.height_px500 = side_for(view.height * y_scale, below);
  if (out.width_px500 > fingerprint::kMaxSide_px500 || out.height_px500 > fingerprint::kMaxSide_px500) {
    return invalid_input("the record's image is larger than a finger's template may be");
  }
  out.quality = quality_of(view);
  std::stable_sort(out.minutiae.begin(), out.minutiae.end(),
                   [](const Minutia& a, const Minutia& b) { return a.quality > b.quality; });
  return fingerprint::quantised(std::move(out));
}

double angle_unit_degrees(MinutiaeEdition edition) {
  switch (edition) {
    case MinutiaeEdition::kIso2005:
    case MinutiaeEdition::kIso2011:
    case MinutiaeEdition::kIsoCardNormal: return 360.0 / 256.0;
    case MinutiaeEdition::kIsoCardCompact: return 360.0 / 64.0;
    default: return 2.0;
  }
}

MinutiaeView view_of(const FingerprintTemplate& source, MinutiaeEdition edition, std::size_t most) {
  constexpr double kPerCm = 197;
  const double unit = angle_unit_degrees(edition);
  const auto angles = static_cast<int>(std::lround(360.0 / unit));
  MinutiaeView out;
  out.width = static_cast<std::uint16_t>(source.width_px500);
  out.height = static_cast<std::uint16_t>(source.height_px500);
  out.x_per_cm = out.y_per_cm = kPerCm;
  out.quality = std::min<std::uint8_t>(source.quality, 100);
  std::vector<Minutia> best = source.minutiae;
  std::stable_sort(best.begin(), best.end(), [](const Minutia& a, const Minutia& b) { return a.quality > b.quality; });
  std::set<std::pair<int, int>> places;
  for (const Minutia& each : best) {
    if (out.minutiae.size() >= most) break;
    const int x = std::clamp(static_cast<int>(std::lround(each.x_px500)), 0, source.width_px500 - 1);
    const int y = std::clamp(static_cast<int>(std::lround(each.y_px500)), 0, source.height_px500 - 1);
    if (!places.insert({x, y}).second) continue;
    const double degrees = double{each.direction_rad} * 180.0 / std::numbers::pi;
    const int angle = (static_cast<int>(std::lround(degrees / unit)) % angles + angles) % angles;
    out.minutiae.push_back({static_cast<std::uint8_t>(each.type), static_cast<std::uint16_t>(x),
                            static_cast<std::uint16_t>(y), static_cast<std::uint8_t>(angle),
                            std::clamp<std::uint8_t>(each.quality, 1, 100)});
  }
  return out;
}

}  // namespace whorl::interchange
