#include "engine/engine.h"
#include "server/service.h"

namespace whorl::server {
namespace {

class EngineService final : public Service {
 public:
  explicit EngineService(engine::Engine& engine) : engine_(engine) {}

  Result<engine::EnrolReceipt> enrol(const engine::EnrolRequest& request) override { return engine_.enrol(request); }
  Result<engine::IdentifyAnswer> identify(const engine::IdentifyRequest& request) override {
    return engine_.identify(request);
  }
  Result<engine::VerifyAnswer> verify(const engine::VerifyRequest& request) override { return engine_.verify(request); }
  Status erase_person(const std::string& person_id) override { return engine_.erase_person(person_id); }
  Status erase_encounter(const std::string& person_id, const std::string& encounter_id) override {
    return engine_.erase_encounter(person_id, encounter_id);
  }
  Result<std::vector<engine::EncounterView>> encounters(const std::string& person_id) override {
    return engine_.encounters(person_id);
  }
  Result<engine::EncounterView> encounter(const std::string& person_id, const std::string& encounter_id) override {
    return engine_.encounter(person_id, encounter_id);
  }
  std::vector<engine::GalleryView> galleries() override { return engine_.galleries(); }

 private:
  engine::Engine& engine_;
};

}  // namespace

std::shared_ptr<Service> make_engine_service(engine::Engine& engine) { return std::make_shared<EngineService>(engine); }

}  // namespace whorl::server
