#include "index/record/old_record.h"

#include "index/record/packed_client_data.h"

namespace whorl::index {
namespace {

constexpr std::size_t kMaxOldMissing = 10;

std::string text(ByteView bytes) { return std::string(as_text(bytes)); }

SampleRecord read_template(ByteReader& in, Modality modality, SampleRecord sample) {
  const ByteView bytes = in.sized(row_of(modality).most_template_bytes);
  sample.modality = modality;
  sample.format = modality == Modality::kFace ? kNativeFace : kNativeFinger;
  sample.extractor_version = kExtractorOfOldRecords;
  sample.template_bytes.assign(bytes.begin(), bytes.end());
  return sample;
}

}  // namespace

void skip_old_head(ByteReader& in) {
  in.u64();
  in.sized(kMaxEncounterTypeBytes);
  const std::size_t galleries = in.u8();
  for (std::size_t i = 0; i < galleries && !in.failed(); ++i) in.sized(kMaxIdBytes);
}

void parse_old_body(ByteReader& in, int version, EncounterRecord& out) {
  out.created_ms = in.u64();
  out.encounter_type = text(in.sized(kMaxEncounterTypeBytes));
  const std::size_t galleries = in.u8();
  for (std::size_t i = 0; i < galleries && !in.failed(); ++i) out.galleries.push_back(text(in.sized(kMaxIdBytes)));
  const std::size_t fingers = in.u8();
  for (std::size_t i = 0; i < fingers && !in.failed(); ++i) {
    SampleRecord finger;
    finger.position = in.u8();
    finger.quality = in.u8();
    finger.features = in.u8();
    out.samples.push_back(read_template(in, Modality::kFinger, std::move(finger)));
  }
  const std::size_t missing = in.u8();
  for (std::size_t i = 0; i < missing && i <= kMaxOldMissing && !in.failed(); ++i) {
    const std::uint8_t position = in.u8();
    out.missing.push_back({Modality::kFinger, position, text(in.sized(kMaxMissingReasonBytes))});
  }
  if (version == kVersionWithFace) {
    SampleRecord face;
    face.quality = in.u8();
    out.samples.push_back(read_template(in, Modality::kFace, std::move(face)));
  }
  out.client_data = text(in.sized(kMaxClientDataBytes));
  if (!in.failed()) unpack_client_data(out);
}

}  // namespace whorl::index
