// A fingerprint drawn from a formula, so that its minutiae are known: the AM-FM model of Larkin and Fletcher
// (Optics Express 2007), grey = cos(smooth phase + the turning phase of each minutia).
#pragma once

#include <cstdint>
#include <vector>

#include "templates/image/image.h"

namespace whorl::tests {

struct DrawnMinutia {
  double x = 0;  // px500, y down
  double y = 0;
  int turn = 1;  // +1 or -1: which way the phase turns around it
};

struct DrawnPrint {
  int width = 360;
  int height = 400;
  double period = 9;     // px500
  double bend = 0.0012;  // curvature of the ridges
  std::vector<DrawnMinutia> minutiae;
};

// A print with `count` minutiae at least 40 px apart and 60 from the edge, both from the seed.
DrawnPrint make_drawn_print(std::uint64_t seed, int count = 16);

struct DrawnPose {
  double rotation_rad = 0;  // counter-clockwise, about the centre
  double shift_x = 0;       // px500
  double shift_y = 0;
  double noise = 0;        // deviation, grey levels
  std::uint64_t seed = 1;  // of the noise
};

// The print as an image: an elliptic contact area on white.
image::GreyImage draw(const DrawnPrint& print, const DrawnPose& pose = {});

// Where a point of the print lies in the image of that pose.
DrawnMinutia posed(const DrawnPrint& print, const DrawnMinutia& minutia, const DrawnPose& pose);

}  // namespace whorl::tests
