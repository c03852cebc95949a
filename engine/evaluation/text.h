// Numbers and tables as text, for the reports. Private to engine/evaluation.
#pragma once

#include <boost/json/fwd.hpp>
#include <string>
#include <vector>

#include "engine/evaluation/intervals.h"

namespace whorl::evaluation {

// Ten significant digits, as few characters as that needs, never with an exponent.
std::string digits(double v);
// Six significant digits: more say nothing of a rate that was counted. Thresholds and scores stay as they are.
double rounded(double rate);
// "12.3".
std::string fixed_text(double v, int decimals = 1);

// Rows of equally many cells under one another; columns first_right .. last_right are aligned at the right.
std::string aligned(const std::vector<std::vector<std::string>>& rows, std::size_t first_right, std::size_t last_right);

// {"errors", "trials", "low", "high", "value"}; where the count is zero, "value" is null and "below" is 3/n. Rates
// are rounded.
boost::json::object rate_json(const Rate& rate);

}  // namespace whorl::evaluation
