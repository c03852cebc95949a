// What an Engine holds while it is open. Private to this room.
#pragma once

#include <memory>
#include <mutex>
#include <optional>

#include "base/event.h"
#include "base/workers.h"
#include "engine/case_desk.h"
#include "engine/engine.h"
#include "engine/gallery_tasks.h"
#include "engine/kept_thresholds.h"
#include "engine/merge.h"
#include "engine/search_statistics.h"
#include "index/gallery.h"

namespace whorl::engine {

struct EngineState {
  EngineState(EngineConfig the_config, World& the_world, std::unique_ptr<index::Gallery> the_gallery);

  EngineConfig config;
  World& world;
  Workers workers;  // for reading samples and asking parts
  std::unique_ptr<index::Gallery> gallery;
  GalleryTasks tasks{*gallery, {}};
  GalleryTasks exchange{*gallery, kExchangeRows};
  KeptThresholds thresholds{*gallery, config, world};
  SearchStatistics statistics{world};
  std::mutex deduplicating;        // held by who looks through a gallery for duplicates
  std::shared_ptr<Part> own_part;  // borrows `gallery` and `config`
  Parts parts;                     // whom searches ask; this node's own first, where it holds people
  std::shared_ptr<MemberDesk> desk;
  std::unique_ptr<CaseDesk> cases;
  std::shared_ptr<EvaluationDesk> evaluations;
  std::shared_ptr<const PrivacyNotices> privacy_notices;
};

// What there is to say where images of faces are read with another network than the gallery's.
std::optional<Event> face_network_event(const EngineState& state);

// Errors: kUnavailable when the call's deadline has passed.
Status require_time(const Call& call, World& world);

}  // namespace whorl::engine
