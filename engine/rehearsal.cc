#include "engine/rehearsal.h"

#include "base/catalogue.h"
#include "engine/node.h"
#include "engine/read_sample.h"
#include "engine/sequence_check.h"
#include "engine/validate.h"

namespace whorl::engine {

Rehearsal::Rehearsal(EngineConfig config) : config_(std::move(config)), workers_(config_.threads) {}

Result<std::unique_ptr<Rehearsal>> Rehearsal::open(const NodeConfig& config) {
  std::vector<std::string> notices;  // said when the gallery is opened
  WHORL_ASSIGN(EngineConfig read, engine_config(config, notices));
  return std::unique_ptr<Rehearsal>(new Rehearsal(std::move(read)));
}

Status Rehearsal::enrol(const EnrolRequest& request) const {
  WHORL_TRY(validate(request));
  if (request.person_rule == PersonRule::kExisting) {
    return failure(ErrorCode::kUnknownPerson, "person_id", with<"person">(request.person_id));
  }
  WHORL_ASSIGN(const auto read, read_samples(request.samples, config_, workers_, [] { return false; }));
  return require_enrollable(read, config_);
}

}  // namespace whorl::engine
