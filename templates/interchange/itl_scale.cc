#include "templates/interchange/itl_scale.h"

#include <algorithm>

#include "templates/interchange/itl_rules.h"
#include "templates/interchange/pixel_scale.h"

namespace whorl::interchange {
namespace {

constexpr int kUnits = 8;
constexpr int kAcross = 9;
constexpr int kDown = 10;

std::string tag(const ItlRecord& record, const char* number) { return std::to_string(record.type) + "." + number; }

}  // namespace

std::optional<double> ItlScale::ppi() const {
  if (ratio || !fault.empty() || x <= 0) return std::nullopt;
  return (x + y) / 2;
}

ItlScale scale_of(const ItlRecord& record) {
  ItlScale out;
  const bool said = !record.value(kUnits).empty() || !record.value(kAcross).empty() || !record.value(kDown).empty();
  if (!said) return out;
  const int units = whole_number(record.value(kUnits)).value_or(-1);
  if (units < 0 || units > 2) {
    out.fault = "the scale units (" + tag(record, "008") + ") are neither 0, 1 (an inch) nor 2 (a centimetre)";
    return out;
  }
  const int across = whole_number(record.value(kAcross)).value_or(0);
  const int down = whole_number(record.value(kDown)).value_or(0);
  if (across <= 0 || down <= 0) {
    out.fault = "a pixel scale (" + tag(record, "009") + ", " + tag(record, "010") + ") is no number above 0";
    return out;
  }
  out.ratio = units == 0;
  const double per_inch = units == 2 ? kCentimetresAnInch : 1.0;
  out.x = across * per_inch;
  out.y = down * per_inch;
  if (are_square(out.x, out.y)) return out;
  out.fault = out.ratio ? "the pixel aspect ratio is " + std::to_string(across) + " to " + std::to_string(down) +
                              ": pixels that are not square are not read"
                        : not_square(out.x, out.y);
  return out;
}

}  // namespace whorl::interchange
