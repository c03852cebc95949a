// How far the ridges lie apart. Private to this room.
#pragma once

#include "templates/fingerprint/extract/orientation.h"
#include "templates/fingerprint/extract/stop.h"

namespace whorl::fingerprint {

// Ridge period in px500, CV_32F, smooth, everywhere positive.
// From the spectrum of the signature across the ridges of oriented windows (Hong, Wan and Jain 1998). Unfinished once
// `stop` says so.
GridMap ridge_period(const PixelMap& normalised, const Orientation& flow, const GridMap& mask,
                     const ExtractParameters& p, const StopLatch& stop = {});

}  // namespace whorl::fingerprint
