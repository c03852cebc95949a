// Whether the lines of a picture cross, as threads do. Private to this room.
//
// Ridges run one way in a small place. Threads, dots of a screen and knots run two ways at once, and both waves go on
// into the next place: the spectrum of a window has two peaks that do not lie on one line through its middle, and the
// window beside it has the same two. Noise has a second peak, too, but elsewhere in each window.
#pragma once

#include "templates/fingerprint/extract/maps.h"
#include "templates/fingerprint/extract/stop.h"

namespace whorl::fingerprint {

struct Weave {
  int pairs = 0;      // of windows side by side that share no pixel
  double shared = 0;  // share of the pairs that have both waves in common
  double second = 0;  // median over the windows: power of the second peak, that of the first being 1
};

// Of the normalised picture, before any enhancement. Cost: about 25 us a window of 64 x 64 px500, one each 64 px500 of
// a usual print, and four times as many where these share something.
Weave look_for_weave(const PixelMap& normalised, const GridMap& mask, const StopLatch& stop = {});

// Whether that is no skin's. Of 1,680 prints of nine sensors the most share 0.30.
bool is_woven(const Weave& weave);

}  // namespace whorl::fingerprint
