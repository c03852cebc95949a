// A desk of an exchange that asks first whether who calls may use the galleries of whom it is about. Somebody who may
// use some galleries alone is shown, protects and decides about those of whom nothing is kept in another one: what
// protects a person, and what is released of them, is of the whole person.
//
// Lists leave the others out; what names a person, a request or an entry is refused (gallery_not_allowed), the same of
// somebody elsewhere and of nobody at all. What an officer asks of other members is of no gallery here. Thread-safe as
// the service behind it.
#pragma once

#include "engine/check_upkeep.h"
#include "engine/service.h"

namespace whorl::access {

class GuardedMembers final : public engine::MemberDesk, public engine::CheckUpkeep {
 public:
  // Borrows the service, which says whose galleries are which, and has the desk.
  explicit GuardedMembers(engine::Service& service) : service_(service) {}

  // Null where there is no desk.
  engine::MemberDesk* desk() { return service_.member_desk() == nullptr ? nullptr : this; }

  engine::SealedDesk* sealed_desk() override { return inner().sealed_desk(); }
  engine::CheckUpkeep* check_upkeep() override { return inner().check_upkeep() == nullptr ? nullptr : this; }

  // What is about one person here.
  Result<std::vector<engine::ReleaseCase>> release_requests(const engine::Call& call) override;
  Result<engine::ReleaseDossier> release_request(const engine::Call& call, const std::string& request_id) override;
  Result<engine::ReleaseCase> decide(const engine::Call& call, const engine::ReleaseDecision& decision) override;
  Result<std::vector<engine::Disclosure>> disclosures(const engine::Call& call) override;
  Result<engine::Disclosure> withdraw(const engine::Call& call, const std::string& disclosure_id) override;
  Status protect(const engine::Call& call, const std::string& person_id, const engine::Protection& protection) override;
  Result<engine::Protection> protection(const engine::Call& call, const std::string& person_id) override;
  Result<std::vector<engine::HiddenHit>> hidden_hits(const engine::Call& call) override;
  Result<std::vector<engine::HitAlarm>> hit_alarms(const engine::Call& call) override;

  // What is not.
  Result<engine::ExchangeTerms> terms(const engine::Call& call) override { return inner().terms(call); }
  Result<std::vector<engine::Partner>> partners(const engine::Call& call) override { return inner().partners(call); }
  Result<engine::CheckView> ask(const engine::Call& call, const engine::CheckQuestion& question,
                                const std::optional<engine::RequestKey>& key) override {
    return inner().ask(call, question, key);
  }
  Result<engine::CheckView> check(const engine::Call& call, const std::string& check_id) override {
    return inner().check(call, check_id);
  }
  Result<engine::CheckView> cancel(const engine::Call& call, const std::string& check_id) override {
    return inner().check_upkeep()->cancel(call, check_id);
  }
  Result<engine::ReleaseView> ask_release(const engine::Call& call, const engine::ReleaseQuestion& question) override {
    return inner().ask_release(call, question);
  }
  Result<engine::ReleaseView> release(const engine::Call& call, const std::string& check_id,
                                      const std::string& member) override {
    return inner().release(call, check_id, member);
  }
  // The engine's own, which asks the desk behind this.
  Status carry_protection(const std::string& from, const std::string& into,
                          const std::function<Status(const Carry&)>& move) override {
    return inner().carry_protection(from, into, move);
  }

 private:
  engine::MemberDesk& inner() { return *service_.member_desk(); }
  // Whether the caller may use all galleries that the person is in; false of nobody. Errors: those of
  // Service::encounters, but kNotFound.
  Result<bool> is_theirs(const engine::Call& call, const std::string& person_id);
  // Errors: kUnauthorised (gallery_not_allowed), and as is_theirs.
  Status require_theirs(const engine::Call& call, const std::string& person_id);
  // Whom a request is about. Errors: those of MemberDesk::release_request.
  Result<std::string> person_of_request(const engine::Call& call, const std::string& request_id);
  // A list without what is not theirs. Errors: as is_theirs; kUnavailable (the deadline has passed).
  template <class Row>
  Result<std::vector<Row>> theirs(const engine::Call& call, Result<std::vector<Row>> all);

  engine::Service& service_;
};

}  // namespace whorl::access
