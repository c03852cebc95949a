#include "engine/access/guarded_service.h"

#include <algorithm>
#include <utility>

#include "base/catalogue.h"
#include "engine/access/authorise.h"
#include "engine/access/guarded_members.h"
#include "engine/access/guarded_thresholds.h"
#include "engine/access/scopes.h"
#include "engine/evaluation_desk.h"

namespace whorl::access {
namespace {

using engine::Call;
using engine::EncounterView;

// Which of an encounter's galleries somebody may use: all, some, or none of them.
enum class Sight { kWhole, kPart, kNone };

Sight sight_of(const engine::Principal& who, const EncounterView& view) {
  const auto seen = std::count_if(view.galleries.begin(), view.galleries.end(),
                                  [&](const std::string& gallery) { return may_use_gallery(who, gallery); });
  if (seen == 0) return Sight::kNone;
  return static_cast<std::size_t>(seen) == view.galleries.size() ? Sight::kWhole : Sight::kPart;
}

Error nobody(const std::string& person_id) {
  return failure(ErrorCode::kUnknownPerson, "person_id", with<"person">(person_id));
}

// What somebody who may not use every gallery gets of an encounter: no word of the others.
EncounterView shown_to(const engine::Principal& who, EncounterView view) {
  std::erase_if(view.galleries, [&](const std::string& gallery) { return !may_use_gallery(who, gallery); });
  return view;
}

class GuardedService final : public engine::Service {
 public:
  explicit GuardedService(std::shared_ptr<engine::Service> inner) : inner_(std::move(inner)) {
    if (auto* const desk = inner_->threshold_desk()) thresholds_.emplace(*desk);
  }

  engine::CaseDesk* case_desk() override { return inner_->case_desk(); }  // asks for scopes by itself
  engine::ThresholdDesk* threshold_desk() override { return thresholds_ ? &*thresholds_ : nullptr; }
  // What was measured names nobody: its routes ask for the scope.
  engine::EvaluationDesk* evaluation_desk() override { return inner_->evaluation_desk(); }
  const engine::PrivacyNotices* privacy_notices() override { return inner_->privacy_notices(); }
  engine::SearchStatistics* search_statistics() override { return inner_->search_statistics(); }

  Result<engine::EnrolReceipt> enrol(const Call& call, const engine::EnrolRequest& request) override {
    WHORL_TRY(authorise(call.who, scope::kEnrol, request.galleries));
    return inner_->enrol(call, request);
  }

  Result<std::optional<std::string>> kept_answer(const Call& call, const engine::RequestKey& key) override {
    WHORL_TRY(authorise(call.who, scope::kEnrol));
    return inner_->kept_answer(call, key);
  }

  Result<engine::IdentifyAnswer> identify(const Call& call, const engine::IdentifyRequest& request) override {
    WHORL_TRY(authorise(call.who, scope::kIdentify, std::span(&request.gallery_id, 1)));
    if (request.show_all && !may(call.who, scope::kShowAll)) {
      return failure(ErrorCode::kScopeLacking, "showAll", with<"scope">(scope::kShowAll));
    }
    return inner_->identify(call, request);
  }

  Result<engine::EnrolReceipt> update(const Call& call, const engine::EnrolRequest& request) override {
    WHORL_TRY(authorise(call.who, scope::kEncounterWrite, request.galleries));
    WHORL_TRY(check_change(call, request.person_id, request.encounter_id));
    return inner_->update(call, request);
  }

  Status set_status(const Call& call, const std::string& person_id, const std::string& encounter_id,
                    bool active) override {
    WHORL_TRY(authorise(call.who, scope::kEncounterWrite));
    WHORL_TRY(check_change(call, person_id, encounter_id));
    return inner_->set_status(call, person_id, encounter_id, active);
  }

  Status set_galleries(const Call& call, const std::string& person_id, const std::string& encounter_id,
                       const std::vector<std::string>& galleries) override {
    WHORL_TRY(authorise(call.who, scope::kEncounterWrite, galleries));
    WHORL_TRY(check_change(call, person_id, encounter_id));
    return inner_->set_galleries(call, person_id, encounter_id, galleries);
  }

