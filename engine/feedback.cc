// What each quality comes to for an operator.
#include "engine/feedback.h"

#include <cstdio>

namespace whorl::engine {
namespace {

constexpr int kGoodQuality = 40;
constexpr int kFewMinutiae = 12;

}  // namespace

std::string finger_feedback(int quality, int minutiae, int usable) {
  if (minutiae == 0) return "no ridge detail seen: place the fingertip flat on the sensor and capture again";
  if (quality < usable) return "too poor to use: clean the finger and the sensor, press evenly, and capture again";
  if (minutiae < kFewMinutiae) {
    return "little of the finger seen: centre the whole fingertip on the sensor and capture again";
  }
  if (quality < kGoodQuality) {
    return "faint or smudged: moisten a dry finger or wipe a wet one, press evenly, and capture again if there is time";
  }
  return {};
}

std::string spacing_feedback(double factor) {
  char times[32];
  std::snprintf(times, sizeof times, "%.1f", factor);
  return std::string("the spacing of the ridges contradicts the stated resolution: it looks like about ") + times +
         " times that; state the true one";
}

std::string face_feedback(int quality, int usable) {
  return quality < usable ? "too poor to use: face the camera, in even light, and capture again" : std::string();
}

}  // namespace whorl::engine
