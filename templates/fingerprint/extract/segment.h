// Where the print is. Private to this room.
#pragma once

#include "templates/fingerprint/extract/maps.h"
#include "templates/fingerprint/parameters.h"

namespace whorl::fingerprint {

// Foreground mask, CV_8U 0/255. Gradient energy smoothed widely and compared with a share of its own high percentile,
// then closed, filled and opened (the idea of Cappelli's GMFS, IEEE Access 2023).
GridMap segment(const PixelMap& grey, const ExtractParameters& p);

}  // namespace whorl::fingerprint
