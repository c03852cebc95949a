#include "base/grouped.h"

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace whorl {

std::string grouped(std::uint64_t value) {
  std::string digits = std::to_string(value);
  for (auto i = static_cast<std::ptrdiff_t>(digits.size()) - 3; i > 0; i -= 3) {
    digits.insert(static_cast<std::size_t>(i), ",");
  }
  return digits;
}

std::string rounded_odds(double rate) {
  const double one_in = std::min(1.0 / rate, 1e15);
  const double unit = std::pow(10.0, std::max(0.0, std::floor(std::log10(one_in)) - 1));
  return "1 in " + grouped(static_cast<std::uint64_t>(std::llround(one_in / unit) * std::llround(unit)));
}

}  // namespace whorl
