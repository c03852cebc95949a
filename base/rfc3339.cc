#include "base/rfc3339.h"

#include <chrono>

namespace whorl {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Takes `n` digits off the front of `text`; -1 when they are not there.
int take_number(std::string_view& text, std::size_t n) {
  if (text.size() < n) return -1;
  int value = 0;
  for (std::size_t i = 0; i < n; ++i) {
    if (!is_digit(text[i])) return -1;
    value = value * 10 + (text[i] - '0');
  }
  text.remove_prefix(n);
  return value;
}

bool take(std::string_view& text, char upper) {
  if (text.empty() || (text[0] != upper && text[0] != upper + ('a' - 'A'))) return false;
  text.remove_prefix(1);
  return true;
}

bool take_exactly(std::string_view& text, char c) {
  if (text.empty() || text[0] != c) return false;
  text.remove_prefix(1);
  return true;
}

bool take_date(std::string_view& text) {
  const int year = take_number(text, 4);
  if (year < 0 || !take_exactly(text, '-')) return false;
  const int month = take_number(text, 2);
  if (month < 0 || !take_exactly(text, '-')) return false;
  const int day = take_number(text, 2);
  if (day < 0) return false;
  return std::chrono::year_month_day(std::chrono::year(year), std::chrono::month(static_cast<unsigned>(month)),
                                     std::chrono::day(static_cast<unsigned>(day)))
      .ok();
}

bool take_hour_and_minute(std::string_view& text) {
  const int hour = take_number(text, 2);
  if (hour < 0 || hour > 23 || !take_exactly(text, ':')) return false;
  const int minute = take_number(text, 2);
  return minute >= 0 && minute <= 59;
}

bool take_seconds(std::string_view& text) {
  if (!take_exactly(text, ':')) return false;
  const int second = take_number(text, 2);
  if (second < 0 || second > 60) return false;
  if (!take_exactly(text, '.')) return true;
  std::size_t digits = 0;
  while (digits < text.size() && is_digit(text[digits])) ++digits;
  text.remove_prefix(digits);
  return digits > 0;
}

bool take_offset(std::string_view& text) {
  if (take(text, 'Z')) return true;
  if (!take_exactly(text, '+') && !take_exactly(text, '-')) return false;
  return take_hour_and_minute(text);
}

}  // namespace

bool is_rfc3339(std::string_view text) {
  return take_date(text) && take(text, 'T') && take_hour_and_minute(text) && take_seconds(text) && take_offset(text) &&
         text.empty();
}

}  // namespace whorl