  Status merge_persons(const Call& call, const std::string& into, const std::string& from) override {
    WHORL_TRY(authorise(call.who, scope::kEncounterWrite));
    if (call.who.galleries) {
      WHORL_ASSIGN(const auto views, inner_->encounters(call, from));
      WHORL_TRY(check_erasure(call.who, from, views));
      WHORL_TRY(check_sight(call, into));
    }
    return inner_->merge_persons(call, into, from);
  }

  Status move_encounter(const Call& call, const std::string& into, const std::string& from,
                        const std::string& encounter_id) override {
    WHORL_TRY(authorise(call.who, scope::kEncounterWrite));
    WHORL_TRY(check_change(call, from, encounter_id));
    if (call.who.galleries) {
      const auto there = inner_->encounters(call, into);
      const bool is_new = !there.ok() && there.error().kind == ErrorKind::kNotFound;
      // Somebody of other galleries alone is nobody to this caller, and yet nobody new may have their name.
      if (!is_new && !check_sight(call, into).ok()) return failure(ErrorCode::kGalleryForbidden);
    }
    return inner_->move_encounter(call, into, from, encounter_id);
  }

  Result<engine::IdentifyAnswer> identify_enrolled(const Call& call, const engine::EnrolledProbe& probe,
                                                   const engine::IdentifyRequest& request) override {
    WHORL_TRY(authorise(call.who, scope::kIdentify, std::span(&request.gallery_id, 1)));
    if (request.show_all && !may(call.who, scope::kShowAll)) {
      return failure(ErrorCode::kScopeLacking, "showAll", with<"scope">(scope::kShowAll));
    }
    WHORL_TRY(check_probe(call, probe));
    return inner_->identify_enrolled(call, probe, request);
  }

  Result<engine::VerifyAnswer> compare(const Call& call, const engine::CompareRequest& request) override {
    WHORL_TRY(authorise(call.who, scope::kVerify));
    return inner_->compare(call, request);
  }

  Result<engine::GalleryContent> gallery_content(const Call& call, const std::string& gallery_id, std::size_t offset,
                                                 std::size_t limit) override {
    WHORL_TRY(authorise(call.who, scope::kGalleryRead, std::span(&gallery_id, 1)));
    return inner_->gallery_content(call, gallery_id, offset, limit);
  }

  // Everybody is looked for, and people are named who are nothing but alike.
  Result<engine::DedupeState> dedupe(const Call& call, const engine::DedupeRequest& request,
                                     const ProgressCallback& progress) override {
    WHORL_TRY(authorise(call.who, scope::kDedupe, std::span(&request.gallery_id, 1)));
    return inner_->dedupe(call, request, progress);
  }

  Result<engine::Duplicates> duplicates(const Call& call, const std::string& gallery_id, std::size_t offset,
                                        std::size_t limit) override {
    WHORL_TRY(authorise(call.who, scope::kDedupe, std::span(&gallery_id, 1)));
    return inner_->duplicates(call, gallery_id, offset, limit);
  }

  engine::TaskStore* tasks() override { return inner_->tasks(); }
  engine::MemberDesk* member_desk() override { return members_.desk(); }  // asks for scopes by itself
  engine::TaskStore* exchange_rows() override { return inner_->exchange_rows(); }
  // Who may ask or answer others is settled before there is anything to note (engine/member_desk.h).
  Status note(const Call& call, const audit::Event& event) override { return inner_->note(call, event); }
  Status note_change(const Call& call, const audit::Event& event, const std::string& row, ByteView head,
                     const std::string& person) override {
    return inner_->note_change(call, event, row, head, person);
  }

  Result<engine::VerifyAnswer> verify(const Call& call, const engine::VerifyRequest& request) override {
    WHORL_TRY(authorise(call.who, scope::kVerify, std::span(&request.gallery_id, 1)));
    return of_claimed(call, request, inner_->verify(call, request));
  }

  Result<engine::VerifyAnswer> verify_enrolled(const Call& call, const engine::EnrolledProbe& probe,
                                               const engine::VerifyRequest& request) override {
    WHORL_TRY(authorise(call.who, scope::kVerify, std::span(&request.gallery_id, 1)));
    WHORL_TRY(check_probe(call, probe));
    return of_claimed(call, request, inner_->verify_enrolled(call, probe, request));
  }

