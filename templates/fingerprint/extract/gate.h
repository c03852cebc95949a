// What is refused before the dear stages: what is no fingerprint, or more than one finger's. Private to this room.
#pragma once

#include <string>

#include "base/result.h"
#include "templates/fingerprint/extract/maps.h"
#include "templates/fingerprint/extract/orientation.h"
#include "templates/fingerprint/extract/stop.h"
#include "templates/fingerprint/parameters.h"

namespace whorl::fingerprint {

// A shorter period is a child's, or a resolution that is not the stated one.
inline constexpr double kFinePeriod_px500 = 6.5;

// "no fingerprint found: ...", of the picture.
Error no_fingerprint(const std::string& why);

// An error once `stop` says so.
Status go_on(const StopLatch& stop);

// Whether the foreground can be one finger's print. Errors: kInvalidInput.
Status check_foreground(const GridMap& mask, const ExtractParameters& p);

// The period of the ridges, where the picture shows any. Ridges as fine as a small child's are looked for once more in
// the picture enlarged. Errors: as extract_and_report's. Cost: where nothing is found at the picture's own scale, up
// to six times that of a usual print.
Result<double> require_ridges(const PixelMap& grey, const PixelMap& normalised, const Orientation& flow,
                              const GridMap& mask, const ExtractParameters& p, const StopLatch& stop);

}  // namespace whorl::fingerprint
