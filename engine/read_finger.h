// What is particular to reading fingers: decode -> normalise -> extract -> prepare, or a template. Private to this
// room.
#pragma once

#include "engine/read_sample.h"

namespace whorl::engine {

// Its gate refuses a finger that could not be extracted (named), and fingers of which every one is too poor.
SampleReader finger_reader();

}  // namespace whorl::engine
