// A node that knows people by a word, so that what lies above the engine is tested without one: it searches as a
// gallery does, counts its searches and leaves, and keeps rows in memory.
#pragma once

#include <atomic>
#include <set>
#include <string>

#include "engine/service.h"
#include "tests/server/fake_task_store.h"

namespace whorl::member {

class FakeNode final : public engine::Service {
 public:
  explicit FakeNode(std::set<std::string> people = {}) : people_(std::move(people)) {}

  // Of somebody called so.
  static std::vector<engine::Sample> fingers(const std::string& person) {
    engine::Sample out;
    out.position = 2;
    out.format = Format::kNativeFinger;
    out.bytes.assign(person.begin(), person.end());
    return {out};
  }

  Result<engine::IdentifyAnswer> identify(const engine::Call& /*call*/,
                                          const engine::IdentifyRequest& request) override {
    constexpr double kScore_db = 61.5;
    ++searches;
    engine::IdentifyAnswer out;
    out.review_db = 30;
    out.receipt.gallery_size = out.receipt.searched = people_.size();
    out.probe.resize(request.samples.size());
    const std::string wanted(as_text(request.samples.front().bytes));
    if (!people_.contains(wanted) || (request.hides && request.hides(wanted, kScore_db))) return out;
    out.decision = engine::Decision::kMatch;
    engine::Candidate& found = out.candidates.emplace_back();
    found.person_id = wanted;
    found.score_db = kScore_db;
    found.scores.resize(2);
    for (auto& score : found.scores) score.score_db = kScore_db / 2;
    return out;
  }
  Status note(const engine::Call& /*call*/, const audit::Event& event) override {
    ++leaves;
    if (event.operation == audit::Operation::kAnswer) ++answers;
    return {};
  }
  engine::TaskStore* exchange_rows() override { return &rows_; }

  std::atomic<int> searches{0};
  std::atomic<int> leaves{0};
  std::atomic<int> answers{0};

  // What no exchange asks for.
  using Call = engine::Call;
  Result<engine::EnrolReceipt> enrol(const Call&, const engine::EnrolRequest&) override { return none(); }
  Result<std::optional<std::string>> kept_answer(const Call&, const engine::RequestKey&) override { return none(); }
  Result<engine::EnrolReceipt> update(const Call&, const engine::EnrolRequest&) override { return none(); }
  Status set_status(const Call&, const std::string&, const std::string&, bool) override { return none(); }
  Status set_galleries(const Call&, const std::string&, const std::string&, const std::vector<std::string>&) override {
    return none();
  }
  Status merge_persons(const Call&, const std::string&, const std::string&) override { return none(); }
  Status move_encounter(const Call&, const std::string&, const std::string&, const std::string&) override {
    return none();
  }
  Result<engine::IdentifyAnswer> identify_enrolled(const Call&, const engine::EnrolledProbe&,
                                                   const engine::IdentifyRequest&) override {
    return none();
  }
  Result<engine::VerifyAnswer> compare(const Call&, const engine::CompareRequest&) override { return none(); }
  Result<engine::VerifyAnswer> verify(const Call&, const engine::VerifyRequest&) override { return none(); }
  Status erase_person(const Call&, const std::string&) override { return none(); }
  Status erase_encounter(const Call&, const std::string&, const std::string&) override { return none(); }
  Result<std::vector<engine::EncounterView>> encounters(const Call&, const std::string&) override { return none(); }
  Result<engine::EncounterView> encounter(const Call&, const std::string&, const std::string&) override {
    return none();
  }
  Result<std::vector<engine::TemplateView>> templates(const Call&, const std::string&, const std::string&) override {
    return none();
  }
  std::vector<engine::GalleryView> galleries(const Call&) override { return {}; }
  Result<engine::GalleryContent> gallery_content(const Call&, const std::string&, std::size_t, std::size_t) override {
    return none();
  }
  Result<engine::DedupeState> dedupe(const Call&, const engine::DedupeRequest&, const ProgressCallback&) override {
    return none();
  }
  Result<engine::Duplicates> duplicates(const Call&, const std::string&, std::size_t, std::size_t) override {
    return none();
  }
  Result<engine::NodeReport> report(const Call&) override { return none(); }
  Result<engine::AssessAnswer> assess(const Call&, const engine::AssessRequest&) override { return none(); }
  Result<engine::Explanation> explain(const Call&, const engine::VerifyRequest&) override { return none(); }
  engine::NodeHealth health(const Call&) override { return {}; }

 private:
  static Error none() { return internal_error("this node does nothing but search"); }

  std::set<std::string> people_;
  tests::FakeTaskStore rows_;
};

}  // namespace whorl::member
