// The front of a cluster: a node that holds nobody. Searches and verifications ask all parts at once, and one verdict
// is made of what they answer; its own gallery keeps the audit log of what was asked. A change goes to the part that
// the person's slice belongs to, which writes its leaf in the batch of the effect.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/event.h"
#include "base/result.h"
#include "cluster/bus.h"
#include "cluster/config.h"
#include "engine/engine.h"
#include "engine/service.h"

namespace whorl::cluster {

// How a part does, as a front sees it.
struct PartView {
  std::string name;
  // Empty: it answers.
  std::optional<Error> missing;
  // As it said last; of a part that never answered, nothing.
  std::vector<engine::GalleryView> galleries;
};

class Front : public engine::Service {
 public:
  // `own`: how the front's gallery is opened; its parts are set here. Owns the bus. It opens whether parts answer or
  // not. Errors: those of Engine::open; of the cluster's key; kInvalidInput where somebody is enrolled in the gallery.
  static Result<std::shared_ptr<Front>> open(const ClusterConfig& config, engine::EngineConfig own,
                                             std::unique_ptr<Bus> bus, World& world = real_world());

  // Asks each part now.
  virtual std::vector<PartView> parts() = 0;
};

}  // namespace whorl::cluster
