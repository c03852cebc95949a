// The text of engine/data/fingerprint-calibration.json, put into the binary when it was built.
#pragma once

#include <string_view>

namespace whorl::engine {

std::string_view shipped_calibration_json();

}  // namespace whorl::engine
