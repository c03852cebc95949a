// Which of several faces in an image is meant.
#pragma once

#include <string_view>
#include <vector>

#include "base/result.h"
#include "templates/face/types.h"

namespace whorl::face {

// What to do with an image of several people.
enum class SeveralFaces {
  kRefuse,   // the caller must say who is meant
  kLargest,  // the widest box
  kCentral,  // the box whose middle is nearest to the image's (the protocol of LFW)
};
std::string_view name_of(SeveralFaces policy);  // "refuse", "largest", "central"

struct ChosenFace {
  DetectedFace face;
  int faces = 1;  // in the image: those at least a third as wide as the one taken, itself included
};

// The face of `found` that the policy takes. Errors: kInvalidInput when there is none, or several and the policy
// refuses.
Result<ChosenFace> choose(const std::vector<DetectedFace>& found, int image_width, int image_height,
                          SeveralFaces policy);

}  // namespace whorl::face
