// detect -> choose -> turn upright -> align -> assess -> embed -> template.
#include "templates/face/extract.h"

#include <algorithm>
#include <cmath>
#include <mutex>
#include <opencv2/core/utility.hpp>
#include <opencv2/core/utils/logger.hpp>

#include "base/catalogue.h"
#include "templates/face/detector.h"
#include "templates/face/embedder.h"
#include "templates/face/turn.h"
#include "templates/face/weights.h"

namespace whorl::face {
namespace {

constexpr int kLeastSide_px = 32;

struct Nets {
  Detector detector;
  Embedder embedder;
};

Status check_image(const image::ColourImage& image) {
  const auto count =
      static_cast<std::size_t>(std::max(0, image.width)) * static_cast<std::size_t>(std::max(0, image.height));
  if (image.pixels.size() != 3 * count) return failure(ErrorCode::kPixelCount, "image");
  const int shorter = std::min(image.width, image.height);
  const int longer = std::max(image.width, image.height);
  if (shorter < kLeastSide_px) {
    return failure(ErrorCode::kImageTooSmall, "image", with<"width">(image.width), with<"height">(image.height),
                   with<"least_side">(kLeastSide_px));
  }
  if (longer > Detector::kMaxSide_px && shorter * Detector::kMaxSide_px < kLeastSide_px * longer) {
    return failure(ErrorCode::kImageTooNarrow, "image", with<"width">(image.width), with<"height">(image.height));
  }
  return {};
}

// The larger of two lengths that are alike in a face seen from the front: one is left whichever way the head is turned.
Status check_size(const DetectedFace& face) {
  const double apart = std::max(eyes_apart(face.landmarks), eyes_to_mouth(face.landmarks));
  if (apart >= kLeastEyes_px) return {};
  return failure(ErrorCode::kFaceTooSmall, "image", with<"eyes_px">(apart), with<"wanted_px">(kWantedEyes_px),
                 with<"least_px">(kLeastEyes_px));
}

}  // namespace

struct FaceExtractor::Parts {
  FaceModels models;
  NetworkId network;
  Bytes detector_weights;
  Bytes embedder_weights;
  std::mutex mutex;
  std::vector<std::unique_ptr<Nets>> idle;  // guarded by mutex

  Result<std::unique_ptr<Nets>> make() const {
    WHORL_ASSIGN(Detector detector, Detector::make(detector_weights, models.detector));
    WHORL_ASSIGN(Embedder embedder, Embedder::make(embedder_weights, models.embedder));
    return std::make_unique<Nets>(Nets{std::move(detector), std::move(embedder)});
  }

  Result<std::unique_ptr<Nets>> borrow() {
    {
      const std::lock_guard lock(mutex);
      if (!idle.empty()) {
        auto out = std::move(idle.back());
        idle.pop_back();
        return out;
      }
    }
    return make();
  }

  void give_back(std::unique_ptr<Nets> nets) {
    const std::lock_guard lock(mutex);
    idle.push_back(std::move(nets));
  }

  static Result<ChosenFace> look(Nets& nets, const image::ColourImage& image, const ExtractOptions& options) {
    WHORL_ASSIGN(const auto found, nets.detector.detect(image, options.min_confidence));
    return choose(found, image.width, image.height, options.several);
  }

  Result<ExtractedFace> extract(Nets& nets, const image::ColourImage& image, const ExtractOptions& options) const {
    WHORL_ASSIGN(const ChosenFace chosen, look(nets, image, options));
    WHORL_ASSIGN(const int quarters, turns_to_upright(nets.detector, image, chosen.face));
    if (quarters == 0) return describe(nets, image, chosen);
    const image::ColourImage upright = turned(image, quarters);
    WHORL_ASSIGN(const ChosenFace again, look(nets, upright, options));
    WHORL_ASSIGN(ExtractedFace out, describe(nets, upright, again));
    out.quarters_turned = quarters;
    out.quality.feedback.push_back(quarters == 2 ? reason_of(FeedbackCode::kUpsideDown)
                                                 : reason_of(FeedbackCode::kOnItsSide));
    return out;
  }

  Result<ExtractedFace> describe(Nets& nets, const image::ColourImage& image, const ChosenFace& chosen) const {
    const ModelCard& card = models.embedder;
    WHORL_TRY(check_size(chosen.face));
    WHORL_ASSIGN(const Similarity to_crop, fit_similarity(chosen.face.landmarks, card.alignment));
    WHORL_ASSIGN(image::ColourImage crop, warp(image, to_crop, card.input_width, card.input_height));
    FaceQuality quality = assess(image, chosen.face, crop, to_crop, card.alignment, chosen.faces);
    WHORL_ASSIGN(const std::vector<float> embedding, nets.embedder.embed(crop));
    WHORL_ASSIGN(FaceTemplate face, make_template(network, quality.overall, embedding));
    return ExtractedFace{std::move(face), std::move(quality), chosen.face, std::move(crop), 0};
  }
};

FaceExtractor::FaceExtractor(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
FaceExtractor::~FaceExtractor() = default;

Result<std::unique_ptr<FaceExtractor>> FaceExtractor::open(const FaceModels& models) {
  static std::once_flag once;
  std::call_once(once, [] {
    cv::setNumThreads(1);
    cv::utils::logging::setLogLevel(cv::utils::logging::LOG_LEVEL_SILENT);  // its errors come back as ours
  });
  if (models.detector.role != Role::kDetector)
    return failure(ErrorCode::kModelCardRole, models.detector.name, with<"role">("detector"));
  if (models.embedder.role != Role::kEmbedder)
    return failure(ErrorCode::kModelCardRole, models.embedder.name, with<"role">("embedder"));
  auto parts = std::make_unique<Parts>();
  parts->models = models;
  WHORL_ASSIGN(parts->network, network_id(models.embedder));
  WHORL_ASSIGN(parts->detector_weights, read_weights(models.detector, models.directory));
  WHORL_ASSIGN(parts->embedder_weights, read_weights(models.embedder, models.directory));
  WHORL_ASSIGN(auto first, parts->make());
  parts->give_back(std::move(first));
  return std::unique_ptr<FaceExtractor>(new FaceExtractor(std::move(parts)));
}

Result<ExtractedFace> FaceExtractor::extract(const image::ColourImage& image, const ExtractOptions& options) const {
  WHORL_TRY(check_image(image));
  WHORL_ASSIGN(auto nets, parts_->borrow());
  auto out = parts_->extract(*nets, image, options);
  parts_->give_back(std::move(nets));
  return out;
}

const NetworkId& FaceExtractor::network() const { return parts_->network; }
const FaceModels& FaceExtractor::models() const { return parts_->models; }

}  // namespace whorl::face
