// What an operator can do about a capture. Private to this room; pure functions.
#pragma once

#include <vector>

#include "engine/types.h"

namespace whorl::engine {

struct FingerFigures {
  int quality = 0;
  int minutiae = 0;
  bool minutiae_alone = false;  // a record of another system, without flow and ridges
};

// Of a finger; empty when the capture is good. `usable`: the quality below which a finger is of no use.
std::vector<Reason> finger_feedback(const FingerFigures& finger, int usable);

// Of a kept face, which is known by its quality alone; empty when it is usable.
std::vector<Reason> face_feedback(int quality, int usable);

// With the advice as sentence and as reasons.
SampleQuality finger_quality(std::uint8_t position, int quality, int minutiae, std::vector<Reason> advice);
SampleQuality face_quality(std::uint8_t position, int quality, std::vector<Reason> advice);

}  // namespace whorl::engine
