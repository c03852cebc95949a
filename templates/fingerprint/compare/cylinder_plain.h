// The obvious twin of make_cylinders. Private to this room.
#pragma once

#include <vector>

#include "templates/fingerprint/compare/cylinder.h"
#include "templates/fingerprint/parameters.h"
#include "templates/fingerprint/template.h"

namespace whorl::fingerprint {

// As make_cylinders; a bit whose value is within rounding of the threshold may differ.
std::vector<Cylinder> make_cylinders_plainly(const std::vector<Minutia>& minutiae, const CompareParameters& p);

}  // namespace whorl::fingerprint
