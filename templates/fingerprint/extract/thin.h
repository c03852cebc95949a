// Ridges to lines. Private to this room.
#pragma once

#include "templates/fingerprint/extract/maps.h"

namespace whorl::fingerprint {

// One-pixel-wide, 8-connected skeleton of a binary image; CV_8U 0/255 (Guo and Hall 1989).
PixelMap thin(const PixelMap& binary);
// The same, pixel by pixel: a slow twin for tests.
PixelMap thin_reference(const PixelMap& binary);

}  // namespace whorl::fingerprint
