#include "engine/evaluation/intervals.h"

#include <algorithm>
#include <boost/math/special_functions/beta.hpp>
#include <cmath>
#include <cstdio>

namespace whorl::evaluation {
namespace {

constexpr double kHalfAlpha = 0.025;

std::string number(double percentage) {
  const double size = std::abs(percentage);
  const int decimals = size == 0 || size >= 0.1 ? 2 : std::min(8, 1 - static_cast<int>(std::floor(std::log10(size))));
  char text[48];
  std::snprintf(text, sizeof text, "%.*f", decimals, percentage);
  return text;
}

}  // namespace

double Rate::value() const { return trials == 0 ? 0 : static_cast<double>(errors) / static_cast<double>(trials); }

std::string percent(double rate) { return number(100 * rate) + " %"; }

std::string rule_of_three(std::uint64_t trials) {
  return "< 3/" + std::to_string(trials) + " (" + percent(std::min(1.0, 3.0 / static_cast<double>(trials))) + ")";
}

std::string Rate::text() const {
  if (trials == 0) return "none";
  if (!supported()) return rule_of_three(trials);
  return percent(value()) + " [" + number(100 * low) + ", " + number(100 * high) + "]";
}

Rate rate_of(std::uint64_t errors, std::uint64_t trials) {
  Rate out{errors, trials, 0, 1};
  if (trials == 0) return out;
  const auto k = static_cast<double>(errors);
  const auto n = static_cast<double>(trials);
  if (errors > 0) out.low = boost::math::ibeta_inv(k, n - k + 1, kHalfAlpha);
  if (errors < trials) out.high = boost::math::ibeta_inv(k + 1, n - k, 1 - kHalfAlpha);
  return out;
}

}  // namespace whorl::evaluation
