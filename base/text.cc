#include "base/text.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <limits>
#include <utility>

namespace whorl {
namespace {

// Long enough for every double in plain decimals: the least has 1 074 digits after the point, 767 of them significant.
constexpr std::size_t kLongestNumber = 1100;

struct Unit {
  std::string_view name;
  int bits;
};
constexpr Unit kUnits[] = {{"TiB", 40}, {"GiB", 30}, {"MiB", 20}, {"KiB", 10}};

template <class Number>
std::string plain(Number value) {
  if (!std::isfinite(value)) return "null";
  std::array<char, kLongestNumber> text{};
  const auto end = std::to_chars(text.data(), text.data() + text.size(), value, std::chars_format::fixed).ptr;
  std::string out(text.data(), end);
  return out.find('.') == std::string::npos ? out + ".0" : out;
}

std::size_t edits_between(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j < row.size(); ++j) row[j] = j;
  for (std::size_t i = 0; i < a.size(); ++i) {
    std::size_t diagonal = std::exchange(row[0], i + 1);
    for (std::size_t j = 0; j < b.size(); ++j) {
      const std::size_t replaced = diagonal + (a[i] == b[j] ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({replaced, row[j] + 1, row[j + 1] + 1});
    }
  }
  return row.back();
}

}  // namespace

std::string fixed(double value, int decimals) {
  char text[64];
  std::snprintf(text, sizeof text, "%.*f", decimals, value);
  return text;
}

std::string plain_number(double value) { return plain(value); }
std::string plain_number(float value) { return plain(value); }

std::string plain_number(double value, int significant_digits) {
  char text[64];
  const auto end = std::to_chars(text, text + sizeof text, value, std::chars_format::scientific,
                                 std::clamp(significant_digits, 1, 17) - 1)
                       .ptr;
  double rounded = value;
  std::from_chars(text, end, rounded);
  return plain(rounded);
}

std::optional<std::uint64_t> parse_byte_size(std::string_view text) {
  std::uint64_t number = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (failed != std::errc{}) return std::nullopt;
  std::string_view rest = text.substr(static_cast<std::size_t>(end - text.data()));
  if (rest.starts_with(' ')) rest.remove_prefix(1);
  if (rest.empty() || rest == "B") return number;
  for (const Unit& unit : kUnits) {
    if (rest != unit.name) continue;
    if (number > std::numeric_limits<std::uint64_t>::max() >> unit.bits) return std::nullopt;
    return number << unit.bits;
  }
  return std::nullopt;
}

std::string byte_size_text(std::uint64_t bytes) {
  for (const Unit& unit : kUnits) {
    if (bytes > 0 && bytes % (std::uint64_t{1} << unit.bits) == 0) {
      return std::to_string(bytes >> unit.bits) + std::string(unit.name);
    }
  }
  return std::to_string(bytes);
}

std::string gibibytes(std::uint64_t bytes) {
  constexpr double kMiB = 1024.0 * 1024.0;
  const double mib = static_cast<double>(bytes) / kMiB;
  return mib < 1024 ? fixed(mib, 0) + " MiB" : fixed(mib / 1024, 1) + " GiB";
}

std::string mebibytes(std::uint64_t bytes) { return std::to_string((bytes + (1U << 20) - 1) >> 20) + " MiB"; }

std::string nearest(std::string_view word, const std::vector<std::string>& known) {
  return *std::min_element(known.begin(), known.end(), [&](const std::string& a, const std::string& b) {
    return edits_between(word, a) < edits_between(word, b);
  });
}

}  // namespace whorl
