// The ridge pattern, grown. Private to datasets.
#pragma once

#include <vector>

#include "datasets/draws.h"
#include "datasets/field.h"

namespace whorl::datasets {

// Starts from about `seeds` spots, spread over the field, and filters again and again with zero-mean Gabor
// kernels tuned to the local orientation and period, until the pattern fills the field and stops changing.
// Returns one value a pixel, -1 (ridge) .. 1 (valley). Integer arithmetic: the same on every machine.
std::vector<float> grow_ridges(Draws& draws, const RidgeField& field, int seeds);

}  // namespace whorl::datasets
