// Even contrast. Private to this room.
#pragma once

#include "templates/fingerprint/extract/maps.h"
#include "templates/fingerprint/parameters.h"

namespace whorl::fingerprint {

// Zero local mean, unit local deviation, clipped to [-3, 3]; ridges negative. CV_32F.
PixelMap normalise(const PixelMap& grey, const ExtractParameters& p);

}  // namespace whorl::fingerprint
