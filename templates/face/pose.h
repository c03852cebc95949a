// How a head is turned, from its landmarks alone.
#pragma once

#include "templates/face/types.h"

namespace whorl::face {

// In the landmarks' unit: between the centres of the eyes, which turning the head to the side makes shorter; and from
// their middle to the middle of the mouth, which it leaves alone.
double eyes_apart(const Landmarks& p);
double eyes_to_mouth(const Landmarks& p);

struct Pose {
  double yaw_deg = 0;    // positive: the face looks to the right of the image
  double pitch_deg = 0;  // positive: it looks up
  double roll_deg = 0;   // positive: its right eye (of the image) lies lower
};

// From the five landmarks alone: weak-perspective pose (D. DeMenthon and L. Davis, "Model-based object pose in 25 lines
// of code", IJCV 1995, the first step) of an average head. Within about 10 degrees for a face that is turned by less
// than 45; a narrow or long face shifts it.
Pose pose_of(const Landmarks& landmarks);

}  // namespace whorl::face
