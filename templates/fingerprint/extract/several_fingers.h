// Whether the foreground is the prints of several fingers. Private to this room.
#pragma once

#include "templates/fingerprint/extract/maps.h"

namespace whorl::fingerprint {

// Whether the mask has two bodies, each as wide as a small finger at least, with nothing between them or a neck much
// narrower than both: prints side by side, apart or touching. Gaps as narrow as a crease or the fold of a joint are
// closed first, so that a print which they divide stays one; holes count as filled. Prints that overlap so far that no
// neck is left are not told apart. Cost: under a millisecond for a usual print.
bool shows_several_fingers(const GridMap& mask);

}  // namespace whorl::fingerprint
