// Numbers of JSON texts that have to come back as they were said.
#pragma once

#include <optional>
#include <string_view>

namespace whorl::server {

// The double that, written out again, is the same number as `text` (a JSON number with a fraction or an exponent).
// Empty where there is none: too many digits, too large, too small; also for a whole number without either, which would
// come back with a fraction. Pure and thread-safe.
std::optional<double> kept_double(std::string_view text);

}  // namespace whorl::server
