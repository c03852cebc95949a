// Ridges to lines. Private to this room.
#pragma once

#include "templates/fingerprint/extract/maps.h"
#include "templates/fingerprint/extract/stop.h"

namespace whorl::fingerprint {

// One-pixel-wide, 8-connected skeleton of a binary image; CV_8U 0/255 (Guo and Hall 1989). Unfinished
// once `stop` says so.
PixelMap thin(const PixelMap& binary, const StopLatch& stop = {});
// The same, pixel by pixel: a slow twin for tests.
PixelMap thin_reference(const PixelMap& binary);

}  // namespace whorl::fingerprint
