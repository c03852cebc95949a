// A counted rate and how well the count supports it.
#pragma once

#include <cstdint>
#include <string>

namespace whorl::evaluation {

// `errors` of `trials`, with the exact 95 % interval of Clopper and Pearson (1934). The interval takes the
// trials as independent; comparisons that share a finger are not, so read it as the least uncertainty there
// is.
struct Rate {
  std::uint64_t errors = 0;
  std::uint64_t trials = 0;
  double low = 0;
  double high = 1;

  // Zero errors say only that the rate is below 3/n with 95 % confidence (the rule of three).
  [[nodiscard]] bool supported() const { return errors > 0; }
  [[nodiscard]] double value() const;
  // "2.50 % [1.00, 5.10]", or "< 3/280 (1.07 %)" where nothing was counted; "none" without trials.
  [[nodiscard]] std::string text() const;
};

Rate rate_of(std::uint64_t errors, std::uint64_t trials);

// "2.50 %": two decimals, more for small rates so that two digits show.
std::string percent(double rate);
// "< 3/280 (1.07 %)".
std::string rule_of_three(std::uint64_t trials);

}  // namespace whorl::evaluation
