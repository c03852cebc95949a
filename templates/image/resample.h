// To the one resolution at which fingerprints are worked on.
#pragma once

#include "base/result.h"
#include "templates/image/image.h"

namespace whorl::image {

// `image` resampled to kStandardPpi (area averaging when shrinking, cubic when growing); unchanged when it
// is within 1 % of it already. Errors: kInvalidInput when the result would break `limits`. Thread-safe. Cost:
// a few ms a megapixel.
Result<GreyImage> to_standard_ppi(const GreyImage& image, const ImageLimits& limits = {});

}  // namespace whorl::image
