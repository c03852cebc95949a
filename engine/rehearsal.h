// Whether something could be enrolled, asked before there is a gallery for it: one that is made for what is then
// refused is empty, and answers that it knows nobody.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/workers.h"
#include "base/world.h"
#include "engine/engine.h"
#include "engine/node_config.h"

namespace whorl::engine {

// Thread-safe.
class Rehearsal {
 public:
  // Opens what a node of the configuration reads samples with, and no gallery. Errors: those of engine_config.
  static Result<std::unique_ptr<Rehearsal>> open(const NodeConfig& config);

  // What Engine::enrol does of the request up to the gallery. Errors: those of Engine::enrol that a new gallery would
  // give. Cost: reading the samples.
  [[nodiscard]] Status enrol(const EnrolRequest& request) const;

 private:
  explicit Rehearsal(EngineConfig config);

  EngineConfig config_;
  Workers workers_;
};

}  // namespace whorl::engine
