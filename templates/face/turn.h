// Which way up a head is. Private to templates/face.
#pragma once

#include "base/result.h"
#include "templates/face/detector.h"

namespace whorl::face {

// Quarter turns, counter-clockwise, that bring the head upright: 0 to 3. The detector finds most heads that lie on
// their side or stand on their chin, but its landmarks are then those of an upright head that is not there; so it is
// shown the head alone, small, in all four turns, and is surest of the upright one. Another turn than 0 needs a clear
// lead, since most photographs are upright. Errors: kInternal when OpenCV fails. Cost: four detections at
// 160 x 160 px, where the face was not found with near certainty as it is; else nothing.
Result<int> turns_to_upright(Detector& detector, const image::ColourImage& image, const DetectedFace& face);

// The image after so many quarter turns, counter-clockwise.
image::ColourImage turned(const image::ColourImage& image, int quarters);

}  // namespace whorl::face
