// What is particular to reading fingers: decode -> normalise -> extract -> prepare, or a template. Private to this
// room.
#pragma once

#include "engine/read_sample.h"

namespace whorl::engine {

// Its gate refuses a finger that could not be extracted (named), and fingers of which every one is too poor.
SampleReader finger_reader();

// An image's template as extractors before the third made it, without enlarging fine ridges (fine_ridges.h): to tell
// whether a kept template is of this image. Errors: as of reading, and where nothing can be extracted.
Result<codec::Template> read_without_enlarging(const Sample& image, const EngineConfig& config);

}  // namespace whorl::engine
