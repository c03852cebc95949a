// Faces as they come in -> templates with a quality that an operator can act on.
#include "engine/read_face.h"

#include "base/catalogue.h"
#include "engine/feedback.h"
#include "templates/codec/native_face.h"
#include "templates/image/decode.h"

namespace whorl::engine {
namespace {

Error in_face(const Error& error, const FieldPath& field) {
  return error.field.empty() ? error.within(field).within("face") : error.within("face");
}

Result<ReadFace> read_image(const FaceSample& sample, const EngineConfig& config) {
  if (!config.face_extractor) {
    return failure(ErrorCode::kNoFaceNetwork, FieldPath("face") / "image");
  }
  const auto image = image::decode_colour(sample.image, config.image_limits);
  if (!image.ok()) return in_face(image.error(), "image");
  auto extracted = config.face_extractor->extract(*image, config.face_options);
  if (!extracted.ok()) return in_face(extracted.error(), "image");
  return ReadFace{std::move(extracted->face),
                  face_quality(extracted->quality.overall, std::move(extracted->quality.feedback))};
}

Result<ReadFace> read_template(const FaceSample& sample, const EngineConfig& config) {
  auto decoded = codec::decode_native_face(sample.native_template);
  if (!decoded.ok()) return in_face(decoded.error(), "native_template");
  const int quality = decoded->quality;
  return ReadFace{std::move(decoded).value(), face_quality(quality, face_feedback(quality, config.min_quality))};
}

// Errors: kInvalidInput when the face is of another network than the calibration.
Status check_network(const face::FaceTemplate& face, const std::optional<Calibration>& calibration) {
  if (!calibration || calibration->origin() == Calibration::faces(face.network.text())) return {};
  return failure(ErrorCode::kFaceNotCalibrated, "face", with<"network">(face.network.text()),
                 with<"calibrated_network">(calibration->origin().network));
}

}  // namespace

Result<std::optional<ReadFace>> read_face(const std::optional<FaceSample>& sample, const EngineConfig& config) {
  if (!sample) return std::optional<ReadFace>();
  WHORL_ASSIGN(ReadFace read, sample->image.empty() ? read_template(*sample, config) : read_image(*sample, config));
  WHORL_TRY(check_network(read.face, config.face_calibration));
  return std::optional<ReadFace>(std::move(read));
}

std::optional<FaceQuality> quality_of(const std::optional<ReadFace>& face) {
  return face ? std::optional(face->quality) : std::nullopt;
}

Status require_quality(const ReadFace& face, int min_quality) {
  if (face.quality.quality >= min_quality) return {};
  return failure(ErrorCode::kFaceTooPoor, "face", with<"quality">(face.quality.quality), with<"needed">(min_quality),
                 with<"feedback">(face.quality.feedback));
}

}  // namespace whorl::engine
