// A node that knows people by a word, so that what lies above the engine is tested without one: it searches as a
// gallery does, counts its searches and leaves, and keeps rows in memory. Who is kept with data can be released.
#pragma once

#include <atomic>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <vector>

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
  Status note(const engine::Call& call, const audit::Event& event) override {
    ++leaves;
    if (event.operation == audit::Operation::kAnswer) ++answers;
    const std::scoped_lock lock(mutex_);
    log_.push_back(std::string(audit::name_of(event.operation)) + " " + event.outcome + " " + call.who.subject);
    return {};
  }
  Status note_change(const engine::Call& call, const audit::Event& event, const std::string& row, ByteView head,
                     const std::string& person) override {
    const engine::TaskName whom{person, std::string(engine::kWholePerson)};
    WHORL_TRY(person.empty() ? rows_.change(row, head, {}, {}) : rows_.change(row, head, Bytes(), {&whom, 1}));
    return note(call, event);
  }
  // "decide released u-1", in order.
  std::vector<std::string> log() const {
    const std::scoped_lock lock(mutex_);
    return log_;
  }

  // A person is who they say: the probe has their word.
  Result<engine::VerifyAnswer> verify(const engine::Call& /*call*/, const engine::VerifyRequest& request) override {
    if (!records_of(request.person_id).ok()) return not_found("nobody");
    if (request.samples.front().format != Format::kNativeFinger) return invalid_input("cannot be read");
    engine::VerifyAnswer out;
    const bool same = as_text(request.samples.front().bytes) == request.person_id;
    out.decision = same ? engine::Decision::kMatch : engine::Decision::kNoMatch;
    out.score_db = same ? 55.5 : 0;
    return out;
  }
  Result<engine::Explanation> explain(const engine::Call& call, const engine::VerifyRequest& request) override {
    engine::Explanation out;
    WHORL_ASSIGN(out.verified, verify(call, request));
    out.fingers.resize(1);
    return out;
  }
  // What is kept of somebody: an encounter each time. With no data they are erased.
  void keep(const std::string& person, const std::string& encounter, const std::string& biographic) {
    const std::scoped_lock lock(mutex_);
    auto& all = records_[person];
    std::erase_if(all, [&](const auto& each) { return each.encounter_id == encounter; });
    engine::EncounterView view;
    view.person_id = person;
    view.encounter_id = encounter;
    view.created = std::chrono::sys_seconds(std::chrono::seconds(1'700'000'000));
    view.galleries = {"default"};
    view.biographic_data = biographic;
    all.push_back(std::move(view));
  }
  void erase(const std::string& person) {
    const std::scoped_lock lock(mutex_);
    records_.erase(person);
    erased_.insert(person);
  }
  // Whoever is found and has no record by name has one without data.
  Result<std::vector<engine::EncounterView>> encounters(const engine::Call&, const std::string& person) override {
    auto kept = records_of(person);
    const std::scoped_lock lock(mutex_);
    ++reads;
    if (kept.ok() || !people_.contains(person) || erased_.contains(person)) return kept;
    engine::EncounterView view;
    view.person_id = person;
    view.galleries = {"default"};
    return std::vector<engine::EncounterView>{view};
  }
  tests::FakeTaskStore& store() { return rows_; }
  engine::TaskStore* exchange_rows() override { return &rows_; }

  std::atomic<int> searches{0};
  std::atomic<int> leaves{0};
  std::atomic<int> answers{0};
  std::atomic<int> reads{0};  // of somebody's encounters: what is changed once one is counted comes after it

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
  Result<engine::VerifyAnswer> verify_enrolled(const Call&, const engine::EnrolledProbe&,
                                               const engine::VerifyRequest&) override {
    return none();
  }
  Result<engine::IdentifyAnswer> identify_enrolled(const Call&, const engine::EnrolledProbe&,
                                                   const engine::IdentifyRequest&) override {
    return none();
  }
  Result<engine::VerifyAnswer> compare(const Call&, const engine::CompareRequest&) override { return none(); }
  Status erase_person(const Call&, const std::string&) override { return none(); }
  Status erase_encounter(const Call&, const std::string&, const std::string&) override { return none(); }
  Result<engine::EncounterView> encounter(const Call&, const std::string&, const std::string&) override {
    return none();
  }
  Result<engine::EncounterWithImages> encounter_with_images(const Call&, const std::string&,
                                                            const std::string&) override {
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
  engine::NodeHealth health(const Call&) override { return {}; }

 private:
  static Error none() { return internal_error("this node does nothing but search"); }

  Result<std::vector<engine::EncounterView>> records_of(const std::string& person) const {
    const std::scoped_lock lock(mutex_);
    const auto found = records_.find(person);
    if (found == records_.end()) return not_found("nobody");
    return found->second;
  }

  std::set<std::string> people_;
  mutable std::mutex mutex_;
  std::map<std::string, std::vector<engine::EncounterView>> records_;  // guarded by mutex_
  std::set<std::string> erased_;                                       // guarded by mutex_
  std::vector<std::string> log_;                                       // guarded by mutex_
  tests::FakeTaskStore rows_;
};

}  // namespace whorl::member
