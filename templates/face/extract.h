// A face image to a template: detect -> choose -> turn upright -> align -> assess -> embed -> template.
#pragma once

#include <filesystem>
#include <memory>
#include <vector>

#include "base/result.h"
#include "templates/face/align.h"
#include "templates/face/card.h"
#include "templates/face/choose_face.h"
#include "templates/face/quality.h"
#include "templates/face/template.h"
#include "templates/face/types.h"
#include "templates/image/image.h"

namespace whorl::face {

// Per image.
struct ExtractOptions {
  SeveralFaces several = SeveralFaces::kRefuse;
  float min_confidence = 0.75f;  // of the detector, 0..1; less certain faces are not seen at all
};

// What one image gives. Owns everything in it.
struct ExtractedFace {
  FaceTemplate face;        // what is kept and compared
  FaceQuality quality;      // for the person at the camera
  DetectedFace found;       // where, in pixels of the image as turned upright
  image::ColourImage crop;  // what the network saw, upright, of the card's input size
  int quarters_turned = 0;  // counter-clockwise quarter turns that brought the head upright, 0 to 3
};

// What is loaded.
struct FaceModels {
  std::filesystem::path directory;  // of the weights
  ModelCard detector;               // of the role kDetector
  ModelCard embedder;               // of the role kEmbedder
};

// Eyes nearer together than this are refused: such a face has no detail left.
inline constexpr double kLeastEyes_px = 10;

// Thread-safety: extract() may be called from any thread, from several at once. OpenCV's networks are not thread-safe,
// so each call borrows a pair of them; there are as many as there were calls at once (about 20 MB each for the small
// networks). open() sets OpenCV to one thread in the whole process (throughput comes from several images at once) and
// silences its log.
class FaceExtractor {
 public:
  // Reads and checks the weights, and makes the first pair of networks. Errors: those of read_weights; kInvalidInput
  // for a card of the wrong role or a network that this OpenCV cannot read. Cost: about 50 ms.
  static Result<std::unique_ptr<FaceExtractor>> open(const FaceModels& models);

  // Errors: kInvalidInput with the reason: no face; several and the policy refuses; the image too small, or too narrow
  // (a side below 32 px where the longer is brought to 640 px); eyes too near together. kInternal when OpenCV fails.
  // Cost: docs/face.md; about 35 ms a 640 x 480 image on one core.
  [[nodiscard]] Result<ExtractedFace> extract(const image::ColourImage& image,
                                              const ExtractOptions& options = {}) const;

  // Which embeddings it makes.
  [[nodiscard]] const NetworkId& network() const;
  // What open() was given. Lives as long as the extractor.
  [[nodiscard]] const FaceModels& models() const;

  ~FaceExtractor();
  FaceExtractor(const FaceExtractor&) = delete;
  FaceExtractor& operator=(const FaceExtractor&) = delete;

 private:
  struct Parts;
  explicit FaceExtractor(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

}  // namespace whorl::face
