#include "engine/engine.h"

#include "engine/engine_impl.h"
#include "engine/samples.h"
#include "templates/fingerprint/extract/extract.h"

namespace whorl::engine {
namespace {

// `held`: whose faces the gallery holds, if it holds any.
Status check_face_calibration(const std::optional<Calibration>& calibration,
                              const std::optional<face::NetworkId>& held) {
  if (!calibration) return {};
  const std::string network = held ? held->text() : calibration->origin().network;
  if (network.empty()) {
    return invalid_input(
        "the calibration is one of fingerprints, and this needs one of faces; make one with `whorl "
        "calibrate --pairs`",
        "face_calibration");
  }
  const Status checked = calibration->check_origin({face::kExtractorVersion, face::kComparatorVersion, network});
  if (checked.ok()) return {};
  Error error = checked.error();
  error.field = "face_calibration";
  return error;
}

EncounterView view_of(index::EncounterRecord record, int usable) {
  EncounterView view;
  view.person_id = std::move(record.person_id);
  view.encounter_id = std::move(record.encounter_id);
  view.encounter_type = std::move(record.encounter_type);
  view.created = std::chrono::system_clock::time_point(std::chrono::milliseconds(record.created_ms));
  view.galleries = std::move(record.galleries);
  view.client_data = std::move(record.client_data);
  for (const auto& finger : record.fingers) {
    view.fingers.push_back(
        {finger.position, finger.quality, finger.minutiae, feedback(finger.quality, finger.minutiae, usable)});
  }
  if (record.face) view.face = FaceQuality{record.face->quality, face_feedback(record.face->quality, usable)};
  for (auto& missing : record.missing) view.missing.push_back({missing.position, std::move(missing.reason)});
  return view;
}

}  // namespace

Engine::Engine(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
Engine::~Engine() = default;

Result<std::unique_ptr<Engine>> Engine::open(EngineConfig config, World& world) {
  WHORL_TRY(config.calibration.check_versions());
  index::GalleryOptions options;
  options.directory = config.directory;
  options.create_if_missing = config.create_if_missing;
  options.extractor_version = fingerprint::kExtractorVersion;
  options.threads = config.threads;
  options.memory_limit_bytes = config.memory_limit_bytes;
  options.verify_records = config.verify_records;
  WHORL_ASSIGN(auto gallery, index::Gallery::open(std::move(options)));
  WHORL_TRY(check_face_calibration(config.face_calibration, gallery->face_network()));
  return std::unique_ptr<Engine>(
      new Engine(std::unique_ptr<Parts>(new Parts{std::move(config), world, std::move(gallery)})));
}

Status Engine::erase_person(const Call&, const std::string& person_id) {
  return parts_->gallery->erase_person(person_id);
}

Status Engine::erase_encounter(const Call&, const std::string& person_id, const std::string& encounter_id) {
  return parts_->gallery->erase_encounter(person_id, encounter_id);
}

Result<std::vector<EncounterView>> Engine::encounters(const Call&, const std::string& person_id) {
  WHORL_ASSIGN(auto records, parts_->gallery->encounters(person_id));
  std::vector<EncounterView> out;
  for (auto& record : records) out.push_back(view_of(std::move(record), parts_->config.min_quality));
  return out;
}

Result<EncounterView> Engine::encounter(const Call&, const std::string& person_id, const std::string& encounter_id) {
  WHORL_ASSIGN(auto record, parts_->gallery->encounter(person_id, encounter_id));
  return view_of(std::move(record), parts_->config.min_quality);
}

std::vector<std::string> Engine::notices() const {
  std::vector<std::string> out;
  for (const std::string& reason : parts_->gallery->opening().snapshots_dropped) {
    out.push_back(reason + "; made again from the records");
  }
  const auto held = parts_->gallery->face_network();
  const auto& extractor = parts_->config.face_extractor;
  if (held && extractor && extractor->network() != *held) {
    out.push_back("the gallery holds faces of the network " + held->text() + ", images are read with " +
                  extractor->network().text() + " and will be refused: choose the gallery's network");
  }
  return out;
}

std::vector<GalleryView> Engine::galleries(const Call&) {
  std::vector<GalleryView> out;
  for (auto& counts : parts_->gallery->galleries()) {
    out.push_back({std::move(counts.gallery_id), counts.persons, counts.encounters, counts.fingers, counts.faces});
  }
  return out;
}

}  // namespace whorl::engine