  Result<engine::Explanation> explain(const Call& call, const engine::VerifyRequest& request) override {
    WHORL_TRY(authorise(call.who, scope::kExplain, std::span(&request.gallery_id, 1)));
    return of_claimed(call, request, inner_->explain(call, request));
  }

  Result<engine::AssessAnswer> assess(const Call& call, const engine::AssessRequest& request) override {
    WHORL_TRY(authorise(call.who, scope::kSampleAssess));
    return inner_->assess(call, request);
  }

  Status erase_person(const Call& call, const std::string& person_id) override {
    WHORL_TRY(authorise(call.who, scope::kErase));
    if (call.who.galleries) {
      WHORL_ASSIGN(const auto views, inner_->encounters(call, person_id));
      WHORL_TRY(check_erasure(call.who, person_id, views));
    }
    return inner_->erase_person(call, person_id);
  }

  Status erase_encounter(const Call& call, const std::string& person_id, const std::string& encounter_id) override {
    WHORL_TRY(authorise(call.who, scope::kErase));
    WHORL_TRY(check_change(call, person_id, encounter_id));
    return inner_->erase_encounter(call, person_id, encounter_id);
  }

  Result<std::vector<EncounterView>> encounters(const Call& call, const std::string& person_id) override {
    WHORL_TRY(authorise(call.who, scope::kEncounterRead));
    WHORL_ASSIGN(auto views, inner_->encounters(call, person_id));
    if (!call.who.galleries) return views;
    std::erase_if(views, [&](const EncounterView& view) { return sight_of(call.who, view) == Sight::kNone; });
    if (views.empty()) return nobody(person_id);
    for (EncounterView& view : views) view = shown_to(call.who, std::move(view));
    return views;
  }

  Result<EncounterView> encounter(const Call& call, const std::string& person_id,
                                  const std::string& encounter_id) override {
    WHORL_TRY(authorise(call.who, scope::kEncounterRead));
    if (!call.who.galleries) return inner_->encounter(call, person_id, encounter_id);
    WHORL_TRY(check_sight(call, person_id));
    WHORL_ASSIGN(auto view, inner_->encounter(call, person_id, encounter_id));
    if (sight_of(call.who, view) == Sight::kNone) return unknown(person_id, encounter_id);
    return shown_to(call.who, std::move(view));
  }

  Result<engine::EncounterWithImages> encounter_with_images(const Call& call, const std::string& person_id,
                                                            const std::string& encounter_id) override {
    WHORL_TRY(authorise(call.who, scope::kEncounterRead));
    if (!call.who.galleries) return inner_->encounter_with_images(call, person_id, encounter_id);
    WHORL_TRY(check_sight(call, person_id));
    WHORL_ASSIGN(auto found, inner_->encounter_with_images(call, person_id, encounter_id));
    if (sight_of(call.who, found.encounter) == Sight::kNone) return unknown(person_id, encounter_id);
    found.encounter = shown_to(call.who, std::move(found.encounter));
    return found;
  }

  Result<std::vector<engine::TemplateView>> templates(const Call& call, const std::string& person_id,
                                                      const std::string& encounter_id) override {
    WHORL_TRY(authorise(call.who, scope::kEncounterRead));
    if (call.who.galleries) {
      WHORL_TRY(check_sight(call, person_id));
      WHORL_ASSIGN(const auto view, inner_->encounter(call, person_id, encounter_id));
      if (sight_of(call.who, view) == Sight::kNone) return unknown(person_id, encounter_id);
    }
    return inner_->templates(call, person_id, encounter_id);
  }

  std::vector<engine::GalleryView> galleries(const Call& call) override {
    if (!may(call.who, scope::kGalleryRead)) return {};
    auto out = inner_->galleries(call);
    std::erase_if(out, [&](const auto& gallery) { return !may_use_gallery(call.who, gallery.gallery_id); });
    return out;
  }

  Result<std::string> read_audit(const Call& call, const engine::AuditQuestion& question) override {
    // All else is hashes: whoever has a receipt may see that the log holds it.
    if (std::holds_alternative<engine::AuditLeaves>(question)) WHORL_TRY(authorise(call.who, scope::kAuditRead));
    return inner_->read_audit(call, question);
  }

