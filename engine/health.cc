// What an engine says of itself to whoever runs it.
#include "engine/engine_state.h"

namespace whorl::engine {

std::optional<Event> face_network_event(const EngineState& state) {
  const auto held = state.gallery->face_network();
  const auto& extractor = state.config.face_extractor;
  if (!held || !extractor || extractor->network() == *held) return {};
  return Event{Severity::kWarning, "face_network_differs",
               "the gallery holds faces of the network " + held->text() + ", images are read with " +
                   extractor->network().text() + " and will be refused: choose the gallery's network"};
}

std::vector<std::string> Engine::notices() const {
  std::vector<std::string> out = state_->gallery->opening().notices();
  if (auto event = face_network_event(*state_)) out.push_back(std::move(event->text));
  return out;
}

std::vector<GalleryView> Engine::galleries(const Call&) {
  std::vector<GalleryView> out;
  for (auto& counts : state_->gallery->galleries()) {
    out.push_back({std::move(counts.gallery_id), counts.persons, counts.encounters, counts.samples});
  }
  return out;
}

namespace {

std::chrono::system_clock::time_point moment_of(std::uint64_t since_1970_ms) {
  return std::chrono::system_clock::time_point{std::chrono::milliseconds(since_1970_ms)};
}

NodeReport::Backup backup_of(const index::BackupNote& note) {
  NodeReport::Backup out;
  out.begun_at = moment_of(note.begun_ms);
  out.leaves = note.leaves;
  if (note.result == index::BackupResult::kUnknown) return out;
  out.ended_at = moment_of(note.ended_ms);
  out.result = note.result == index::BackupResult::kMade ? NodeReport::Backup::Result::kMade
                                                         : NodeReport::Backup::Result::kFailed;
  return out;
}

}  // namespace

Result<NodeReport> Engine::report(const Call& call) {
  NodeReport out;
  out.health = health(call);
  if (state_->gallery->audit()) {
    WHORL_ASSIGN(const Bytes checkpoint, state_->gallery->audit_file("checkpoint"));
    auto log = *state_->gallery->audit();  // of after the checkpoint, which may have been made now
    out.audit = {log.leaves,
                 log.signed_leaves,
                 moment_of(log.signed_ms),
                 {checkpoint.begin(), checkpoint.end()},
                 std::move(log.key)};
  }
  index::OpeningReport now = state_->gallery->opening();
  now.keys = state_->gallery->keys();
  if (now.keys) {
    out.keys = {now.keys->epoch, !now.keys->earlier_epochs.empty(), now.keys->wraps, now.keys->root_key_made_by_whorl};
    out.gallery = now.keys->gallery;
  }
  const auto backups = state_->gallery->backups();
  if (!backups.ok())
    out.notices.push_back({"backups_unreadable", "which backups were made cannot be read: " + backups.error().text()});
  for (std::size_t i = 0; backups.ok() && i < backups->size(); ++i) out.backups.push_back(backup_of((*backups)[i]));
  for (auto& notice : index::keys_notices(now)) out.notices.push_back({notice.code, std::move(notice.text)});
  if (auto event = face_network_event(*state_)) out.notices.push_back({event->code, std::move(event->text)});
  out.keeps_images = state_->gallery->keeps_images();
  return out;
}

NodeDuties Engine::duties(const Call&) {
  const index::RetentionReport retention = state_->gallery->retention();
  NodeDuties out{retention.due, retention.held, retention.erased, {}, {}};
  if (const auto log = state_->gallery->audit()) {
    out.log = NodeDuties::Log{log->leaves, log->signed_leaves, log->signed_ms};
  }
  for (const auto& each : state_->gallery->searched_by()) {
    out.searched_by.push_back(
        {each.modality == Modality::kFace ? "face" : "finger", std::string(each.by), each.samples});
  }
  return out;
}

NodeHealth Engine::health(const Call& call) {
  const index::MemoryUse memory = state_->gallery->memory();
  const index::KeepingReport keeping = state_->gallery->keeping();
  const index::OpeningReport& opening = state_->gallery->opening();
  NodeHealth out;
  out.memory = {{"sealed_shards", memory.sealed_bytes},
                {"growing_shards", memory.head_bytes},
                {"directory", memory.directory_bytes},
                {"store", memory.store_bytes}};
  out.snapshots_written = keeping.snapshots_written;
  out.shards_written = keeping.shards_written;
  out.housekeeping_failures = keeping.failures;
  out.last_failure = keeping.last_failure;
  out.opening = {opening.snapshots_used, opening.snapshots_dropped, opening.encounters_from_snapshots,
                 opening.encounters_prepared, opening.encounters_outdated};
  if (const Status health = state_->gallery->health(); !health.ok()) out.changes_refused = health.error();
  out.galleries = galleries(call);
  for (const auto& part : state_->parts) out.parts.push_back(part->name());
  out.reads_images[Modality::kFinger] = true;
  out.reads_images[Modality::kFace] = state_->config.face_extractor != nullptr;
  for (const ModalityRow& row : modalities()) {
    out.calibrated[row.modality] = state_->config.calibrations[row.modality].has_value();
  }
  return out;
}

}  // namespace whorl::engine
