#include "templates/interchange/capture_2011.h"

#include <chrono>
#include <string>

namespace whorl::interchange {
namespace {

bool legal_date(int year, int month, int day, int hour, int minute, int second, int ms) {
  const bool unknown = year == 0xffff || (year == 0 && month == 0 && day == 0);
  if (unknown) return true;
  const auto within = [](int value, int least, int most, int unset) {
    return value == unset || (value >= least && value <= most);
  };
  using namespace std::chrono;
  const bool whole_date = month >= 1 && month <= 12 && day >= 1 && day <= 31;
  const year_month_day on{std::chrono::year{year}, std::chrono::month{static_cast<unsigned>(month)},
                          std::chrono::day{static_cast<unsigned>(day)}};
  if (whole_date && !on.ok()) return false;
  return within(month, 1, 12, 0xff) && within(day, 1, 31, 0xff) && within(hour, 0, 23, 0xff) &&
         within(minute, 0, 59, 0xff) && within(second, 0, 60, 0xff) && within(ms, 0, 999, 0xffff);
}

}  // namespace

std::optional<Representation2011> representation_2011(Cursor& in, std::string_view rule, std::size_t least,
                                                      Findings& findings) {
  constexpr std::size_t kLengthBytes = 4;
  const std::size_t at = in.at();
  const std::size_t length = in.u32();
  if (in.cut()) return {};
  if (length < least) {
    findings.error(
        rule, at,
        "a representation says " + std::to_string(length) + " bytes, at least " + std::to_string(least) + " are legal");
    return {};
  }
  const bool cut = length - kLengthBytes > in.left();
  if (cut) {
    findings.error("GEN-01", at,
                   "a representation of " + std::to_string(length) + " bytes is announced, " +
                       std::to_string(in.left() + kLengthBytes) + " are left");
  }
  return Representation2011{at, length, in.part(length - kLengthBytes), cut};
}

Capture2011 read_capture_2011(Cursor& in) {
  constexpr int kFailed = 255;
  Capture2011 out;
  out.date_at = in.at();
  const int year = in.u16();
  const int month = in.u8();
  const int day = in.u8();
  const int hour = in.u8();
  const int minute = in.u8();
  const int second = in.u8();
  const int ms = in.u16();
  out.date_legal = legal_date(year, month, day, hour, minute, second, ms);
  out.technology_at = in.at();
  out.technology = in.u8();
  in.u16();  // vendor of the device
  in.u16();  // the device
  out.quality_at = in.at();
  const int qualities = in.u8();
  for (int i = 0; i < qualities && !in.cut(); ++i) {
    const std::uint8_t score = in.u8();
    in.skip(4);  // vendor and algorithm
    if (in.cut()) break;
    if (!out.quality) out.quality = score;
    if (score > 100 && score != kFailed) out.qualities_legal = false;
  }
  return out;
}

void skip_certificates(Cursor& in) {
  const int count = in.u8();
  for (int i = 0; i < count && !in.cut(); ++i) in.skip(3);
}

}  // namespace whorl::interchange
