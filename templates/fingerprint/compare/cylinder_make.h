// From minutiae to cylinders. Private to this room.
#pragma once

#include <vector>

#include "templates/fingerprint/compare/cylinder.h"
#include "templates/fingerprint/parameters.h"
#include "templates/fingerprint/template.h"

namespace whorl::fingerprint {

// One cylinder for each minutia, in their order. Keeps a table for each thread. Cost: about a microsecond a minutia.
std::vector<Cylinder> make_cylinders(const std::vector<Minutia>& minutiae, const CompareParameters& p);

}  // namespace whorl::fingerprint
