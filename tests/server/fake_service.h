// A Service that remembers what it was asked and answers what the test set. A tiny gallery in memory; it
// compares nothing. Thread-safe.
#pragma once

#include <condition_variable>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <vector>

#include "engine/privacy_notices.h"
#include "engine/search_statistics.h"
#include "engine/service.h"
#include "tests/server/fake_task_store.h"
#include "tests/support/moved_world.h"

namespace whorl::tests {

class FakeService final : public engine::Service {
 public:
  // Yesterday had searches of two kinds, one of them of too few.
  FakeService();
  Result<engine::EnrolReceipt> enrol(const engine::Call& call, const engine::EnrolRequest& request) override;
  Result<std::optional<std::string>> kept_answer(const engine::Call& call, const engine::RequestKey& key) override;
  Result<engine::IdentifyAnswer> identify(const engine::Call& call, const engine::IdentifyRequest& request) override;
  Result<engine::VerifyAnswer> verify(const engine::Call& call, const engine::VerifyRequest& request) override;
  Result<engine::VerifyAnswer> verify_enrolled(const engine::Call& call, const engine::EnrolledProbe& probe,
                                               const engine::VerifyRequest& request) override;
  Status erase_person(const engine::Call& call, const std::string& person_id) override;
  Status erase_encounter(const engine::Call& call, const std::string& person_id,
                         const std::string& encounter_id) override;
  Result<std::vector<engine::EncounterView>> encounters(const engine::Call& call,
                                                        const std::string& person_id) override;
  Result<engine::EncounterView> encounter(const engine::Call& call, const std::string& person_id,
                                          const std::string& encounter_id) override;
  Result<engine::EncounterWithImages> encounter_with_images(const engine::Call& call, const std::string& person_id,
                                                            const std::string& encounter_id) override;
  Result<std::vector<engine::TemplateView>> templates(const engine::Call& call, const std::string& person_id,
                                                      const std::string& encounter_id) override;
  Result<engine::EnrolReceipt> update(const engine::Call& call, const engine::EnrolRequest& request) override;
  Status set_status(const engine::Call& call, const std::string& person_id, const std::string& encounter_id,
                    bool active) override;
  Status set_galleries(const engine::Call& call, const std::string& person_id, const std::string& encounter_id,
                       const std::vector<std::string>& galleries) override;
  Status merge_persons(const engine::Call& call, const std::string& into, const std::string& from) override;
  Status move_encounter(const engine::Call& call, const std::string& into, const std::string& from,
                        const std::string& encounter_id) override;
  Result<engine::IdentifyAnswer> identify_enrolled(const engine::Call& call, const engine::EnrolledProbe& probe,
                                                   const engine::IdentifyRequest& request) override;
  const engine::PrivacyNotices* privacy_notices() override { return notices_ ? &*notices_ : nullptr; }
  void set_privacy_notices(engine::PrivacyNotices notices) { notices_ = std::move(notices); }
  engine::SearchStatistics* search_statistics() override { return &statistics_; }
  Result<engine::VerifyAnswer> compare(const engine::Call& call, const engine::CompareRequest& request) override;
  Result<engine::AssessAnswer> assess(const engine::Call& call, const engine::AssessRequest& request) override;
  Result<engine::Explanation> explain(const engine::Call& call, const engine::VerifyRequest& request) override;
  Result<engine::NodeReport> report(const engine::Call& call) override;
  Result<engine::GalleryContent> gallery_content(const engine::Call& call, const std::string& gallery_id,
                                                 std::size_t offset, std::size_t limit) override;
  Result<engine::DedupeState> dedupe(const engine::Call& call, const engine::DedupeRequest& request,
                                     const ProgressCallback& progress) override;
  Result<engine::Duplicates> duplicates(const engine::Call& call, const std::string& gallery_id, std::size_t offset,
                                        std::size_t limit) override;
  engine::TaskStore* tasks() override { return &tasks_; }
  engine::MemberDesk* member_desk() override { return desk_; }
  std::vector<engine::GalleryView> galleries(const engine::Call& call) override;
  Status set_hold(const engine::Call& call, const std::string& person_id,
                  const std::optional<std::string>& encounter_id, bool held) override;
  engine::NodeHealth health(const engine::Call& call) override;

  // What member_desk() gives from now on; borrowed. Before the server starts.
  void set_member_desk(engine::MemberDesk* desk) { desk_ = desk; }
  Status note(const engine::Call& call, const audit::Event& event) override;
  [[nodiscard]] std::vector<std::pair<engine::Principal, audit::Event>> noted() const;
  Result<std::string> read_audit(const engine::Call& call, const engine::AuditQuestion& question) override;
  // From now on every method but galleries() fails with `error`; empty: no longer.
  void fail_with(std::optional<Error> error);
  // From now on every method but galleries() throws.
  void throw_on_call(std::function<void()> thrower);
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
  [[nodiscard]] std::vector<std::string> searched_for() const;  // tasks of identify(), in the order of the calls
  [[nodiscard]] FakeTaskStore& task_store() { return tasks_; }
  [[nodiscard]] engine::Call last_call() const;  // of any method but galleries()

 private:
  std::optional<Error> entered(const engine::Call& call);
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::optional<Error> error_;
  std::function<void()> thrower_;
  bool held_ = false;
  int inside_ = 0;
  int writes_ = 0;
  int calls_ = 0;
  std::uint64_t sequence_ = 0;
  std::map<Sha256, std::pair<Sha256, std::string>> kept_;  // by key: the request, and its answer
  engine::EnrolRequest last_enrol_;
  engine::IdentifyRequest last_identify_;
  engine::VerifyRequest last_verify_;
  engine::Call last_call_;
  engine::IdentifyAnswer identify_answer_;
  engine::VerifyAnswer verify_answer_;
  std::map<std::string, std::map<std::string, engine::EncounterView>> persons_;
  FakeTaskStore tasks_;
  engine::MemberDesk* desk_ = nullptr;
  engine::DedupeState deduplication_;
  std::optional<engine::PrivacyNotices> notices_;
  MovedWorld world_;
  engine::SearchStatistics statistics_{world_};
  std::vector<std::pair<engine::Principal, audit::Event>> noted_;
  std::vector<std::string> searched_for_;
};

// Answers with every member set, for the tests of shapes.
engine::IdentifyAnswer full_identify_answer();
engine::VerifyAnswer full_verify_answer();

}  // namespace whorl::tests
