// A desk of no exchange: a test overrides what it asks for; everything else is refused.
#pragma once

#include "engine/member_desk.h"

namespace whorl::tests {

class FakeDesk : public engine::MemberDesk {
 public:
  using Call = engine::Call;
  Result<engine::ExchangeTerms> terms(const Call&) override { return unexpected(); }
  Result<std::vector<engine::Partner>> partners(const Call&) override { return unexpected(); }
  Result<engine::CheckView> ask(const Call&, const engine::CheckQuestion&,
                                const std::optional<engine::RequestKey>&) override {
    return unexpected();
  }
  Result<engine::CheckView> check(const Call&, const std::string&) override { return unexpected(); }
  Result<engine::ReleaseView> ask_release(const Call&, const engine::ReleaseQuestion&) override { return unexpected(); }
  Result<engine::ReleaseView> release(const Call&, const std::string&, const std::string&) override {
    return unexpected();
  }
  Result<std::vector<engine::ReleaseCase>> release_requests(const Call&) override { return unexpected(); }
  Result<engine::ReleaseDossier> release_request(const Call&, const std::string&) override { return unexpected(); }
  Result<engine::ReleaseCase> decide(const Call&, const engine::ReleaseDecision&) override { return unexpected(); }
  Result<std::vector<engine::Disclosure>> disclosures(const Call&) override { return unexpected(); }
  Result<engine::Disclosure> withdraw(const Call&, const std::string&) override { return unexpected(); }
  Status protect(const Call&, const std::string&, const engine::Protection&) override { return unexpected(); }
  Result<engine::Protection> protection(const Call&, const std::string&) override { return unexpected(); }
  Result<std::vector<engine::HiddenHit>> hidden_hits(const Call&) override { return unexpected(); }

 private:
  static Error unexpected() { return unavailable("nobody asks for this"); }
};

}  // namespace whorl::tests
