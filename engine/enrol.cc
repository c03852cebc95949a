// validate -> read -> quality gate -> record -> one atomic, synced batch -> answer
#include "base/catalogue.h"
#include "engine/call_record.h"
#include "engine/deadline.h"
#include "engine/engine_state.h"
#include "engine/figures.h"
#include "engine/kept_images.h"
#include "engine/read_probe.h"
#include "engine/sequence_check.h"
#include "engine/validate.h"
#include "index/record/native_sample.h"

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
  record.biographic_data = request.biographic_data;
  record.contextual_data = request.contextual_data;
  record.client_data = request.client_data;
  for (const MissingFinger& missing : request.missing) {
    record.missing.push_back({Modality::kFinger, static_cast<std::uint8_t>(missing.position), missing.reason});
  }
  for (const ReadFinger& finger : fingers) {
    WHORL_ASSIGN(index::SampleRecord sample, index::native_sample(finger.position, finger.print->print()));
    sample.capture = request.samples[finger.sample].capture;
    record.samples.push_back(std::move(sample));
  }
  if (face) {
    WHORL_ASSIGN(index::SampleRecord sample, index::native_sample(face->face));
    sample.position = face->quality.position;
    sample.capture = request.samples[face->sample].capture;
    record.samples.push_back(std::move(sample));
  }
  return record;
}

Status pass_gate(const std::vector<ReadFinger>& fingers, const std::optional<ReadFace>& face, int min_quality) {
  if (!fingers.empty()) WHORL_TRY(require_quality(fingers, min_quality));
  return face ? require_quality(*face, min_quality) : Status();
}

// The galleries' names for the audit, "asylum,visa".
std::string names(const std::vector<std::string>& galleries) {
  std::string out;
  for (const std::string& gallery : galleries) out += (out.empty() ? "" : ",") + gallery;
  return out;
}

constexpr std::string_view kEnrolled = "enrolled";
constexpr std::string_view kRepeated = "answered again";

std::optional<index::KeptAnswer> kept_with(const std::optional<AnswerToKeep>& keep, const EnrolReceipt& receipt) {
  if (!keep) return {};
  index::KeptAnswer out;
  out.key = keep->under.key;
  out.request = keep->under.request;
  const std::string answer = keep->answer(receipt);
  out.answer.assign(answer.begin(), answer.end());
  return out;
}

Result<EnrolReceipt> enrolled(EngineState& state, const Call& call, const EnrolRequest& request,
                              const CallRecord& trace) {
  const EngineConfig& config = state.config;
  WHORL_TRY(validate(request));
  const auto stop = past_deadline(call.deadline, state.world);
  WHORL_ASSIGN(const auto fingers, read_fingers(request.samples, config, state.workers, stop));
  WHORL_ASSIGN(const auto face, read_face(request.samples, config));
  trace.stage("read", [&] { return figures_of(qualities(fingers, face)); });
  WHORL_TRY(pass_gate(fingers, face, config.min_quality));
  WHORL_TRY(require_distinct_fingers(fingers, config.calibration));
  WHORL_ASSIGN(auto record, make_record(request, fingers, face, state.world));
  const bool keep = state.gallery->keeps_images();
  const auto images = keep ? name_images(request.samples, fingers, face, record) : std::vector<index::ImageToKeep>();
  WHORL_TRY(require_time(call, state.world));
  trace.outcome(kEnrolled);
  EnrolReceipt receipt{record.person_id, record.encounter_id, qualities(fingers, face), 0};
  WHORL_ASSIGN(receipt.sequence,
               state.gallery->add(record, request.person_rule, kept_with(request.keep, receipt), images));
  trace.stage("write", [&] { return "write number " + std::to_string(receipt.sequence); });
  return receipt;
}

Result<std::optional<std::string>> answered_before(EngineState& state, const RequestKey& key) {
  WHORL_ASSIGN(const auto kept, state.gallery->kept_answer(key.key));
  if (!kept) return std::optional<std::string>();
  if (kept->request != key.request) return failure(ErrorCode::kKeyReused);
  return std::optional(std::string(as_text(kept->answer)));
}

}  // namespace

Result<EnrolReceipt> Engine::enrol(const Call& call, const EnrolRequest& request) {
  const CallRecord record(call, "enrol", names(request.galleries));
  return record.concluded(in_samples(enrolled(*state_, call, request, record), request.samples),
                          [](const EnrolReceipt&) { return kEnrolled; });
}

Result<std::optional<std::string>> Engine::kept_answer(const Call& call, const RequestKey& key) {
  const CallRecord record(call, "kept_answer", "");
  return record.concluded(answered_before(*state_, key),
                          [](const auto& answer) { return answer ? kRepeated : std::string_view("none"); });
}

}  // namespace whorl::engine
