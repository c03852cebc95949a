// From the skeleton to minutiae. Private to this room.
#pragma once

#include <vector>

#include "templates/fingerprint/extract/orientation.h"
#include "templates/fingerprint/extract/stop.h"
#include "templates/fingerprint/template.h"

namespace whorl::fingerprint {

// Endings and bifurcations of the skeleton by crossing number (Rutovitz 1966), best quality first, at most
// kMaxMinutiae, without those that look false: spurs, bridges, gaps, islands and the border of the print.
// Unfinished once `stop` says so.
std::vector<Minutia> find_minutiae(const PixelMap& skeleton, const Orientation& flow, const GridMap& reliability,
                                   const GridMap& mask, const ExtractParameters& p, const StopLatch& stop = {});

}  // namespace whorl::fingerprint
