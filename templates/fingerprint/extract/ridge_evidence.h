// Whether a picture shows a fingerprint at all, by what is measured of its ridges. Private to this room.
//
// Enhancement draws ridges into anything, noise included, so all of this is measured before it. A small window is
// looked at every 16 px of the foreground: the grey values are averaged along the ridges, and the spectrum of what is
// left across them is taken (the signature of Hong, Wan and Jain 1998). Ridges put most of the power into one peak of a
// plausible period, and the next window along or across, which shares no pixels of its middle, shows the same period
// and nearly the same direction. Noise and clouds have no such peak; hair and brushed metal have a direction, clearer
// than that of a print, but no period; cloth, bricks, line screens and lines of text have both, but neither bends as
// skin does; rings, stripes and the patterns of one wavelength that noise settles into keep their period more evenly
// than skin.
#pragma once

#include <string_view>

#include "templates/fingerprint/extract/maps.h"
#include "templates/fingerprint/extract/orientation.h"
#include "templates/fingerprint/extract/stop.h"

namespace whorl::fingerprint {

struct RidgeEvidence {
  double looked_mm2 = 0;         // of the foreground
  int windows = 0;               // that carry ridges: a plausible peak, and a neighbour that agrees
  double agreeing = 0;           // share of neighbouring windows that both have a peak and agree
  double directed = 0;           // share of neighbouring windows that both have a very clear direction
  double agreeing_directed = 1;  // of those, the share that agrees; 1 where there are too few to say
  double straightness = 0;   // length of the mean double-angle vector of the windows with ridges: 1 is one direction
  double period_spread = 0;  // deviation of the logarithm of their periods
  double period_px500 = 0;   // their median period; 0 without any
  double explained = 0;      // median over them: share of a window's variance that the signature holds
  double period_step = 0;    // median difference of the logarithm of the period between neighbours that agree
};

// `flow` is of the normalised picture, before any enhancement. Cost: about 1.5 ms for a usual print.
RidgeEvidence ridge_evidence(const PixelMap& normalised, const Orientation& flow, const GridMap& mask,
                             const StopLatch& stop = {});

// What the evidence comes to. The limits are set so that they hold on sensors and kinds of picture that they were not
// chosen on: bench/texture measures both.
enum class Finding {
  kRidges,    // it may be a fingerprint
  kNoRidges,  // nothing runs in ridges; perhaps at another scale
  kUneven,    // lines without a distance of their own
  kMade,      // lines, but no skin's
};
Finding finding_of(const RidgeEvidence& evidence);

// Why it is no fingerprint, as the end of a sentence; empty for kRidges.
std::string_view sentence_of(Finding finding);

}  // namespace whorl::fingerprint