  // As an erasure: of a person all or nothing.
  Status set_hold(const Call& call, const std::string& person_id, const std::optional<std::string>& encounter_id,
                  bool held) override {
    WHORL_TRY(authorise(call.who, scope::kHoldWrite));
    if (encounter_id) {
      WHORL_TRY(check_change(call, person_id, *encounter_id));
    } else if (call.who.galleries) {
      WHORL_ASSIGN(const auto views, inner_->encounters(call, person_id));
      WHORL_TRY(check_erasure(call.who, person_id, views));
    }
    return inner_->set_hold(call, person_id, encounter_id, held);
  }

  engine::NodeDuties duties(const Call& call) override { return inner_->duties(call); }
  engine::NodeHealth health(const Call& call) override { return inner_->health(call); }

  Result<engine::NodeReport> report(const Call& call) override {
    WHORL_TRY(authorise(call.who, scope::kMetricsRead));
    return inner_->report(call);
  }

 private:
  // That somebody is there, in a gallery of others, is not theirs to know.
  template <class Answer>
  static Result<Answer> of_claimed(const Call& call, const engine::VerifyRequest& request, Result<Answer> answer) {
    const bool elsewhere = !answer.ok() && answer.error().reason.code == ErrorCode::kPersonNotInGallery;
    if (elsewhere && call.who.galleries) return nobody(request.person_id);
    return answer;
  }

  static Error unknown(const std::string& person_id, const std::string& encounter_id) {
    return failure(ErrorCode::kUnknownEncounter, "encounter_id", with<"person">(person_id),
                   with<"encounter">(encounter_id));
  }

  // Whoever is asked with is seen whole: what is kept of them elsewhere would have a say.
  Status check_probe(const Call& call, const engine::EnrolledProbe& probe) {
    if (!call.who.galleries) return {};
    WHORL_TRY(check_sight(call, probe.person_id));
    WHORL_ASSIGN(const auto views, inner_->encounters(call, probe.person_id));
    for (const EncounterView& view : views) {
      const bool meant = !probe.encounter_id || *probe.encounter_id == view.encounter_id;
      if (meant && sight_of(call.who, view) == Sight::kNone) {
        return probe.encounter_id ? unknown(probe.person_id, *probe.encounter_id)
                                  : failure(ErrorCode::kGalleryForbidden);
      }
    }
    return {};
  }

  // Whether there is anything of the person that the caller may see: "no such encounter" would tell that there is a
  // person.
  Status check_sight(const Call& call, const std::string& person_id) {
    WHORL_ASSIGN(const auto views, inner_->encounters(call, person_id));
    const bool seen = std::any_of(views.begin(), views.end(),
                                  [&](const EncounterView& view) { return sight_of(call.who, view) != Sight::kNone; });
    return seen ? Status() : Status(nobody(person_id));
  }

  // An encounter is changed by who may use all of its galleries.
  Status check_change(const Call& call, const std::string& person_id, const std::string& encounter_id) {
    if (!call.who.galleries) return {};
    WHORL_TRY(check_sight(call, person_id));
    WHORL_ASSIGN(const auto view, inner_->encounter(call, person_id, encounter_id));
    const Sight sight = sight_of(call.who, view);
    if (sight == Sight::kNone) return unknown(person_id, encounter_id);
    if (sight == Sight::kPart) return failure(ErrorCode::kGalleryForbidden);
    return {};
  }

  // A person goes with everything or not at all.
  static Status check_erasure(const engine::Principal& who, const std::string& person_id,
                              const std::vector<EncounterView>& views) {
    const auto seen_as = [&](Sight sight) {
      return std::count_if(views.begin(), views.end(),
                           [&](const EncounterView& view) { return sight_of(who, view) == sight; });
    };
    if (seen_as(Sight::kNone) == static_cast<std::ptrdiff_t>(views.size())) return nobody(person_id);
    if (seen_as(Sight::kWhole) != static_cast<std::ptrdiff_t>(views.size()))
      return failure(ErrorCode::kGalleryForbidden);
    return {};
  }

  const std::shared_ptr<engine::Service> inner_;
  GuardedMembers members_{*inner_};
  std::optional<GuardedThresholds> thresholds_;
};

}  // namespace

std::shared_ptr<engine::Service> make_guarded_service(std::shared_ptr<engine::Service> inner) {
  return std::make_shared<GuardedService>(std::move(inner));
}

}  // namespace whorl::access
