#include "server/json/json_number.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <string>
#include <system_error>

namespace whorl::server {
namespace {

// A decimal number in the one way of writing it: no zeros at either end of the digits; no digits for zero.
struct Decimal {
  bool negative = false;
  std::string digits;
  std::int64_t exponent = 0;  // of the last digit

  friend bool operator==(const Decimal&, const Decimal&) = default;
};

// Precondition: `text` is a JSON number, or what std::to_chars writes. Empty for an exponent beyond 64 bits.
std::optional<Decimal> decimal_of(std::string_view text) {
  Decimal out;
  out.negative = text.starts_with('-');
  if (out.negative) text.remove_prefix(1);
  const auto mark = text.find_first_of("eE");
  if (mark != std::string_view::npos) {
    std::string_view exponent = text.substr(mark + 1);
    if (exponent.starts_with('+')) exponent.remove_prefix(1);
    const auto [end, error] = std::from_chars(exponent.data(), exponent.data() + exponent.size(), out.exponent);
    if (error != std::errc()) return std::nullopt;
  }
  const std::string_view mantissa = text.substr(0, mark);
  const auto point = mantissa.find('.');
  out.digits = mantissa.substr(0, point);
  if (point != std::string_view::npos) {
    out.digits += mantissa.substr(point + 1);
    out.exponent -= static_cast<std::int64_t>(mantissa.size() - point - 1);
  }
  const auto last = out.digits.find_last_not_of('0');
  if (last == std::string::npos) return Decimal{out.negative, "", 0};
  out.exponent += static_cast<std::int64_t>(out.digits.size() - last - 1);
  out.digits.erase(last + 1);
  out.digits.erase(0, out.digits.find_first_not_of('0'));
  return out;
}

}  // namespace

std::optional<double> kept_double(std::string_view text) {
  if (text.find_first_of(".eE") == std::string_view::npos) return std::nullopt;
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || !std::isfinite(value)) return std::nullopt;
  std::array<char, 32> written{};
  const char* written_end = std::to_chars(written.data(), written.data() + written.size(), value).ptr;
  const std::string_view again(written.data(), static_cast<std::size_t>(written_end - written.data()));
  const auto said = decimal_of(text);
  return said && said == decimal_of(again) ? std::optional(value) : std::nullopt;
}

}  // namespace whorl::server
