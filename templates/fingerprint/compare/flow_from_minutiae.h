// Ridge flow and extent of a print whose template holds minutiae alone. Private to this room.
//
// Records of other systems (ISO/IEC 19794-2, INCITS 378) say neither where the print lies nor how its ridges run, and a
// comparison that does not know it cannot tell a minutia that is missing from one that lies outside the other print.
// The minutiae tell much of both: the print covers their convex hull at least, and each minutia's direction is that of
// the ridges around it.
#pragma once

#include <vector>

#include "templates/fingerprint/parameters.h"
#include "templates/fingerprint/template.h"

namespace whorl::fingerprint {

// A map of a print of this size: in each block whose centre lies in the hull of the minutiae, or within
// minutiae_margin_px500 of it, the mean of their doubled directions, the near ones weighing most, and a period of 9
// px500. Empty where there are fewer than three minutiae that span an area, or the size is beyond a template's bounds.
// Cost: some 50 microseconds.
FlowMap flow_from_minutiae(int width_px500, int height_px500, const std::vector<Minutia>& minutiae,
                           const CompareParameters& p);

}  // namespace whorl::fingerprint
