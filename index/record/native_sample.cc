#include "index/record/native_sample.h"

#include <algorithm>

#include "templates/codec/native.h"
#include "templates/codec/native_face.h"
#include "templates/fingerprint/extract/extract.h"

namespace whorl::index {

std::uint32_t extractor_version_of(Modality modality) {
  return modality == Modality::kFace ? face::kExtractorVersion : fingerprint::kExtractorVersion;
}

Result<SampleRecord> native_sample(FingerPosition position, const fingerprint::FingerprintTemplate& finger) {
  SampleRecord out;
  out.modality = Modality::kFinger;
  out.position = static_cast<std::uint8_t>(position);
  out.format = kNativeFinger;
  out.extractor_version = extractor_version_of(out.modality);
  out.quality = finger.quality;
  out.features = static_cast<std::uint8_t>(std::min<std::size_t>(finger.minutiae.size(), 255));
  WHORL_ASSIGN(out.template_bytes, codec::encode_native(finger));
  return out;
}

Result<SampleRecord> native_sample(const face::FaceTemplate& face) {
  SampleRecord out;
  out.modality = Modality::kFace;
  out.format = kNativeFace;
  out.extractor_version = extractor_version_of(out.modality);
  out.quality = face.quality;
  WHORL_ASSIGN(out.template_bytes, codec::encode_native_face(face));
  return out;
}

}  // namespace whorl::index
