// Changes of encounters that are there, and who is in a gallery.
#include "base/catalogue.h"
#include "engine/call_record.h"
#include "engine/deadline.h"
#include "engine/engine.h"
#include "engine/engine_state.h"
#include "engine/question.h"
#include "engine/validate.h"

namespace whorl::engine {
namespace {

constexpr std::string_view kActivated = "activated";
constexpr std::string_view kDeactivated = "deactivated";
constexpr std::string_view kGalleries = "galleries";
constexpr std::string_view kMoved = "moved";
constexpr std::string_view kHeld = "held";
constexpr std::string_view kLifted = "hold lifted";

// Of a change that gives its leaf, or how many there were.
Status done(const Result<std::uint64_t>& change) { return change.ok() ? Status() : Status(change.error()); }

// What is known of somebody's protection goes along, where there is a desk that knows of any.
Status moved(EngineState& state, const Call& call, const std::string& from, const std::string& into,
             const std::optional<std::string>& encounter_id, bool may_be_new) {
  const auto move = [&](const MemberDesk::Carry& carry) -> Status {
    const index::BesideMove beside = [&]() -> Result<std::optional<index::NotedHead>> {
      if (!carry) return std::optional<index::NotedHead>();
      WHORL_ASSIGN(auto carried, carry());
      if (!carried) return std::optional<index::NotedHead>();
      return std::optional(index::NotedHead{std::string(kExchangeRows) + carried->row, std::move(carried->head),
                                            std::move(carried->event)});
    };
    return done(state.gallery->move(from, into, encounter_id, may_be_new, effect_of(call), beside));
  };
  return state.desk ? state.desk->carry_protection(from, into, move) : move({});
}

}  // namespace

Status Engine::set_status(const Call& call, const std::string& person_id, const std::string& encounter_id,
                          bool active) {
  const CallRecord record(call, "set_status", "");
  const auto status = active ? index::EncounterStatus::kActive : index::EncounterStatus::kInactive;
  return record.concluded(done(state_->gallery->set_status(person_id, encounter_id, status, effect_of(call))),
                          active ? kActivated : kDeactivated);
}

Status Engine::set_galleries(const Call& call, const std::string& person_id, const std::string& encounter_id,
                             const std::vector<std::string>& galleries) {
  const CallRecord record(call, "set_galleries", "");
  WHORL_TRY(validate_galleries(galleries));
  return record.concluded(done(state_->gallery->set_galleries(person_id, encounter_id, galleries, effect_of(call))),
                          kGalleries);
}

Status Engine::set_hold(const Call& call, const std::string& person_id, const std::optional<std::string>& encounter_id,
                        bool held) {
  const CallRecord record(call, "set_hold", "");
  return record.concluded(done(state_->gallery->set_hold(person_id, encounter_id, held, effect_of(call))),
                          held ? kHeld : kLifted);
}

Status Engine::merge_persons(const Call& call, const std::string& into, const std::string& from) {
  const CallRecord record(call, "merge_persons", "");
  return record.concluded(moved(*state_, call, from, into, {}, false), kMoved);
}

Status Engine::move_encounter(const Call& call, const std::string& into, const std::string& from,
                              const std::string& encounter_id) {
  const CallRecord record(call, "move_encounter", "");
  return record.concluded(moved(*state_, call, from, into, encounter_id, true), kMoved);
}

Result<GalleryContent> Engine::gallery_content(const Call& call, const std::string& gallery_id, std::size_t offset,
                                               std::size_t limit) {
  const CallRecord record(call, "gallery_content", gallery_id);
  auto page = state_->gallery->content(gallery_id, offset, limit, past_deadline(call.deadline, state_->world));
  record.outcome(page.ok() ? "read" : name_of(page.error().kind));
  if (!page.ok()) return page.error();
  GalleryContent out;
  out.total = page->total;
  for (auto& entry : page->entries) out.entries.push_back({std::move(entry.person_id), std::move(entry.encounter_id)});
  return out;
}

TaskStore* Engine::tasks() { return &state_->tasks; }
MemberDesk* Engine::member_desk() { return state_->desk.get(); }
void Engine::set_member_desk(std::shared_ptr<MemberDesk> desk) { state_->desk = std::move(desk); }
CaseDesk* Engine::case_desk() { return state_->cases.get(); }
ThresholdDesk* Engine::threshold_desk() { return &state_->thresholds; }
EvaluationDesk* Engine::evaluation_desk() { return state_->evaluations.get(); }

const PrivacyNotices* Engine::privacy_notices() { return state_->privacy_notices.get(); }

void Engine::set_privacy_notices(std::shared_ptr<const PrivacyNotices> notices) {
  state_->privacy_notices = std::move(notices);
}

SearchStatistics* Engine::search_statistics() { return &state_->statistics; }
void Engine::set_evaluation_desk(std::shared_ptr<EvaluationDesk> desk) { state_->evaluations = std::move(desk); }
TaskStore* Engine::exchange_rows() { return &state_->exchange; }

Status Engine::note(const Call& call, const audit::Event& event) {
  WHORL_TRY(state_->gallery->note(event, "", asked_of(call)));
  return {};
}

Status Engine::note_change(const Call& call, const audit::Event& event, const std::string& row, ByteView head,
                           const std::string& person) {
  return state_->gallery->note_task(std::string(kExchangeRows) + row, head, event, person, asked_of(call));
}

}  // namespace whorl::engine
