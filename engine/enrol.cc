// validate -> read -> quality gate -> record -> one atomic, synced batch -> answer
#include "base/catalogue.h"
#include "engine/call_record.h"
#include "engine/deadline.h"
#include "engine/engine_state.h"
#include "engine/figures.h"
#include "engine/kept_images.h"
#include "engine/question.h"
#include "engine/read_sample.h"
#include "engine/sequence_check.h"
#include "engine/validate.h"
#include "index/prepare.h"

namespace whorl::engine {
namespace {

std::uint64_t milliseconds(std::chrono::system_clock::time_point t) {
  return static_cast<std::uint64_t>(
      std::chrono::duration_cast<std::chrono::milliseconds>(t.time_since_epoch()).count());
}

index::EncounterRecord record_of(const EnrolRequest& request, World& world) {
  index::EncounterRecord record;
  record.person_id = request.person_id.empty() ? world.new_uuid() : request.person_id;
  record.encounter_id = request.encounter_id.empty() ? world.new_uuid() : request.encounter_id;
  record.encounter_type = request.encounter_type;
  record.created_ms = milliseconds(world.now());
  record.status = request.active ? index::EncounterStatus::kActive : index::EncounterStatus::kInactive;
  record.galleries = request.galleries;
  record.biographic_data = request.biographic_data;
  record.contextual_data = request.contextual_data;
  record.client_data = request.client_data;
  for (const MissingFinger& missing : request.missing) {
    record.missing.push_back({Modality::kFinger, static_cast<std::uint8_t>(missing.position), missing.reason});
  }
  return record;
}

// The record's samples stand in order of modality. Precondition: each was extracted.
Result<index::KeptEncounter> kept_encounter(const EnrolRequest& request, const std::vector<const ReadSample*>& read,
                                            World& world) {
  index::KeptEncounter out{record_of(request, world), {}};
  for (const ReadSample* each : read) {
    const PreparedContent& content = *each->content;
    WHORL_ASSIGN(index::KeptSample kept,
                 index::keep_sample(each->quality.position, content.content(), content.prepared()));
    kept.record.capture = request.samples[each->sample].capture;
    out.record.samples.push_back(std::move(kept.record));
    out.prepared.push_back(std::move(kept.prepared));
  }
  return out;
}

std::vector<const ReadSample*> in_order_of_modality(const std::vector<ReadSample>& read) {
  std::vector<const ReadSample*> out;
  for (const ModalityRow& row : modalities()) {
    for (const ReadSample* each : of_modality(read, row.modality)) out.push_back(each);
  }
  return out;
}

// By the record's samples, those of the request that they were read of.
std::vector<std::size_t> places_of(const std::vector<const ReadSample*>& kept) {
  std::vector<std::size_t> out;
  for (const ReadSample* each : kept) out.push_back(each->sample);
  return out;
}

// The galleries' names for the audit, "asylum,visa".
std::string names(const std::vector<std::string>& galleries) {
  std::string out;
  for (const std::string& gallery : galleries) out += (out.empty() ? "" : ",") + gallery;
  return out;
}

constexpr std::string_view kEnrolled = "enrolled";
constexpr std::string_view kChanged = "changed";
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

audit::Asked effect_of_enrolment(const Call& call, const EnrolRequest& request, const EnrolReceipt& receipt) {
  const bool of_task = !call.task.empty() && request.task_answer;
  return effect_of(call, of_task ? request.task_answer(receipt) : std::string());
}

// `update`: in the place of the encounter that is there.
Result<EnrolReceipt> enrolled(EngineState& state, const Call& call, const EnrolRequest& request,
                              const CallRecord& trace, bool update) {
  const EngineConfig& config = state.config;
  WHORL_TRY(validate(request));
  const auto stop = past_deadline(call.deadline, state.world);
  WHORL_ASSIGN(const auto read, read_samples(request.samples, config, state.workers, stop));
  trace.stage("read", [&] { return figures_of(qualities(read)); });
  WHORL_TRY(require_enrollable(read, config));
  const auto kept = in_order_of_modality(read);
  WHORL_ASSIGN(auto encounter, kept_encounter(request, kept, state.world));
  const auto images = state.gallery->keeps_images() ? name_images(request.samples, kept, encounter.record)
                                                    : std::vector<index::ImageToKeep>();
  WHORL_TRY(require_time(call, state.world));
  trace.outcome(kEnrolled);
  EnrolReceipt receipt{encounter.record.person_id, encounter.record.encounter_id, qualities(read), 0};
  const audit::Asked asked = effect_of_enrolment(call, request, receipt);
  const auto added = update ? state.gallery->replace(std::move(encounter), images, asked)
                            : state.gallery->add(std::move(encounter), request.person_rule,
                                                 kept_with(request.keep, receipt), images, asked);
  if (!added.ok()) return in_request(added.error(), "samples", places_of(kept));
  receipt.sequence = *added;
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
  return record.concluded(enrolled(*state_, call, request, record, false),
                          [](const EnrolReceipt&) { return kEnrolled; });
}

Result<EnrolReceipt> Engine::update(const Call& call, const EnrolRequest& request) {
  const CallRecord record(call, "update", names(request.galleries));
  if (!index::is_valid_id(request.person_id)) return failure(ErrorCode::kUnknownPerson, "person_id");
  if (!index::is_valid_id(request.encounter_id)) return failure(ErrorCode::kUnknownEncounter, "encounter_id");
  return record.concluded(enrolled(*state_, call, request, record, true), [](const EnrolReceipt&) { return kChanged; });
}

Result<std::optional<std::string>> Engine::kept_answer(const Call& call, const RequestKey& key) {
  const CallRecord record(call, "kept_answer", "");
  return record.concluded(answered_before(*state_, key),
                          [](const auto& answer) { return answer ? kRepeated : std::string_view("none"); });
}

}  // namespace whorl::engine
