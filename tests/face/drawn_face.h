// A head turned by known angles, and a crop with known light: truth for pose and quality.
#pragma once

#include "templates/face/quality.h"

namespace whorl::tests {

// The landmarks of an average head of `eyes_px` between the eyes, seen from far away around (x, y).
face::Landmarks head(double yaw_deg, double pitch_deg, double roll_deg, double eyes_px = 80, float x = 200,
                     float y = 200);

// The ArcFace reference points of a 112 x 112 crop.
face::Landmarks reference_points();

// A grey picture with detail at every scale, mean 128.
image::ColourImage textured(int width, int height);

// The picture of a face with these landmarks, and its assessment.
face::FaceQuality assessed(const image::ColourImage& image, const face::Landmarks& landmarks, int faces = 1,
                           float confidence = 1);

}  // namespace whorl::tests
