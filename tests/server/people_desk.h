// A desk of an exchange at which there is a hidden hit, an alarm, a request and an entry of each person that it is
// given ("request-ID", "entry-ID"); remembers what was done. Thread-safe.
#pragma once

#include <algorithm>
#include <mutex>

#include "base/catalogue.h"
#include "engine/check_upkeep.h"
#include "tests/server/fake_desk.h"

namespace whorl::tests {

class PeopleDesk final : public FakeDesk, public engine::CheckUpkeep {
 public:
  explicit PeopleDesk(std::vector<std::string> people) : people_(std::move(people)) {}

  engine::CheckUpkeep* check_upkeep() override { return this; }
  Result<engine::CheckView> cancel(const Call&, const std::string&) override { return engine::CheckView{}; }
  Result<std::vector<engine::HitAlarm>> hit_alarms(const Call&) override {
    std::vector<engine::HitAlarm> out;
    for (const std::string& each : people_) out.push_back({"a.test", each, 5, 0, {}, {}});
    return out;
  }
  Result<std::vector<engine::HiddenHit>> hidden_hits(const Call&) override {
    std::vector<engine::HiddenHit> out;
    for (const std::string& each : people_) out.push_back({{}, "a.test", "border.identity", each, "shielded", 50});
    return out;
  }
  Result<std::vector<engine::ReleaseCase>> release_requests(const Call&) override {
    std::vector<engine::ReleaseCase> out;
    for (const std::string& each : people_) out.push_back(case_of(each));
    return out;
  }
  Result<engine::ReleaseDossier> release_request(const Call&, const std::string& id) override {
    for (const std::string& each : people_) {
      if (id == "request-" + each || id == "decided-" + each) return done("read " + id), dossier_of(each, id);
    }
    return failure(ErrorCode::kUnknownRequest, "request_id");
  }
  Result<engine::ReleaseCase> decide(const Call&, const engine::ReleaseDecision& decision) override {
    return done("decide " + decision.request_id), engine::ReleaseCase{};
  }
  Result<std::vector<engine::Disclosure>> disclosures(const Call&) override {
    std::vector<engine::Disclosure> out;
    for (const std::string& each : people_) {
      engine::Disclosure& entry = out.emplace_back();
      entry.disclosure_id = "entry-" + each;
      entry.person_id = each;
    }
    return out;
  }
  Result<engine::Disclosure> withdraw(const Call&, const std::string& id) override {
    return done("withdraw " + id), engine::Disclosure{};
  }
  Status protect(const Call&, const std::string& id, const engine::Protection&) override {
    return done("protect " + id), Status();
  }
  Result<engine::Protection> protection(const Call&, const std::string& id) override {
    return done("protection " + id), engine::Protection{};
  }

  // What was done, or read of one, since the last call.
  std::vector<std::string> taken() {
    const std::lock_guard lock(mutex_);
    return std::exchange(done_, {});
  }

 private:
  static engine::ReleaseCase case_of(const std::string& person) {
    engine::ReleaseCase out;
    out.request_id = "request-" + person;
    out.person_id = person;
    return out;
  }
  static engine::ReleaseDossier dossier_of(const std::string& person, const std::string& id) {
    engine::ReleaseDossier out;
    out.request = case_of(person);
    out.request.request_id = id;
    return out;
  }
  void done(std::string what) {
    const std::lock_guard lock(mutex_);
    done_.push_back(std::move(what));
  }

  const std::vector<std::string> people_;
  std::mutex mutex_;
  std::vector<std::string> done_;
};

}  // namespace whorl::tests
