// One detector and one embedder, for one thread. Private to templates/face.
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
  Result<std::vector<DetectedFace>> detect(const ColourImage& image, float min_confidence);

  static constexpr int kMaxSide_px = 640;

  Detector(Detector&&) noexcept;
  Detector& operator=(Detector&&) noexcept;
  ~Detector();

 private:
  struct Parts;
  explicit Detector(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

// Not thread-safe.
class Embedder {
 public:
  // Errors: kInvalidInput when OpenCV cannot read the network.
  static Result<Embedder> make(ByteView weights, const ModelCard& card);

  // The unit vector for a crop of the card's input size. Errors: kInvalidInput when the network's answer is not what
  // the card says, or has no direction; kInternal when OpenCV fails.
  Result<std::vector<float>> embed(const ColourImage& crop);

  Embedder(Embedder&&) noexcept;
  Embedder& operator=(Embedder&&) noexcept;
  ~Embedder();

 private:
  struct Parts;
  explicit Embedder(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

}  // namespace whorl::face
