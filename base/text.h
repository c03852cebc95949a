// Numbers as text.
#pragma once

#include <string>

namespace whorl {

// `value` with so many decimals, rounded: fixed(12.34) is "12.3". Thread-safe.
std::string fixed(double value, int decimals = 1);

}  // namespace whorl
