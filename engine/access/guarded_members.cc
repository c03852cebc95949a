#include "engine/access/guarded_members.h"

#include <algorithm>
#include <map>

#include "base/catalogue.h"
#include "base/world.h"
#include "engine/access/authorise.h"
#include "engine/access/scopes.h"

namespace whorl::access {
namespace {

using engine::Call;

// The guard reads for itself: neither the caller's leaf nor their trace is of that.
Call reading(const Call& call) {
  Call out;
  out.request_id = call.request_id;
  out.deadline = call.deadline;
  return out;
}

bool may_use_all(const engine::Principal& who, const engine::EncounterView& view) {
  return std::all_of(view.galleries.begin(), view.galleries.end(),
                     [&](const std::string& gallery) { return may_use_gallery(who, gallery); });
}

}  // namespace

Result<bool> GuardedMembers::is_theirs(const Call& call, const std::string& person_id) {
  const auto views = service_.encounters(reading(call), person_id);
  if (!views.ok() && views.error().kind == ErrorKind::kNotFound) return false;
  if (!views.ok()) return views.error();
  return std::all_of(views->begin(), views->end(), [&](const auto& view) { return may_use_all(call.who, view); });
}

Status GuardedMembers::require_theirs(const Call& call, const std::string& person_id) {
  WHORL_ASSIGN(const bool theirs, is_theirs(call, person_id));
  return theirs ? Status() : Status(failure(ErrorCode::kGalleryForbidden));
}

template <class Row>
Result<std::vector<Row>> GuardedMembers::theirs(const Call& call, Result<std::vector<Row>> all) {
  if (!all.ok() || !call.who.galleries) return all;
  std::map<std::string, bool> known;
  std::vector<Row> out;
  for (Row& row : *all) {
    auto found = known.find(row.person_id);
    if (found == known.end()) {
      if (call.deadline && real_world().ticks() >= *call.deadline) return failure(ErrorCode::kDeadlinePassed);
      WHORL_ASSIGN(const bool theirs, is_theirs(call, row.person_id));
      found = known.emplace(row.person_id, theirs).first;
    }
    if (found->second) out.push_back(std::move(row));
  }
  return out;
}

Result<std::vector<engine::ReleaseCase>> GuardedMembers::release_requests(const Call& call) {
  return theirs(call, inner().release_requests(call));
}

// Of one that waits the desk would compare and draw before it gives the person.
Result<std::string> GuardedMembers::person_of_request(const Call& call, const std::string& request_id) {
  WHORL_ASSIGN(const auto waiting, inner().release_requests(call));
  const auto found =
      std::find_if(waiting.begin(), waiting.end(), [&](const auto& each) { return each.request_id == request_id; });
  if (found != waiting.end()) return found->person_id;
  WHORL_ASSIGN(const auto decided, inner().release_request(call, request_id));
  return decided.request.person_id;
}

Result<engine::ReleaseDossier> GuardedMembers::release_request(const Call& call, const std::string& request_id) {
  if (!call.who.galleries) return inner().release_request(call, request_id);
  WHORL_ASSIGN(const std::string person, person_of_request(call, request_id));
  WHORL_TRY(require_theirs(call, person));
  return inner().release_request(call, request_id);
}

Result<engine::ReleaseCase> GuardedMembers::decide(const Call& call, const engine::ReleaseDecision& decision) {
  if (!call.who.galleries) return inner().decide(call, decision);
  WHORL_ASSIGN(const std::string person, person_of_request(call, decision.request_id));
  WHORL_TRY(require_theirs(call, person));
  return inner().decide(call, decision);
}

Result<std::vector<engine::Disclosure>> GuardedMembers::disclosures(const Call& call) {
  return theirs(call, inner().disclosures(call));
}

Result<engine::Disclosure> GuardedMembers::withdraw(const Call& call, const std::string& disclosure_id) {
  if (!call.who.galleries) return inner().withdraw(call, disclosure_id);
  WHORL_ASSIGN(const auto all, inner().disclosures(call));
  const auto found =
      std::find_if(all.begin(), all.end(), [&](const auto& each) { return each.disclosure_id == disclosure_id; });
  if (found != all.end()) WHORL_TRY(require_theirs(call, found->person_id));
  return inner().withdraw(call, disclosure_id);
}

Status GuardedMembers::protect(const Call& call, const std::string& person_id, const engine::Protection& protection) {
  WHORL_TRY(authorise(call.who, scope::kProtectionWrite));
  if (call.who.galleries) WHORL_TRY(require_theirs(call, person_id));
  return inner().protect(call, person_id, protection);
}

Result<engine::Protection> GuardedMembers::protection(const Call& call, const std::string& person_id) {
  WHORL_TRY(authorise(call.who, scope::kProtectionWrite));
  if (call.who.galleries) WHORL_TRY(require_theirs(call, person_id));
  return inner().protection(call, person_id);
}

Result<std::vector<engine::HiddenHit>> GuardedMembers::hidden_hits(const Call& call) {
  return theirs(call, inner().hidden_hits(call));
}

Result<std::vector<engine::HitAlarm>> GuardedMembers::hit_alarms(const Call& call) {
  return theirs(call, inner().check_upkeep()->hit_alarms(call));
}

}  // namespace whorl::access
