// Faces as they come in -> templates with a quality that an operator can act on.
#include "engine/read_face.h"

#include "base/catalogue.h"
#include "engine/feedback.h"
#include "templates/codec/codec.h"
#include "templates/image/decode.h"

namespace whorl::engine {
namespace {

Result<ReadFace> read_image(const Sample& sample, const EngineConfig& config) {
  if (!config.face_extractor) return failure(ErrorCode::kNoFaceNetwork, "bytes");
  const auto image = image::decode_colour(sample.bytes, config.image_limits);
  if (!image.ok()) return image.error();
  auto extracted = config.face_extractor->extract(*image, config.face_options);
  if (!extracted.ok()) return extracted.error();
  return ReadFace{0, std::move(extracted->face),
                  face_quality(sample.position, extracted->quality.overall, std::move(extracted->quality.feedback))};
}

Result<ReadFace> read_template(const Sample& sample, const EngineConfig& config) {
  WHORL_ASSIGN(auto decoded, codec::read_face_template(sample));
  const int quality = decoded.quality;
  return ReadFace{0, std::move(decoded),
                  face_quality(sample.position, quality, face_feedback(quality, config.min_quality))};
}

Result<ReadFace> read_sample(const Sample& sample, const EngineConfig& config) {
  const auto codec = codec::codec_of(sample);
  if (!codec.ok()) return codec.error();
  auto read = (*codec)->is_image() ? read_image(sample, config) : read_template(sample, config);
  if (!read.ok() && read.error().field.empty()) return read.error().within("bytes");
  return read;
}

// Errors: kInvalidInput when the face is of another network than the calibration.
Status check_network(const face::FaceTemplate& face, const std::optional<Calibration>& calibration) {
  if (!calibration || calibration->origin() == Calibration::faces(face.network.text())) return {};
  return failure(ErrorCode::kFaceNotCalibrated, with<"network">(face.network.text()),
                 with<"calibrated_network">(calibration->origin().network));
}

}  // namespace

Result<std::optional<ReadFace>> read_face(const std::vector<Sample>& samples, const EngineConfig& config) {
  const Sample* given = first_of(samples, Modality::kFace);
  if (given == nullptr) return std::optional<ReadFace>();
  const auto place = static_cast<std::size_t>(given - samples.data());
  auto read = read_sample(*given, config);
  const Status suits = read.ok() ? check_network(read->face, config.face_calibration) : read.error();
  if (!suits.ok()) return suits.error().within({"samples", place});
  read->sample = place;
  return std::optional<ReadFace>(std::move(read).value());
}

Status require_quality(const ReadFace& face, int min_quality) {
  if (face.quality.quality >= min_quality) return {};
  return failure(ErrorCode::kFaceTooPoor, FieldPath("samples", face.sample), with<"quality">(face.quality.quality),
                 with<"needed">(min_quality), with<"feedback">(face.quality.feedback));
}

}  // namespace whorl::engine
