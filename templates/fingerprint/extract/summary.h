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

// 0..100 from the foreground's area, its coherence and the minutiae.
std::uint8_t overall_quality(const GridMap& reliability, const GridMap& mask, const std::vector<Minutia>& minutiae);

}  // namespace whorl::fingerprint
