#include "index/record/native_sample.h"

namespace whorl::index {

Result<SampleRecord> native_sample(std::uint8_t position, const codec::Template& content) {
  const codec::TemplateForm& native = codec::native_form(codec::modality_of(content));
  SampleRecord out;
  out.modality = native.modality;
  out.position = position;
  out.format = static_cast<FormatNumber>(native.row.format);
  out.extractor_version = codec::extractor_version_of(native.modality);
  out.quality = static_cast<std::uint8_t>(codec::quality_of(content));
  out.features = static_cast<std::uint8_t>(codec::features_of(content));
  WHORL_ASSIGN(out.template_bytes, native.write(content));
  return out;
}

Result<SampleRecord> native_sample(FingerPosition position, const fingerprint::FingerprintTemplate& finger) {
  return native_sample(static_cast<std::uint8_t>(position), codec::Template(finger));
}

Result<SampleRecord> native_sample(const face::FaceTemplate& face) {
  return native_sample(kFaceUnstated, codec::Template(face));
}

}  // namespace whorl::index
