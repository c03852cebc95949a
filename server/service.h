// The seam between HTTP and the engine: exactly the engine's methods that a route needs.
//
// Thread-safety: the worker threads call every method at once; /metrics calls galleries() from the network
// thread, so it must be quick.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "engine/types.h"
#include "templates/base/result.h"

namespace whorl::engine {
class Engine;
}

namespace whorl::server {

// Each method states what engine/engine.h states for the method of the same name. An implementation may
// throw: the worker turns it into an internal error.
class Service {
 public:
  virtual ~Service() = default;
  virtual Result<engine::EnrolReceipt> enrol(const engine::EnrolRequest& request) = 0;
  virtual Result<engine::IdentifyAnswer> identify(const engine::IdentifyRequest& request) = 0;
  virtual Result<engine::VerifyAnswer> verify(const engine::VerifyRequest& request) = 0;
  virtual Status erase_person(const std::string& person_id) = 0;
  virtual Status erase_encounter(const std::string& person_id, const std::string& encounter_id) = 0;
  virtual Result<std::vector<engine::EncounterView>> encounters(const std::string& person_id) = 0;
  virtual Result<engine::EncounterView> encounter(const std::string& person_id, const std::string& encounter_id) = 0;
  virtual std::vector<engine::GalleryView> galleries() = 0;
};

// The engine as a Service. `engine` must outlive it and every server that uses it.
std::shared_ptr<Service> make_engine_service(engine::Engine& engine);

}  // namespace whorl::server
