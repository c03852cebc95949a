// A desk at which one request waits and one thing was given; remembers what it was asked. Thread-safe.
#pragma once

#include <mutex>

#include "tests/server/fake_desk.h"

namespace whorl::tests {

class ReleaseDesk final : public FakeDesk {
 public:
  ReleaseDesk() {
    view_.check_id = "check-1";
    view_.member = "b.test";
    view_.items = {"identity"};
    case_.request_id = "request-1";
    case_.member = "a.test";
    case_.purpose = "border.identity";
    case_.reason = "no_document";
    case_.basis = "at the border";
    case_.items = {"identity", "document"};
    case_.allowed = {"identity"};
    case_.person_id = "Anna";
    case_.score_db = 55;
    entry_.disclosure_id = "entry-1";
    entry_.member = "a.test";
    entry_.purpose = "border.identity";
    entry_.person_id = "Anna";
    entry_.decision = "partly";
    entry_.items = {"identity"};
    entry_.officers = {"mira.ost"};
    entry_.delete_by = std::chrono::sys_seconds(std::chrono::seconds(1'800'000'000));
  }

  Result<engine::ExchangeTerms> terms(const Call&) override {
    return engine::ExchangeTerms{
        "a.test", {{"border.identity", "who is this", {"no_document"}, {"border"}, {"identity"}, {"b.test"}, true}}};
  }
  Result<engine::ReleaseView> ask_release(const Call&, const engine::ReleaseQuestion& question) override {
    const std::lock_guard lock(mutex_);
    asked_ = question;
    return view_;
  }
  Result<engine::ReleaseView> release(const Call&, const std::string& check, const std::string& member) override {
    const std::lock_guard lock(mutex_);
    if (check != view_.check_id || member != view_.member) return not_found("no request for data", "member");
    return view_;
  }
  Result<std::vector<engine::ReleaseCase>> release_requests(const Call&) override {
    const std::lock_guard lock(mutex_);
    if (empty_) return std::vector<engine::ReleaseCase>();
    return std::vector{case_};
  }
  Result<engine::ReleaseDossier> release_request(const Call&, const std::string& id) override {
    const std::lock_guard lock(mutex_);
    if (id != case_.request_id) return not_found("no request of that identifier", "request_id");
    engine::ReleaseDossier out;
    out.request = case_;
    Sample& finger = out.probe.emplace_back();
    finger.position = 2;
    finger.format = Format::kNativeFinger;
    finger.bytes = {1, 2, 3};
    engine::FingerExplained& drawn = out.comparison.fingers.emplace_back();
    drawn.probe.image = {1, 1, {0x89, 'P'}};
    drawn.reference.ridges = {1, 1, {0x89, 'R'}};
    engine::EncounterView& kept = out.encounters.emplace_back();
    kept.encounter_id = "e1";
    kept.encounter_type = "VISA";
    kept.galleries = {"default"};
    kept.biographic_data = R"({"lastName":"Vela"})";
    return out;
  }
  Result<engine::ReleaseCase> decide(const Call&, const engine::ReleaseDecision& decision) override {
    const std::lock_guard lock(mutex_);
    if (refusal_) return *refusal_;
    decided_ = decision;
    engine::ReleaseCase out = case_;
    out.state = decision.items.empty() ? "refused" : "partly";
    return out;
  }
  Result<std::vector<engine::Disclosure>> disclosures(const Call&) override {
    const std::lock_guard lock(mutex_);
    if (empty_) return std::vector<engine::Disclosure>();
    return std::vector{entry_};
  }
  Result<engine::Disclosure> withdraw(const Call&, const std::string& id) override {
    const std::lock_guard lock(mutex_);
    if (id != entry_.disclosure_id) return not_found("no entry of that identifier", "disclosure_id");
    engine::Disclosure out = entry_;
    out.notice = "withdrawn";
    out.notice_at = std::chrono::sys_seconds(std::chrono::seconds(1'790'000'000));
    return out;
  }

  // What it gives, and what it was asked; before and after the calls.
  engine::ReleaseView view_;
  engine::ReleaseCase case_;
  engine::Disclosure entry_;
  engine::ReleaseQuestion asked_;
  engine::ReleaseDecision decided_;
  std::optional<Error> refusal_;
  bool empty_ = false;

 private:
  std::mutex mutex_;
};

}  // namespace whorl::tests
