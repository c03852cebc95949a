// The ridge pattern without noise. Private to this room.
#pragma once

#include "templates/fingerprint/extract/orientation.h"
#include "templates/fingerprint/extract/stop.h"

namespace whorl::fingerprint {

// Ridge pattern after oriented band-pass (Gabor) filtering: CV_32F in about [-1, 1], ridges negative, 0 outside.
// Unfinished once `stop` says so.
PixelMap enhance(const PixelMap& normalised, const Orientation& flow, const GridMap& period, const GridMap& mask,
                 const ExtractParameters& p, const StopLatch& stop = {});
// The same, pixel by pixel: a slow twin for tests.
PixelMap enhance_reference(const PixelMap& normalised, const Orientation& flow, const GridMap& period,
                           const GridMap& mask, const ExtractParameters& p);

// Ridges 255, everything else 0; CV_8U.
PixelMap binarise(const PixelMap& enhanced, const GridMap& mask);

}  // namespace whorl::fingerprint
