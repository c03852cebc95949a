// Prints as a worse capture of them might have come: what real sets hold too few of to learn from.
#pragma once

#include <cstdint>

#include "templates/image/image.h"

namespace whorl::training {

// The print (at 500 ppi, ridges dark) as if pressed wetter or drier, one in two smeared, captured with less contrast
// and more noise, and only a part of it: 55 to 95 % of its width and 50 to 90 % of its height. How strong each is, and
// where, is drawn by `seed`; places stay where they were. Deterministic. Cost: about 30 ms an image of 0.15 megapixels.
image::GreyImage damaged(const image::GreyImage& print, std::uint64_t seed);

}  // namespace whorl::training
