// What an operator can do about a capture, as a sentence. Private to this room; pure functions.
#pragma once

#include <string>

namespace whorl::engine {

// Of a finger; empty when the capture is good. `usable`: the quality below which a finger is of no use.
std::string finger_feedback(int quality, int minutiae, int usable);

// Of a finger whose ridges lie as no finger's do at the stated resolution; an adult's would at `factor` times that.
std::string spacing_feedback(double factor);

// Of a kept face, which is known by its quality alone; empty when it is usable.
std::string face_feedback(int quality, int usable);

}  // namespace whorl::engine
