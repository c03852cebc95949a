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
  return out;
}

}  // namespace whorl::engine
