// How much it takes to read samples, known before the work begins: whoever serves many callers can put long work aside.
#pragma once

#include <cstdint>
#include <vector>

#include "engine/types.h"

namespace whorl::engine {

// Pixels of all images, as their headers state them: of a finger in the file or at the standard resolution, whichever
// are more; of a face an eighth, since a photograph is made small first, and 160,000 for finding and reading it. A
// template, and what is no image, counts nothing. Reading takes time in proportion: some 0.3 s of one core a million.
// Pure; thread-safe. Cost: microseconds an image.
std::uint64_t pixels_to_read(const std::vector<Sample>& samples);

}  // namespace whorl::engine
