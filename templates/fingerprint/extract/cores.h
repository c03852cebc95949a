// Where the ridges turn back upon themselves: the cores of loops and whorls. Private to this room.
#pragma once

#include <opencv2/core.hpp>
#include <vector>

#include "templates/fingerprint/extract/maps.h"
#include "templates/fingerprint/extract/orientation.h"

namespace whorl::fingerprint {

// A place round which the flow turns by half a turn.
struct Core {
  cv::Point2d at_px500;      // of the picture
  double direction_rad = 0;  // which way the loop points: counter-clockwise with y up, in (-pi, pi]
  double strength = 0;       // how like a loop's the flow is there: 1 for a drawn loop of which all is sure
};

// By the first-order symmetry filter over the doubled angle (K. Nilsson, J. Bigun, "Localization of corresponding
// points in fingerprints by complex filtering", Pattern Recognition Letters 24, 2003). `flow` is the network's, whose
// length says how sure it is; of a mask's outside nothing counts. Strongest first. Cost: under a millisecond for a
// usual print.
std::vector<Core> find_cores(const Orientation& flow, const GridMap& mask);

// Whether two cores lie apart and point the same way. One finger's two cores (a whorl's, a double loop's) point away
// from each other; where two point the same way the picture shows two fingers, however far their prints overlap. A
// finger may have a loop above a whorl (an accidental): where a core that points the other way lies near, the two have
// to lie farther apart. Fingers without a core (arches), and cores that are cut or covered, are not seen.
bool shows_cores_of_several_fingers(const std::vector<Core>& cores);

}  // namespace whorl::fingerprint
