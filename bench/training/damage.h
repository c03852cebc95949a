// Prints as a worse capture of them might have come: what real sets hold too few of to learn from.
#pragma once

#include <cstdint>

#include "templates/image/image.h"

namespace whorl::training {

// The print (at 500 ppi, ridges dark) as if pressed wetter or drier, one in two smeared, captured with less contrast
// and more noise, and only a part of it: 55 to 95 % of its width and 50 to 90 % of its height. How strong each is, and
// where, is drawn by `seed`; places stay where they were. Deterministic. Cost: about 30 ms an image of 0.15 megapixels.
image::GreyImage damaged(const image::GreyImage& print, std::uint64_t seed);

// A rectangle of the picture, `share` of its width and of its height, drawn by `seed` about the middle.
image::GreyImage part_of(const image::GreyImage& print, double share, std::uint64_t seed);

// The print as if ridges lay `share` times as far apart, as a child's do: the picture made smaller, its resolution as
// it was.
image::GreyImage smaller(const image::GreyImage& print, double share);

}  // namespace whorl::training
