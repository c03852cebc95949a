// How an engine is opened, and what it answers without searching.
#include "engine/engine.h"

#include <set>

#include "base/catalogue.h"
#include "engine/call_record.h"
#include "engine/cases/case_office.h"
#include "engine/engine_state.h"
#include "engine/feedback.h"
#include "engine/kept_images.h"
#include "engine/local_part.h"
#include "engine/question.h"
#include "engine/rules.h"
#include "templates/fingerprint/extract/extract.h"

namespace whorl::engine {
namespace {

// `held`: whose faces the gallery holds, if it holds any.
Status check_face_calibration(const std::optional<Calibration>& calibration,
                              const std::optional<face::NetworkId>& held) {
  if (!calibration) return {};
  const std::string network = held ? held->text() : calibration->origin().network;
  if (network.empty()) {
    return failure(ErrorCode::kCalibrationNotFaces, "face_calibration");
  }
  const Status checked = calibration->check_origin(Calibration::faces(network));
  if (checked.ok()) return {};
  Error error = checked.error();
  error.field = "face_calibration";
  return error;
}

std::vector<Reason> feedback_of(const index::SampleRecord& sample, int usable) {
  if (sample.modality == Modality::kFace) return face_feedback(sample.quality, usable);
  return finger_feedback({sample.quality, sample.features}, usable);
}

EncounterView view_of(index::EncounterRecord record, int usable) {
  EncounterView view;
  view.person_id = std::move(record.person_id);
  view.encounter_id = std::move(record.encounter_id);
  view.encounter_type = std::move(record.encounter_type);
  view.created = std::chrono::system_clock::time_point(std::chrono::milliseconds(record.created_ms));
  if (record.updated_ms > 0) {
    view.updated = std::chrono::system_clock::time_point(std::chrono::milliseconds(record.updated_ms));
  }
  view.active = record.status == index::EncounterStatus::kActive;
  view.galleries = std::move(record.galleries);
  view.client_data = std::move(record.client_data);
  view.biographic_data = std::move(record.biographic_data);
  view.contextual_data = std::move(record.contextual_data);
  for (auto& sample : record.samples) {
    view.samples.push_back({sample.modality, sample.position, sample.quality, sample.features,
                            feedback_of(sample, usable), std::move(sample.capture), static_cast<Format>(sample.format),
                            sample.image.has_value()});
  }
  for (auto& missing : record.missing) {
    view.missing.push_back({static_cast<FingerPosition>(missing.position), std::move(missing.reason)});
  }
  return view;
}

Status check_parts(const EngineConfig& config) {
  std::set<std::string> names{config.part_name};
  for (const auto& part : config.more_parts) {
    if (!names.insert(part->name()).second) {
      return failure(ErrorCode::kPartTwice, "more_parts", with<"part">(part->name()));
    }
  }
  if (names.contains("")) return failure(ErrorCode::kPartUnnamed, "more_parts");
  if (!config.holds_people && config.more_parts.empty()) {
    return invalid_input("a node that holds nobody needs parts to ask", "more_parts");
  }
  return {};
}

// Whoever is enrolled in a gallery that no search looks at would never be found.
Status check_nobody(const index::Gallery& gallery) {
  for (const auto& counts : gallery.galleries()) {
    if (counts.encounters == 0) continue;
    return invalid_input(
        "somebody is enrolled in this gallery, whom no search would find: a node that asks other "
        "parts alone needs an empty gallery of its own",
        "directory");
  }
  return {};
}

index::GalleryOptions gallery_options(const EngineConfig& config, World& world) {
  index::GalleryOptions options;
  options.directory = config.directory;
  options.create_if_missing = config.create_if_missing;
  options.threads = config.threads;
  options.memory_limit_bytes = config.memory_limit_bytes;
  options.verify_records = config.verify_records;
  options.keep_images = config.keep_images;
  options.face_index = config.face_index;
  options.root_key = config.root_key;
  options.audit_checkpoints = config.audit_checkpoints;
  options.audit_keep_days = config.audit_keep_days;
  options.events = config.events;
  options.least_free_bytes = config.least_free_bytes;
  options.purge_after = config.purge_after;
  options.lets_go_when_told = config.lets_go_when_told;
  options.world = &world;
  options.env = config.env;
  options.files = config.files;
  return options;
}

constexpr std::string_view kErased = "erased";
constexpr std::string_view kRead = "read";

}  // namespace

ByModality<std::optional<Calibration>> shipped_calibrations() {
  ByModality<std::optional<Calibration>> out;
  out[Modality::kFinger] = Calibration::shipped();
  return out;
}

EngineState::EngineState(EngineConfig the_config, World& the_world, std::unique_ptr<index::Gallery> the_gallery)
    : config(std::move(the_config)), world(the_world), workers(config.threads), gallery(std::move(the_gallery)) {
  own_part = std::make_shared<LocalPart>(config.part_name, *gallery, calibrations_of(config), world);
  if (config.holds_people) parts.push_back(own_part);
  parts.insert(parts.end(), config.more_parts.begin(), config.more_parts.end());
}

Status require_time(const Call& call, World& world) {
  if (!call.deadline || world.ticks() < *call.deadline) return {};
  return failure(ErrorCode::kDeadlinePassed);
}

Engine::Engine(std::unique_ptr<EngineState> state) : state_(std::move(state)) {
  state_->cases = make_case_desk(*this, *state_->gallery, state_->world);
}
Engine::~Engine() {
  if (!state_) return;
  state_->cases.reset();
  state_->desk.reset();
}

Result<std::unique_ptr<Engine>> Engine::open(EngineConfig config, World& world) {
  if (!config.calibrations[Modality::kFinger]) return invalid_input("fingers need a calibration", "calibrations");
  WHORL_TRY(config.calibrations[Modality::kFinger]->check_versions());
  WHORL_TRY(check_parts(config));
  WHORL_ASSIGN(auto gallery, index::Gallery::open(gallery_options(config, world)));
  if (!config.holds_people) WHORL_TRY(check_nobody(*gallery));
  WHORL_TRY(check_face_calibration(config.calibrations[Modality::kFace], gallery->face_network()));
  auto state = std::make_unique<EngineState>(std::move(config), world, std::move(gallery));
  WHORL_TRY(state->thresholds.load());
  if (state->config.events) {
    if (const auto event = face_network_event(*state)) state->config.events(*event);
  }
  return std::unique_ptr<Engine>(new Engine(std::move(state)));
}

Part& Engine::own_part() { return *state_->own_part; }
index::Gallery& Engine::own_gallery() { return *state_->gallery; }

Status Engine::erase_person(const Call& call, const std::string& person_id) {
  const CallRecord record(call, "erase_person", "");
  record.outcome(kErased);
  return record.concluded(state_->gallery->erase_person(person_id, effect_of(call)), kErased);
}

Status Engine::erase_encounter(const Call& call, const std::string& person_id, const std::string& encounter_id) {
  const CallRecord record(call, "erase_encounter", "");
  record.outcome(kErased);
  return record.concluded(state_->gallery->erase_encounter(person_id, encounter_id, effect_of(call)), kErased);
}

Result<std::vector<EncounterView>> Engine::encounters(const Call& call, const std::string& person_id) {
  const CallRecord record(call, "encounters", "");
  auto read = record.concluded(state_->gallery->encounters(person_id), [](const auto&) { return kRead; });
  if (!read.ok()) return read.error();
  std::vector<EncounterView> out;
  for (auto& kept : *read) out.push_back(view_of(std::move(kept), state_->config.min_quality));
  return out;
}

Result<EncounterView> Engine::encounter(const Call& call, const std::string& person_id,
                                        const std::string& encounter_id) {
  const CallRecord record(call, "encounter", "");
  auto read = record.concluded(state_->gallery->encounter(person_id, encounter_id), [](const auto&) { return kRead; });
  if (!read.ok()) return read.error();
  return view_of(std::move(read).value(), state_->config.min_quality);
}

Result<EncounterWithImages> Engine::encounter_with_images(const Call& call, const std::string& person_id,
                                                          const std::string& encounter_id) {
  const CallRecord record(call, "encounter", "");
  auto read = record.concluded(state_->gallery->encounter(person_id, encounter_id), [](const auto&) { return kRead; });
  if (!read.ok()) return read.error();
  WHORL_ASSIGN(auto images, images_of(*state_->gallery, *read));
  return EncounterWithImages{view_of(std::move(read).value(), state_->config.min_quality), std::move(images)};
}

Result<std::vector<TemplateView>> Engine::templates(const Call& call, const std::string& person_id,
                                                    const std::string& encounter_id) {
  const CallRecord record(call, "templates", "");
  auto read = record.concluded(state_->gallery->encounter(person_id, encounter_id), [](const auto&) { return kRead; });
  if (!read.ok()) return read.error();
  std::vector<TemplateView> out;
  for (auto& sample : read->samples) {
    out.push_back({sample.modality, sample.position, sample.quality, std::move(sample.capture.instance),
                   static_cast<Format>(sample.format), std::move(sample.template_bytes)});
  }
  return out;
}

}  // namespace whorl::engine
