// Files that several verbs take.
#pragma once

#include <string>

#include "base/result.h"
#include "engine/calibration.h"

namespace whorl::cli {

// The calibration in `path`, of whatever it is. Errors: kNotFound, kInvalidInput with the path as field.
Result<engine::Calibration> read_calibration(const std::string& path);

// The calibration in `path`, or the built-in one when `path` is empty. Errors: kNotFound, kInvalidInput (also
// for a calibration of another extractor or comparator version).
Result<engine::Calibration> load_calibration(const std::string& path);

}  // namespace whorl::cli
