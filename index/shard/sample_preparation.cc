#include "index/shard/sample_preparation.h"

#include <algorithm>

#include "index/shard/face_space.h"
#include "templates/codec/native.h"
#include "templates/codec/native_face.h"

namespace whorl::index {
namespace {

// "fingers[1]", the second finger of the record; "face".
FieldPath field_of(const EncounterRecord& record, std::size_t sample) {
  const Modality modality = record.samples[sample].modality;
  if (modality == Modality::kFace) return "face";
  const auto before =
      std::count_if(record.samples.begin(), record.samples.begin() + static_cast<std::ptrdiff_t>(sample),
                    [=](const SampleRecord& each) { return each.modality == modality; });
  return {"fingers", static_cast<std::size_t>(before)};
}

Status prepare_face(const SampleRecord& sample, NewEncounter& out) {
  if (sample.format != kNativeFace) return invalid_input("a face is kept as a native template");
  WHORL_ASSIGN(auto decoded, codec::decode_native_face(sample.template_bytes));
  out.face_space = space_of(decoded);
  out.face = std::move(decoded.embedding);
  out.face_quality = sample.quality;
  return {};
}

Status prepare_finger(const SampleRecord& sample, Validation validation, NewEncounter& out) {
  if (sample.format != kNativeFinger) return invalid_input("a finger is kept as a native template");
  if (validation == Validation::kWhole) WHORL_TRY(codec::decode_native(sample.template_bytes));
  WHORL_ASSIGN(auto prepared, codec::prepare_native(sample.template_bytes));
  out.positions.push_back(finger_position(sample));
  out.prepared.push_back(std::move(prepared));
  return {};
}

}  // namespace

Result<NewEncounter> prepare_new(const EncounterRecord& record, const RecordDigest& shard_digest,
                                 Validation validation) {
  NewEncounter out;
  out.person_id = record.person_id;
  out.encounter_id = record.encounter_id;
  out.digest = shard_digest;
  out.galleries = record.galleries;
  for (std::size_t i = 0; i < record.samples.size(); ++i) {
    const SampleRecord& sample = record.samples[i];
    const Status prepared =
        sample.modality == Modality::kFace ? prepare_face(sample, out) : prepare_finger(sample, validation, out);
    if (!prepared.ok()) return prepared.error().within(field_of(record, i));
  }
  return out;
}

Result<NewEncounter> prepare_stored(ByteView key, ByteView value, const StoredDigests& digests) {
  WHORL_ASSIGN(const EncounterRecord record, parse_record(key, value));
  const std::string name = "gallery record " + record.person_id + "/" + record.encounter_id + ": ";
  if (record_digest(key, value) != digests.record) return corruption(name + "is not the one that the index names");
  auto prepared = prepare_new(record, digests.shard, Validation::kFast);
  if (!prepared.ok()) return corruption(name + prepared.error().text());
  return prepared;
}

}  // namespace whorl::index
