// What a template keeps besides its minutiae. Private to this room.
#pragma once

#include <cstdint>
#include <vector>

#include "templates/fingerprint/extract/orientation.h"
#include "templates/fingerprint/template.h"

namespace whorl::fingerprint {

// The template's coarse flow map.
FlowMap summarise_flow(const Orientation& flow, const GridMap& period, const GridMap& mask, int width_px500,
                       int height_px500);

// The template's ridge map: the sign of the enhanced pattern, thinly sampled; 0 outside the mask.
RidgeMap summarise_ridges(const PixelMap& enhanced, const GridMap& mask);

// How far two estimates of the flow lie apart, 0 (nowhere) .. 1 (across each other everywhere): the mean over the
// foreground of the square of the sine between them.
double disagreement(const Orientation& a, const Orientation& b, const GridMap& mask);

// 0..100: how likely a comparison with another capture of the finger is to fail, from how good the best minutiae are
// (of which a print with few has too few) and from how far the flow by gradients and the flow by the network disagree,
// as they do where a print is dry, wet or smeared. Both in the manner of ISO/IEC 29794-4; the weights were fitted to
// whether mates are found, each set left out in turn (docs/accuracy.md, "Quality").
std::uint8_t overall_quality(const std::vector<Minutia>& minutiae, double disagreement);

}  // namespace whorl::fingerprint
