#include "templates/interchange/itl_minutiae.h"

#include <algorithm>

#include "templates/interchange/pixel_scale.h"

namespace whorl::interchange {
namespace {

constexpr std::size_t kMostMinutiae = 255;
constexpr int kMostPlace = 0x3fff;
constexpr double kAngleUnit = 2.0;  // of INCITS 378

int number_in(const ItlRecord& record, int field, int otherwise) {
  const auto first = split(split(record.value(field), kItlRecord)[0], kItlUnit)[0];
  return whole_number(first).value_or(otherwise);
}

// 0 other, 1 ending, 2 bifurcation; letters stand in older files.
std::uint8_t type_of(std::string_view text) {
  if (text == "1" || text == "A" || text == "E") return 1;
  if (text == "2" || text == "B") return 2;
  return 0;
}

constexpr int kMostAngle = 179;

std::optional<RecordMinutia> minutia_378(const std::vector<std::string_view>& items) {
  if (items.size() < 5) return std::nullopt;
  const auto x = whole_number(items[1]);
  const auto y = whole_number(items[2]);
  const auto angle = whole_number(items[3]);
  if (!x || !y || !angle || *x > kMostPlace || *y > kMostPlace || *angle > kMostAngle) return std::nullopt;
  const int quality = items.size() > 5 ? whole_number(items[5]).value_or(0) : 0;
  RecordMinutia out;
  out.type = type_of(items[4]);
  out.x = static_cast<std::uint16_t>(*x);
  out.y = static_cast<std::uint16_t>(*y);
  out.angle = static_cast<std::uint8_t>(*angle);
  out.quality = static_cast<std::uint8_t>(std::min(quality, 255));
  return out;
}

// What would read as another print, smaller or turned: the unit is not the block's own.
constexpr std::string_view kOtherLengths =
    "the unit of its resolution (9.130) is neither 1 (an inch) nor 2 (a centimetre)";
constexpr std::string_view kOtherAngles = "an angle is beyond 179: angles of 9.137 are in steps of two degrees";

FoundMinutiae read_378(const ItlRecord& record) {
  FoundMinutiae out{MinutiaeEdition::kAnsi2004, kAngleUnit, {}};
  const int stated = number_in(record, 130, 0);
  const double units = stated == 1 ? kCentimetresAnInch : 1.0;
  if (stated != 1 && stated != 2) out.unusable = kOtherLengths;
  out.view.offset = record.offset;
  out.view.position = static_cast<std::uint8_t>(std::min(number_in(record, 134, 0), 255));
  out.view.quality = static_cast<std::uint8_t>(std::min(number_in(record, 135, 254), 255));
  out.view.width = static_cast<std::uint16_t>(std::min(number_in(record, 128, 0), kMostPlace));
  out.view.height = static_cast<std::uint16_t>(std::min(number_in(record, 129, 0), kMostPlace));
  out.view.x_per_cm = number_in(record, 131, 0) / units;
  out.view.y_per_cm = number_in(record, 132, 0) / units;
  for (const std::string_view row : split(record.value(137), kItlRecord)) {
    const auto items = split(row, kItlUnit);
    const bool other_angle = items.size() > 3 && whole_number(items[3]).value_or(0) > kMostAngle;
    if (other_angle && out.unusable.empty()) out.unusable = kOtherAngles;
    if (out.view.minutiae.size() == kMostMinutiae) continue;
    if (const auto minutia = minutia_378(items)) {
      out.view.minutiae.push_back(*minutia);
    } else {
      ++out.malformed;
    }
  }
  return out;
}

// "XXXXYYYYTTT": hundredths of a millimetre from the lower left, degrees the opposite way of INCITS 378's.
std::optional<RecordMinutia> minutia_standard(std::string_view row) {
  const auto items = split(row, kItlUnit);
  constexpr std::size_t kDigits = 11;
  if (items.size() < 4 || items[1].size() != kDigits) return std::nullopt;
  const auto x = whole_number(items[1].substr(0, 4));
  const auto y = whole_number(items[1].substr(4, 4));
  const auto degrees = whole_number(items[1].substr(8));
  if (!x || !y || !degrees || *degrees >= 360) return std::nullopt;
  RecordMinutia out;
  out.type = type_of(items[3]);
  out.x = static_cast<std::uint16_t>(*x);
  out.y = static_cast<std::uint16_t>(*y);
  out.angle = static_cast<std::uint8_t>((*degrees + 180) % 360 / static_cast<int>(kAngleUnit));
  // 0 was set by hand, 1 is unknown, from 2 the lower the better; nothing that a score of 0 to 100 could be made of.
  out.quality = 0;
  return out;
}

FoundMinutiae read_standard(const ItlRecord& record) {
  constexpr double kPerCm = 1000;
  FoundMinutiae out{MinutiaeEdition::kAnsi2004, kAngleUnit, {}};
  out.view.offset = record.offset;
  out.view.position = static_cast<std::uint8_t>(std::min(number_in(record, 6, 0), 255));
  out.view.x_per_cm = out.view.y_per_cm = kPerCm;
  std::uint16_t top = 0;
  for (const std::string_view row : split(record.value(12), kItlRecord)) {
    if (out.view.minutiae.size() == kMostMinutiae) break;
    const auto minutia = minutia_standard(row);
    if (!minutia) {
      ++out.malformed;
      continue;
    }
    top = std::max(top, minutia->y);
    out.view.minutiae.push_back(*minutia);
  }
  // The height of the picture is not said; what matters is how the minutiae lie to each other.
  for (RecordMinutia& each : out.view.minutiae) each.y = static_cast<std::uint16_t>(top - each.y);
  return out;
}

}  // namespace

FoundMinutiae minutiae_of_type_9(const ItlRecord& record) {
  if (record.field(137) != nullptr) return read_378(record);
  if (record.field(12) != nullptr && record.value(4) == "S") return read_standard(record);
  FoundMinutiae none{MinutiaeEdition::kAnsi2004, kAngleUnit, {}};
  none.view.offset = record.offset;
  return none;
}

}  // namespace whorl::interchange
