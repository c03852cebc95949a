// A desk of thresholds that asks first whether who calls may do that, and about these galleries: who may not use every
// gallery decides nothing about all of them. Thread-safe as the desk behind it.
#pragma once

#include "engine/access/authorise.h"
#include "engine/access/scopes.h"
#include "engine/threshold_desk.h"

namespace whorl::access {

class GuardedThresholds final : public engine::ThresholdDesk {
 public:
  // Borrows the desk.
  explicit GuardedThresholds(engine::ThresholdDesk& inner) : inner_(inner) {}

  engine::ThresholdInForce in_force(const std::string& gallery_id) override { return inner_.in_force(gallery_id); }
  Result<engine::ThresholdSettings> settings(const engine::Call& call) override;
  Result<engine::ThresholdChange> propose(const engine::Call& call, const engine::ThresholdProposal& proposal) override;
  Result<engine::ThresholdChange> decide(const engine::Call& call, const std::string& id, bool approve,
                                         const std::string& reason) override;
  Result<engine::ThresholdChange> withdraw(const engine::Call& call, const std::string& id) override;

 private:
  // Errors: kUnauthorised where the caller may not use what it is about.
  Status require_gallery_of(const engine::Call& call, const std::string& id);

  engine::ThresholdDesk& inner_;
};

}  // namespace whorl::access
