// How far the enhanced pattern can be trusted. Private to this room.
#pragma once

#include "templates/fingerprint/extract/maps.h"
#include "templates/fingerprint/parameters.h"

namespace whorl::fingerprint {

// How much of the image the enhanced pattern explains, CV_32F, 0..1: their local correlation.
GridMap reliability(const PixelMap& normalised, const PixelMap& enhanced, const ExtractParameters& p);

}  // namespace whorl::fingerprint
