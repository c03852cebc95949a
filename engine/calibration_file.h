// Calibrations as files (docs/calibration.md).
#pragma once

#include <filesystem>
#include <optional>

#include "base/result.h"
#include "engine/calibration.h"

namespace whorl::engine {

// Reads a calibration and checks that it is of `wanted` (empty: of whatever).
// Errors: those of read_file; kInvalidInput with the path as field (not a calibration, or one of something else).
Result<Calibration> read_calibration(const std::filesystem::path& file,
                                     const std::optional<Calibration::Origin>& wanted = {});

// That of `file`, or the built-in one when `file` is empty. Errors: as read_calibration, for this build's fingerprints.
Result<Calibration> fingerprint_calibration(const std::filesystem::path& file);

}  // namespace whorl::engine
