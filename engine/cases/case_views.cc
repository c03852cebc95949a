#include "engine/cases/case_views.h"

#include <algorithm>

#include "engine/access/authorise.h"
#include "engine/access/scopes.h"
#include "engine/cases/case_rules.h"

namespace whorl::engine {
namespace {

std::chrono::sys_seconds seconds_of(std::uint64_t ms) {
  return std::chrono::floor<std::chrono::seconds>(
      std::chrono::sys_time<std::chrono::milliseconds>(std::chrono::milliseconds(ms)));
}

CaseCandidate told_of(const CaseRecord& record, const Reviewer& who, const CaseDossier& dossier, std::uint8_t place) {
  const DossierCandidate& each = dossier.candidates[place];
  CaseCandidate out{number_of(record, who, place), each.person_id, {}, static_cast<int>(each.rank)};
  if (each.score_mdb) out.score_db = static_cast<double>(*each.score_mdb) / 1000;
  return out;
}

}  // namespace

bool is_told(const CaseRecord& record, const Reviewer& who) {
  if (decision_of(record, who) != nullptr) return true;
  return record.opener == who && settled(record).state != CaseState::kWaiting;
}

CaseView view_of(const std::string& id, const CaseRecord& record, const CaseDossier* dossier, const Call& call,
                 std::uint64_t now_ms) {
  const Reviewer who = reviewer_of(call);
  const Settled state = settled(record);
  const NextStep step =
      next_step(record, who, call.who.is_local(), access::may(call.who, access::scope::kCaseDecide), now_ms);
  CaseView out;
  out.case_id = id;
  out.kind = record.kind;
  out.state = state.state;
  out.gallery_id = record.gallery_id;
  out.reference = record.reference;
  out.purpose = record.purpose;
  out.opened_at = seconds_of(record.opened_ms);
  out.due_at = seconds_of(record.due_ms);
  out.wanted = state.wanted;
  out.decided = static_cast<int>(record.decisions.size());
  out.candidates = record.candidates;
  if (const CaseClaim* claim = claim_now(record, now_ms)) {
    out.claimed_until = seconds_of(claim->until_ms);
    out.claimed_by_caller = claim->who == who;
  }
  out.next = step.next;
  out.why = step.why;
  if (const RecordedDecision* own = decision_of(record, who)) {
    const bool same = own->answer == CaseAnswer::kSame;
    out.own = CaseDecision{own->answer, same ? number_of(record, who, own->candidate) : 0, own->reason};
  }
  if (dossier == nullptr || dossier->candidates.size() != record.candidates) return out;
  for (std::uint8_t place = 0; place < record.candidates; ++place) {
    out.told.push_back(told_of(record, who, *dossier, place));
  }
  std::ranges::sort(out.told, {}, &CaseCandidate::number);
  if (state.agreed_on != nullptr) {
    const bool same = state.agreed_on->answer == CaseAnswer::kSame;
    out.outcome = CaseOutcome{state.agreed_on->answer,
                              same ? dossier->candidates[state.agreed_on->candidate].person_id : std::string()};
  }
  return out;
}

void hide(Explanation& explanation) {
  explanation.verified = {};
  for (FingerExplained& each : explanation.fingers) {
    each.score_db = 0;
    each.encounter_id.clear();
  }
  std::ranges::stable_sort(explanation.fingers, {},
                           [](const FingerExplained& each) { return each.reference.position; });
}

}  // namespace whorl::engine
