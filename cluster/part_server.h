// A part of a cluster: answers a front's questions about the people of its own engine, and makes the changes that it is
// told, each with its leaf in the batch of its effect.
#pragma once

#include <memory>
#include <string>

#include "base/event.h"
#include "cluster/bus.h"
#include "cluster/config.h"
#include "engine/engine.h"

namespace whorl::cluster {

class PartServer {
 public:
  virtual ~PartServer() = default;

  // Answers until it is destroyed, with so many threads (0: as many as the machine has cores). Borrows engine and bus.
  // Errors: kNotFound (no part of this name in the map), kInvalidInput (somebody is enrolled here whose slice is
  // another part's: names one), kAlreadyExists (a part of this name answers at the broker), kUnavailable. Cost: reads
  // the names of everybody, about 200 bytes of memory an encounter for a moment.
  static Result<std::unique_ptr<PartServer>> start(engine::Engine& engine, Bus& bus, const ClusterConfig& config,
                                                   const std::string& name, const Setting& setting, int threads = 0,
                                                   EventSink events = {});
};

}  // namespace whorl::cluster
