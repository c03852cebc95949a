// decode -> normalise -> extract -> quality gate -> one atomic, synced batch -> shard head -> answer
#include "engine/engine_impl.h"
#include "engine/samples.h"
#include "engine/validate.h"
#include "templates/codec/native.h"
#include "templates/codec/native_face.h"

namespace whorl::engine {
namespace {

std::uint64_t milliseconds(std::chrono::system_clock::time_point t) {
  return static_cast<std::uint64_t>(
      std::chrono::duration_cast<std::chrono::milliseconds>(t.time_since_epoch()).count());
}

Result<index::EncounterRecord> make_record(const EnrolRequest& request, const std::vector<ReadFinger>& fingers,
                                           const std::optional<ReadFace>& face, World& world) {
  index::EncounterRecord record;
  record.person_id = request.person_id.empty() ? world.new_uuid() : request.person_id;
  record.encounter_id = request.encounter_id.empty() ? world.new_uuid() : request.encounter_id;
  record.encounter_type = request.encounter_type;
  record.created_ms = milliseconds(world.now());
  record.galleries = request.galleries;
  record.client_data = request.client_data;
  for (const MissingFinger& missing : request.missing) record.missing.push_back({missing.position, missing.reason});
  for (const ReadFinger& finger : fingers) {
    WHORL_ASSIGN(Bytes bytes, codec::encode_native(*finger.fingerprint));
    record.fingers.push_back({finger.position, static_cast<std::uint8_t>(finger.quality.quality),
                              static_cast<std::uint8_t>(finger.quality.minutiae), std::move(bytes)});
  }
  if (face) {
    WHORL_ASSIGN(Bytes bytes, codec::encode_native_face(face->face));
    record.face = index::FaceRecord{static_cast<std::uint8_t>(face->quality.quality), std::move(bytes)};
  }
  return record;
}

}  // namespace

Result<EnrolReceipt> Engine::enrol(const Call& call, const EnrolRequest& request) {
  const EngineConfig& config = parts_->config;
  WHORL_TRY(validate(request));
  WHORL_ASSIGN(const auto fingers, read_fingers(request.fingers, config.image_limits, *parts_->gallery));
  if (!fingers.empty()) WHORL_TRY(require_quality(fingers, config.min_quality));
  std::optional<ReadFace> face;
  if (request.face) {
    WHORL_ASSIGN(face, read_face(*request.face, config));
    WHORL_TRY(require_quality(*face, config.min_quality));
  }
  WHORL_ASSIGN(const auto record, make_record(request, fingers, face, parts_->world));
  WHORL_TRY(require_time(call, parts_->world));
  WHORL_ASSIGN(const std::uint64_t sequence, parts_->gallery->add(record, request.person_rule));
  return EnrolReceipt{record.person_id, record.encounter_id, qualities(fingers, config.min_quality), sequence,
                      face ? std::optional(face->quality) : std::nullopt};
}

}  // namespace whorl::engine
