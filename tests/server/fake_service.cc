#include "tests/server/fake_service.h"

#include <utility>

#include "base/catalogue.h"

namespace whorl::tests {
using engine::Decision;
using engine::FingerPosition;

namespace {

image::Picture a_picture() { return {2, 3, {1, 2, 3}}; }

}  // namespace

std::optional<Error> FakeService::entered(const engine::Call& call) {
  last_call_ = call;
  ++calls_;
  if (thrower_) thrower_();
  return error_;
}

FakeService::FakeService() {
  constexpr int kSearches = 12;
  for (int i = 0; i < kSearches; ++i) statistics_.note({"default", 2, true}, 10.0 * i);
  statistics_.note({"VIP", 1, false}, 50);
  world_.ahead = std::chrono::days(1);
}

Result<engine::EnrolReceipt> FakeService::enrol(const engine::Call& call, const engine::EnrolRequest& request) {
  const std::lock_guard lock(mutex_);
  ++writes_;
  last_enrol_ = request;
  if (const auto error = entered(call)) return *error;
  const bool known = persons_.contains(request.person_id);
  if (request.person_rule == engine::PersonRule::kNew && known) return already_exists("person exists", "person_id");
  if (request.person_rule == engine::PersonRule::kExisting && !known) return not_found("no such person", "person_id");
  engine::EncounterView view;
  ++sequence_;
  view.person_id = request.person_id.empty() ? "P" + std::to_string(sequence_) : request.person_id;
  view.encounter_id = request.encounter_id.empty() ? "E" + std::to_string(sequence_) : request.encounter_id;
  auto& encounters = persons_[view.person_id];
  if (encounters.contains(view.encounter_id)) return already_exists("encounter exists", "encounter_id");
  view.encounter_type = request.encounter_type;
  view.active = request.active;
  view.created = std::chrono::system_clock::time_point(std::chrono::seconds(1'700'000'000));
  view.galleries = request.galleries;
  engine::EnrolReceipt receipt{view.person_id, view.encounter_id, {}};
  for (const auto& sample : request.samples) {
    receipt.samples.push_back({sample.modality, sample.position, 71, 42, ""});
    const Format kept = sample.modality == Modality::kFace ? Format::kNativeFace : Format::kNativeFinger;
    const bool has_image = view.samples.empty();  // encounter_with_images
    view.samples.push_back({sample.modality, sample.position, 71, 42, {}, sample.capture, kept, has_image});
  }
  view.missing = request.missing;
  view.biographic_data = request.biographic_data;
  view.contextual_data = request.contextual_data;
  view.client_data = request.client_data;
  if (request.keep) kept_[request.keep->under.key] = {request.keep->under.request, request.keep->answer(receipt)};
  if (!call.task.empty() && request.task_answer) tasks_.note_effect(call.task, request.task_answer(receipt));
  receipt.sequence = sequence_;
  encounters.emplace(view.encounter_id, view);
  return receipt;
}

Result<std::optional<std::string>> FakeService::kept_answer(const engine::Call& call, const engine::RequestKey& key) {
  const std::lock_guard lock(mutex_);
  if (const auto error = entered(call)) return *error;
  const auto at = kept_.find(key.key);
  if (at == kept_.end()) return std::optional<std::string>();
  if (at->second.first != key.request) return already_exists("the key was given to another request");
  return std::optional(at->second.second);
}

Result<engine::IdentifyAnswer> FakeService::identify(const engine::Call& call, const engine::IdentifyRequest& request) {
  std::unique_lock lock(mutex_);
  last_identify_ = request;
  searched_for_.push_back(call.task);
  if (const auto error = entered(call)) return *error;
  ++inside_;
  changed_.notify_all();
  changed_.wait(lock, [this] { return !held_; });
  --inside_;
  return identify_answer_;
}

Result<engine::EnrolReceipt> FakeService::update(const engine::Call& call, const engine::EnrolRequest& request) {
  const std::lock_guard lock(mutex_);
  ++writes_;
  last_enrol_ = request;
  if (const auto error = entered(call)) return *error;
  const auto person = persons_.find(request.person_id);
  if (person == persons_.end() || !person->second.contains(request.encounter_id)) {
    return not_found("no such encounter", "encounter_id");
  }
  engine::EncounterView& view = person->second.at(request.encounter_id);
  view.encounter_type = request.encounter_type;
  view.active = request.active;
  view.galleries = request.galleries;
  view.updated = view.created + std::chrono::seconds(1);
  engine::EnrolReceipt receipt{view.person_id, view.encounter_id, {}};
  receipt.sequence = ++sequence_;
  return receipt;
}

Status FakeService::set_hold(const engine::Call& call, const std::string& person_id,
                             const std::optional<std::string>& encounter_id, bool) {
  const std::lock_guard lock(mutex_);
  ++writes_;
  if (const auto error = entered(call)) return *error;
  const auto person = persons_.find(person_id);
  if (person == persons_.end() || (encounter_id && !person->second.contains(*encounter_id))) {
    return not_found("no such encounter", "encounter_id");
  }
  return {};
}

Status FakeService::set_status(const engine::Call& call, const std::string& person_id, const std::string& encounter_id,
                               bool active) {
  const std::lock_guard lock(mutex_);
  ++writes_;
  if (const auto error = entered(call)) return *error;
  const auto person = persons_.find(person_id);
  if (person == persons_.end() || !person->second.contains(encounter_id)) {
    return not_found("no such encounter", "encounter_id");
  }
  person->second.at(encounter_id).active = active;
  return {};
}

Status FakeService::set_galleries(const engine::Call& call, const std::string& person_id,
                                  const std::string& encounter_id, const std::vector<std::string>& galleries) {
  const std::lock_guard lock(mutex_);
  ++writes_;
  if (const auto error = entered(call)) return *error;
  const auto person = persons_.find(person_id);
  if (person == persons_.end() || !person->second.contains(encounter_id)) {
    return not_found("no such encounter", "encounter_id");
  }
  person->second.at(encounter_id).galleries = galleries;
  return {};
}

Status FakeService::merge_persons(const engine::Call& call, const std::string& into, const std::string& from) {
  const std::lock_guard lock(mutex_);
  ++writes_;
  if (const auto error = entered(call)) return *error;
  if (!persons_.contains(into) || !persons_.contains(from)) return not_found("no such person", "person_id");
  for (const auto& [id, view] : persons_[from]) {
    if (persons_[into].contains(id)) return already_exists("encounter exists", "encounter_id");
  }
  for (auto& [id, view] : persons_[from]) persons_[into].emplace(id, std::move(view));
  persons_.erase(from);
  return {};
}

Status FakeService::move_encounter(const engine::Call& call, const std::string& into, const std::string& from,
                                   const std::string& encounter_id) {
  const std::lock_guard lock(mutex_);
  ++writes_;
  if (const auto error = entered(call)) return *error;
  if (!persons_.contains(from) || !persons_[from].contains(encounter_id)) {
    return not_found("no such encounter", "encounter_id");
  }
  if (persons_[into].contains(encounter_id)) return already_exists("encounter exists", "encounter_id");
  persons_[into].emplace(encounter_id, std::move(persons_[from].at(encounter_id)));
  persons_[from].erase(encounter_id);
  return {};
}

Result<engine::IdentifyAnswer> FakeService::identify_enrolled(const engine::Call& call,
                                                              const engine::EnrolledProbe& probe,
                                                              const engine::IdentifyRequest& request) {
  const std::lock_guard lock(mutex_);
  last_identify_ = request;
  if (const auto error = entered(call)) return *error;
  if (!persons_.contains(probe.person_id)) return not_found("no such person", "person_id");
  return identify_answer_;
}

Result<engine::VerifyAnswer> FakeService::compare(const engine::Call& call, const engine::CompareRequest&) {
  const std::lock_guard lock(mutex_);
  if (const auto error = entered(call)) return *error;
  return verify_answer_;
}

Result<engine::AssessAnswer> FakeService::assess(const engine::Call& call, const engine::AssessRequest& request) {
  const std::lock_guard lock(mutex_);
  if (const auto error = entered(call)) return *error;
  engine::AssessAnswer out;
  for (const auto& sample : request.samples) {
    out.samples.push_back(
        {{sample.modality, sample.position, 31, 42, "", {{FeedbackCode::kFingerFaint, {}}}}, true, false, a_picture()});
  }
  return out;
}

Result<engine::Explanation> FakeService::explain(const engine::Call& call, const engine::VerifyRequest& request) {
  const std::lock_guard lock(mutex_);
  last_verify_ = request;
  if (const auto error = entered(call)) return *error;
  engine::FingerDrawing drawing{engine::FingerPosition::kRightIndex, 71, 300, 400, {}, a_picture(), {}};
  drawing.minutiae.push_back({10.25F, 20.5F, 1.5F, fingerprint::MinutiaType::kBifurcation, 60});
  return engine::Explanation{verify_answer_, {{"enc-1", 55.555, drawing, drawing, {{0, 0}}}}};
}

Status FakeService::note(const engine::Call& call, const audit::Event& event) {
  const std::lock_guard lock(mutex_);
  if (error_) return *error_;
  noted_.emplace_back(call.who, event);
  return {};
}

std::vector<std::pair<engine::Principal, audit::Event>> FakeService::noted() const {
  const std::lock_guard lock(mutex_);
  return noted_;
}

Result<std::string> FakeService::read_audit(const engine::Call& call, const engine::AuditQuestion& question) {
  const std::lock_guard lock(mutex_);
  if (const auto error = entered(call)) return *error;
  if (const auto* leaves = std::get_if<engine::AuditLeaves>(&question)) {
    return "leaves " + std::to_string(leaves->first) + " " + std::to_string(leaves->count) + "\n";
  }
  if (const auto* proof = std::get_if<engine::AuditInclusion>(&question)) {
    if (proof->leaf > 99) return not_found("no such leaf", "leaf");
    return "proof " + std::to_string(proof->leaf) + "\n";
  }
  if (const auto* growth = std::get_if<engine::AuditGrowth>(&question)) {
    return "growth " + std::to_string(growth->from) + " " + (growth->to ? std::to_string(*growth->to) : "now") + "\n";
  }
  return std::string("head\n");
}

Result<engine::NodeReport> FakeService::report(const engine::Call& call) {
  {
    const std::lock_guard lock(mutex_);
    if (const auto error = entered(call)) return *error;
  }
  engine::NodeReport out;
  out.health = health(call);
  out.audit = {12, 12, std::chrono::system_clock::time_point(std::chrono::seconds(1'700'000'000)), "log\n12\nAAAA\n",
               "key"};
  out.keys = {3, true, 41, true};
  out.gallery = "00112233445566778899aabbccddeeff";
  const std::chrono::system_clock::time_point then(std::chrono::seconds(1'700'000'000));
  using Result = engine::NodeReport::Backup::Result;
  out.backups = {{then, then + std::chrono::seconds(2), 7, Result::kMade},
                 {then + std::chrono::hours(1), {}, 9, Result::kUnknown}};
  out.notices = {{"rotation_unfinished", "go on with it"}};
  return out;
}

Result<engine::GalleryContent> FakeService::gallery_content(const engine::Call& call, const std::string& gallery_id,
                                                            std::size_t offset, std::size_t limit) {
  const std::lock_guard lock(mutex_);
  if (const auto error = entered(call)) return *error;
  if (gallery_id == "nowhere") return not_found("no such gallery", "gallery_id");
  engine::GalleryContent out;
  for (const auto& [person, encounters] : persons_) {
    for (const auto& [id, view] : encounters) {
      if (out.total++ >= offset && out.entries.size() < limit) out.entries.push_back({person, id});
    }
  }
  return out;
}

Result<engine::DedupeState> FakeService::dedupe(const engine::Call& call, const engine::DedupeRequest& request,
                                                const ProgressCallback&) {
  const std::lock_guard lock(mutex_);
  if (const auto error = entered(call)) return *error;
  deduplication_.gallery_id = request.gallery_id;
  deduplication_.persons = 2;
  ++deduplication_.done;
  if (deduplication_.done == deduplication_.persons) deduplication_.ended_ms = 1;
  return deduplication_;
}

Result<engine::Duplicates> FakeService::duplicates(const engine::Call& call, const std::string& gallery_id, std::size_t,
                                                   std::size_t) {
  const std::lock_guard lock(mutex_);
  if (const auto error = entered(call)) return *error;
  if (gallery_id == "nowhere") return not_found("there was none", "gallery_id");
  return engine::Duplicates{deduplication_, 1, {{"p", "q", 80}}};
}

Result<engine::VerifyAnswer> FakeService::verify(const engine::Call& call, const engine::VerifyRequest& request) {
  const std::lock_guard lock(mutex_);
  last_verify_ = request;
  if (const auto error = entered(call)) return *error;
  return verify_answer_;
}

Result<engine::VerifyAnswer> FakeService::verify_enrolled(const engine::Call& call, const engine::EnrolledProbe& probe,
                                                          const engine::VerifyRequest& request) {
  if (probe.person_id == "nobody") return not_found("no such person", "person_id");
  return verify(call, request);
}

Status FakeService::erase_person(const engine::Call& call, const std::string& person_id) {
  const std::lock_guard lock(mutex_);
  ++writes_;
  if (const auto error = entered(call)) return *error;
  if (persons_.erase(person_id) == 0) return not_found("no such person", "person_id");
  return {};
}

Status FakeService::erase_encounter(const engine::Call& call, const std::string& person_id,
                                    const std::string& encounter_id) {
  const std::lock_guard lock(mutex_);
  ++writes_;
  if (const auto error = entered(call)) return *error;
  const auto person = persons_.find(person_id);
  if (person == persons_.end() || person->second.erase(encounter_id) == 0) {
    return not_found("no such encounter", "encounter_id");
  }
  if (person->second.empty()) persons_.erase(person);
  return {};
}

Result<std::vector<engine::EncounterView>> FakeService::encounters(const engine::Call& call,
                                                                   const std::string& person_id) {
  const std::lock_guard lock(mutex_);
  if (const auto error = entered(call)) return *error;
  const auto person = persons_.find(person_id);
  if (person == persons_.end()) return not_found("no such person", "person_id");
  std::vector<engine::EncounterView> out;
  for (const auto& [id, view] : person->second) out.push_back(view);
  return out;
}

Result<engine::EncounterView> FakeService::encounter(const engine::Call& call, const std::string& person_id,
                                                     const std::string& encounter_id) {
  const std::lock_guard lock(mutex_);
  if (const auto error = entered(call)) return *error;
  const auto person = persons_.find(person_id);
  if (person == persons_.end() || !person->second.contains(encounter_id)) {
    return not_found("no such encounter", "encounter_id");
  }
  return person->second.at(encounter_id);
}

// Of the first sample one is kept.
Result<engine::EncounterWithImages> FakeService::encounter_with_images(const engine::Call& call,
                                                                       const std::string& person_id,
                                                                       const std::string& encounter_id) {
  WHORL_ASSIGN(auto view, encounter(call, person_id, encounter_id));
  engine::EncounterWithImages out{std::move(view), {}};
  if (!out.encounter.samples.empty()) out.images.push_back({0, "image/png", 500.0, {1, 2, 3}});
  return out;
}

Result<std::vector<engine::TemplateView>> FakeService::templates(const engine::Call& call, const std::string& person_id,
                                                                 const std::string& encounter_id) {
  WHORL_ASSIGN(const auto view, encounter(call, person_id, encounter_id));
  std::vector<engine::TemplateView> out;
  for (const auto& sample : view.samples) {
    out.push_back(
        {sample.modality, sample.position, sample.quality, sample.capture.instance, sample.format, {1, 2, 3}});
  }
  return out;
}

std::vector<engine::GalleryView> FakeService::galleries(const engine::Call&) {
  const std::lock_guard lock(mutex_);
  return {{"default", persons_.size(), sequence_, sequence_ * 2}, {"VIP", 7, 8, 9}};
}

engine::NodeHealth FakeService::health(const engine::Call& call) {
  engine::NodeHealth health;
  health.memory = {{"sealed_shards", 4096}, {"store", 512}};
  health.snapshots_written = 3;
  health.housekeeping_failures = 1;
  health.last_failure = "the disk is full";
  health.galleries = galleries(call);
  health.reads_images[Modality::kFinger] = true;
  health.calibrated[Modality::kFinger] = true;
  return health;
}

void FakeService::fail_with(std::optional<Error> error) {
  const std::lock_guard lock(mutex_);
  error_ = std::move(error);
}

void FakeService::throw_on_call(std::function<void()> thrower) {
  const std::lock_guard lock(mutex_);
  thrower_ = std::move(thrower);
}

void FakeService::hold() {
  const std::lock_guard lock(mutex_);
  held_ = true;
}

void FakeService::release() {
  const std::lock_guard lock(mutex_);
  held_ = false;
  changed_.notify_all();
}

void FakeService::wait_until_inside(int n) {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return inside_ >= n; });
}

void FakeService::answer_identify(engine::IdentifyAnswer answer) {
  const std::lock_guard lock(mutex_);
  identify_answer_ = std::move(answer);
}

void FakeService::answer_verify(engine::VerifyAnswer answer) {
  const std::lock_guard lock(mutex_);
  verify_answer_ = std::move(answer);
}

int FakeService::writes() const {
  const std::lock_guard lock(mutex_);
  return writes_;
}
int FakeService::calls() const {
  const std::lock_guard lock(mutex_);
  return calls_;
}
engine::EnrolRequest FakeService::last_enrol() const {
  const std::lock_guard lock(mutex_);
  return last_enrol_;
}
engine::IdentifyRequest FakeService::last_identify() const {
  const std::lock_guard lock(mutex_);
  return last_identify_;
}
engine::VerifyRequest FakeService::last_verify() const {
  const std::lock_guard lock(mutex_);
  return last_verify_;
}

std::vector<std::string> FakeService::searched_for() const {
  const std::lock_guard lock(mutex_);
  return searched_for_;
}

engine::Call FakeService::last_call() const {
  const std::lock_guard lock(mutex_);
  return last_call_;
}

engine::IdentifyAnswer full_identify_answer() {
  engine::IdentifyAnswer answer;
  answer.decision = Decision::kMatch;
  answer.reason = "Match with person-1.";
  answer.why = {AnswerCode::kMatch,
                {{"person_id", std::string("person-1")}, {"score_db", 61.25}, {"persons", std::uint64_t{2000}}}};
  answer.threshold_db = 43.014;
  answer.review_db = 38.014;
  answer.target_fpir = 0.01;
  answer.supported_db = 36.752;
  answer.matches = 1;
  answer.expected_miss_rate = 0.0220238095;
  answer.candidates = {{"person-1", 1, 61.257, Decision::kMatch, {{Modality::kFinger, "enc-1", 2, 2, 61.257}}},
                       {"person-2", 2, 40.5, Decision::kIndeterminate, {{Modality::kFinger, "enc-9", 0, 6, 40.5}}}};
  answer.probe = {{Modality::kFinger, 2, 64, 51, "press more firmly"}};
  answer.receipt = {2000, 2000, 3, 3};
  answer.receipt.compared = 1000;
  answer.compared = 250;
  answer.elapsed_ms = 12.345;
  return answer;
}

engine::VerifyAnswer full_verify_answer() {
  engine::VerifyAnswer answer{Decision::kMatch,
                              "Above the threshold.",
                              55.555,
                              40.0,
                              {{Modality::kFinger, "enc-1", 2, 2, 55.555}},
                              {{Modality::kFinger, 2, 64, 51, ""}}};
  answer.why = {AnswerCode::kClaimMatch, {}};
  return answer;
}

}  // namespace whorl::tests
