#include "audit/leaf_time.h"

#include <chrono>
#include <cstdio>

namespace whorl::audit {
namespace {

constexpr std::string_view kShape = "0000-00-00T00:00:00.000Z";

bool has_shape(std::string_view text) {
  if (text.size() != kShape.size()) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool digit = text[i] >= '0' && text[i] <= '9';
    if (kShape[i] == '0' ? !digit : text[i] != kShape[i]) return false;
  }
  return true;
}

unsigned number(std::string_view digits) {
  unsigned out = 0;
  for (const char c : digits) out = out * 10 + static_cast<unsigned>(c - '0');
  return out;
}

}  // namespace

std::string time_text(std::uint64_t time_ms) {
  const std::chrono::sys_time<std::chrono::milliseconds> time{
      std::chrono::milliseconds(static_cast<std::int64_t>(time_ms))};
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(time - day);
  char out[40];
  std::snprintf(out, sizeof out, "%04d-%02u-%02uT%02d:%02d:%02d.%03dZ", static_cast<int>(date.year()),
                static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                static_cast<int>(clock.hours().count()), static_cast<int>(clock.minutes().count()),
                static_cast<int>(clock.seconds().count()), static_cast<int>(clock.subseconds().count()));
  return out;
}

std::optional<std::uint64_t> time_of(std::string_view text) {
  if (!has_shape(text)) return {};
  const std::chrono::year_month_day date(std::chrono::year(static_cast<int>(number(text.substr(0, 4)))),
                                         std::chrono::month(number(text.substr(5, 2))),
                                         std::chrono::day(number(text.substr(8, 2))));
  if (!date.ok() || static_cast<int>(date.year()) < 1970) return {};
  const auto at = std::chrono::sys_days(date) + std::chrono::hours(number(text.substr(11, 2))) +
                  std::chrono::minutes(number(text.substr(14, 2))) + std::chrono::seconds(number(text.substr(17, 2))) +
                  std::chrono::milliseconds(number(text.substr(20, 3)));
  const auto ms =
      static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::milliseconds>(at.time_since_epoch()).count());
  return time_text(ms) == text ? std::optional(ms) : std::nullopt;
}

}  // namespace whorl::audit
