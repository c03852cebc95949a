#include "index/shard/sample_preparation.h"

#include "index/shard/face_space.h"
#include "templates/codec/native.h"
#include "templates/codec/native_face.h"

namespace whorl::index {
namespace {

Status prepare_face(const FaceRecord& record, NewEncounter& out) {
  auto decoded = codec::decode_native_face(record.native_template);
  if (!decoded.ok()) return decoded.error().within("face");
  out.face_space = space_of(*decoded);
  out.face = std::move(decoded->embedding);
  out.face_quality = record.quality;
  return {};
}

Result<NewEncounter> prepare(const EncounterRecord& record, const RecordDigest& digest) {
  NewEncounter out;
  out.person_id = record.person_id;
  out.encounter_id = record.encounter_id;
  out.digest = digest;
  out.galleries = record.galleries;
  if (record.face) WHORL_TRY(prepare_face(*record.face, out));
  for (std::size_t i = 0; i < record.fingers.size(); ++i) {
    const FingerRecord& finger = record.fingers[i];
    auto prepared = codec::prepare_native(finger.native_template);
    if (!prepared.ok()) return prepared.error().within({"fingers", i});
    out.positions.push_back(finger.position);
    out.prepared.push_back(std::move(prepared).value());
  }
  return out;
}

}  // namespace

Result<NewEncounter> prepare_new(const EncounterRecord& record, const RecordDigest& digest, Validation validation) {
  if (validation == Validation::kFast) return prepare(record, digest);
  for (std::size_t i = 0; i < record.fingers.size(); ++i) {
    const auto decoded = codec::decode_native(record.fingers[i].native_template);
    if (!decoded.ok()) return decoded.error().within({"fingers", i});
  }
  return prepare(record, digest);
}

Result<NewEncounter> prepare_stored(ByteView key, ByteView value, const RecordDigest& digest) {
  WHORL_ASSIGN(const EncounterRecord record, parse_record(key, value));
  const std::string name = "gallery record " + record.person_id + "/" + record.encounter_id + ": ";
  if (record_digest(key, value) != digest) return corruption(name + "is not the one that the index names");
  auto prepared = prepare(record, digest);
  if (!prepared.ok()) return corruption(name + prepared.error().text());
  return prepared;
}

}  // namespace whorl::index
