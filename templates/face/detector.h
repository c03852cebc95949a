// Finding faces in an image. For one thread. Private to this room.
#pragma once

#include <memory>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "templates/face/card.h"
#include "templates/face/types.h"
#include "templates/image/image.h"

namespace whorl::face {

// YuNet (W. Wu, H. Peng, S. Yu, 2023) through cv::FaceDetectorYN. Not thread-safe.
class Detector {
 public:
  // Errors: kInvalidInput when OpenCV cannot read the network; kInternal when no temporary file can be made (OpenCV
  // reads a detector from a file only, so the checked bytes are put into one of our own).
  static Result<Detector> make(ByteView weights, const ModelCard& card);

  // Faces of at least `min_confidence`, the most certain first. Works on the image at a longest side of at most
  // kMaxSide_px; where it finds nothing there, once more with a margin around, for a face that fills the image.
  // Errors: kInternal when OpenCV fails.
  Result<std::vector<DetectedFace>> detect(const image::ColourImage& image, float min_confidence);

  static constexpr int kMaxSide_px = 640;

  Detector(Detector&&) noexcept;
  Detector& operator=(Detector&&) noexcept;
  ~Detector();

 private:
  struct Parts;
  explicit Detector(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

}  // namespace whorl::face
