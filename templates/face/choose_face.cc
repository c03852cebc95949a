#include "templates/face/choose_face.h"

#include <algorithm>
#include <cmath>

#include "base/catalogue.h"

namespace whorl::face {
namespace {

constexpr float kCountsFrom = 1.0f / 3;  // of the width of the face taken

double from_middle(const DetectedFace& face, int width, int height) {
  return std::hypot(static_cast<double>(face.x + face.width / 2) - width / 2.0,
                    static_cast<double>(face.y + face.height / 2) - height / 2.0);
}

}  // namespace

std::string_view name_of(SeveralFaces policy) {
  switch (policy) {
    case SeveralFaces::kRefuse: return "refuse";
    case SeveralFaces::kLargest: return "largest";
    case SeveralFaces::kCentral: return "central";
  }
  return "refuse";
}

Result<ChosenFace> choose(const std::vector<DetectedFace>& found, int image_width, int image_height,
                          SeveralFaces policy) {
  if (found.empty()) {
    return failure(ErrorCode::kNoFace, "image");
  }
  const auto larger = [](const DetectedFace& a, const DetectedFace& b) { return a.width < b.width; };
  const auto farther = [&](const DetectedFace& a, const DetectedFace& b) {
    return from_middle(a, image_width, image_height) > from_middle(b, image_width, image_height);
  };
  ChosenFace out;
  out.face = policy == SeveralFaces::kCentral ? *std::max_element(found.begin(), found.end(), farther)
                                              : *std::max_element(found.begin(), found.end(), larger);
  out.faces = static_cast<int>(std::count_if(found.begin(), found.end(), [&](const DetectedFace& face) {
    return face.width >= out.face.width * kCountsFrom;
  }));
  if (out.faces > 1 && policy == SeveralFaces::kRefuse) {
    return failure(ErrorCode::kSeveralFaces, "image", with<"faces">(out.faces));
  }
  return out;
}

}  // namespace whorl::face
