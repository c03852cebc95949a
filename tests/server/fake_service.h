// A Service that remembers what it was asked and answers what the test set. A tiny gallery in memory; it
// compares nothing. Thread-safe.
#pragma once

#include <condition_variable>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <vector>

#include "server/service.h"

namespace whorl::tests {

class FakeService final : public server::Service {
 public:
  Result<engine::EnrolReceipt> enrol(const engine::EnrolRequest& request) override;
  Result<engine::IdentifyAnswer> identify(const engine::IdentifyRequest& request) override;
  Result<engine::VerifyAnswer> verify(const engine::VerifyRequest& request) override;
  Status erase_person(const std::string& person_id) override;
  Status erase_encounter(const std::string& person_id, const std::string& encounter_id) override;
  Result<std::vector<engine::EncounterView>> encounters(const std::string& person_id) override;
  Result<engine::EncounterView> encounter(const std::string& person_id, const std::string& encounter_id) override;
  std::vector<engine::GalleryView> galleries() override;

  // From now on every method but galleries() fails with `error`; empty: no longer.
  void fail_with(std::optional<Error> error);
  // From now on every method but galleries() throws.
  void throw_on_call(std::function<void()> thrower);
  // While true, encounters() knows nobody.
  void hide_from_reads(bool hidden);
  // While held, identify() blocks inside the call.
  void hold();
  void release();
  // Returns once `n` identify() calls are inside.
  void wait_until_inside(int n);
  void answer_identify(engine::IdentifyAnswer answer);
  void answer_verify(engine::VerifyAnswer answer);

  [[nodiscard]] int writes() const;  // enrolments and erasures that were attempted
  [[nodiscard]] int calls() const;   // of any method but galleries()
  [[nodiscard]] engine::EnrolRequest last_enrol() const;
  [[nodiscard]] engine::IdentifyRequest last_identify() const;
  [[nodiscard]] engine::VerifyRequest last_verify() const;

 private:
  std::optional<Error> entered();
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::optional<Error> error_;
  std::function<void()> thrower_;
  bool held_ = false;
  bool hidden_ = false;
  int inside_ = 0;
  int writes_ = 0;
  int calls_ = 0;
  std::uint64_t sequence_ = 0;
  engine::EnrolRequest last_enrol_;
  engine::IdentifyRequest last_identify_;
  engine::VerifyRequest last_verify_;
  engine::IdentifyAnswer identify_answer_;
  engine::VerifyAnswer verify_answer_;
  std::map<std::string, std::map<std::string, engine::EncounterView>> persons_;
};

// Answers with every member set, for the tests of shapes.
engine::IdentifyAnswer full_identify_answer();
engine::VerifyAnswer full_verify_answer();

}  // namespace whorl::tests
