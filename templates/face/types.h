// What detection finds and alignment works on: plain values.
#pragma once

#include <array>

namespace whorl::face {

// Pixels of an image, x to the right, y down; (0, 0) is the centre of the first pixel.
struct Point {
  float x = 0;
  float y = 0;
  friend bool operator==(const Point&, const Point&) = default;
};

// In this order, named by their side of the image, not of the person: left eye, right eye, tip of the nose, left corner
// of the mouth, right corner of the mouth.
using Landmarks = std::array<Point, 5>;
enum Landmark : unsigned { kLeftEye, kRightEye, kNose, kLeftMouth, kRightMouth };

// A face as the detector sees it, in pixels of the image it was given.
struct DetectedFace {
  float x = 0;  // of the box's upper left corner; may lie outside the image
  float y = 0;
  float width = 0;  // of the box, from ear to ear
  float height = 0;
  Landmarks landmarks{};
  float confidence = 0;  // of the detector, 0..1
};

}  // namespace whorl::face
