// Faces as they come in -> templates with a quality that an operator can act on.
#include "engine/read_face.h"

#include "base/catalogue.h"
#include "engine/feedback.h"
#include "templates/image/decode.h"

namespace whorl::engine {
namespace {

// Errors: kInvalidInput when the face is of another network than the calibration.
Status check_network(const face::NetworkId& network, const std::optional<Calibration>& calibration) {
  if (!calibration || calibration->origin() == Calibration::faces(network.text())) return {};
  return failure(ErrorCode::kFaceNotCalibrated, with<"network">(network.text()),
                 with<"calibrated_network">(calibration->origin().network));
}

// A face is asked for its network last: what is wrong with the sample itself comes first.
Result<ReadSample> suitable(face::FaceTemplate face, SampleQuality quality, const EngineConfig& config) {
  WHORL_TRY(check_network(face.network, config.calibrations[Modality::kFace]));
  return ReadSample{0, PreparedContent(std::move(face)), std::move(quality), false};
}

Result<ReadSample> read_image(const Sample& sample, const EngineConfig& config, const fingerprint::Stop&) {
  if (!config.face_extractor) return failure(ErrorCode::kNoFaceNetwork, "bytes");
  WHORL_ASSIGN(const auto image, image::decode_colour(sample.bytes, config.image_limits));
  WHORL_ASSIGN(auto extracted, config.face_extractor->extract(image, config.face_options));
  auto quality = face_quality(sample.position, extracted.quality.overall, std::move(extracted.quality.feedback));
  return suitable(std::move(extracted.face), std::move(quality), config);
}

Result<ReadSample> read_content(const Sample& sample, codec::Template content, const EngineConfig& config) {
  const int quality = codec::quality_of(content);
  return suitable(std::get<face::FaceTemplate>(std::move(content)),
                  face_quality(sample.position, quality, face_feedback(quality, config.min_quality)), config);
}

Status pass_gate(const std::vector<const ReadSample*>& faces, int min_quality) {
  for (const ReadSample* face : faces) {
    if (face->quality.quality >= min_quality) continue;
    return failure(ErrorCode::kFaceTooPoor, FieldPath("samples", face->sample), with<"quality">(face->quality.quality),
                   with<"needed">(min_quality), with<"feedback">(face->quality.feedback));
  }
  return {};
}

}  // namespace

SampleReader face_reader() { return {Modality::kFace, read_image, read_content, pass_gate}; }

}  // namespace whorl::engine
