#include "server/cases/case_json.h"

#include <boost/json/array.hpp>

#include "base/catalogue.h"
#include "base/limits.h"
#include "base/world.h"
#include "server/json/json_parser.h"
#include "server/json/json_text.h"
#include "server/osia/explain_json.h"

namespace whorl::server {
namespace {

namespace json = boost::json;

constexpr std::string_view kKinds[] = {"identification", "deduplication"};
constexpr std::string_view kAnswers[] = {"same", "different", "cannot_tell"};
constexpr std::string_view kSearchKnown[] = {"kind", "galleryId", "reference", "decisions", "biometricData"};
constexpr std::string_view kPairKnown[] = {"kind",     "galleryId",   "reference",     "decisions",
                                           "personId", "encounterId", "otherPersonId", "otherEncounterId"};
constexpr std::string_view kDecisionKnown[] = {"decision", "candidate", "reason"};
constexpr std::size_t kMostIdentifierBytes = 128;
constexpr std::size_t kMostReasonBytes = 48;

json::value time_json(std::chrono::sys_seconds at) { return json::value(rfc3339(at)); }

Result<engine::EnrolledProbe> read_person(const ObjectReader& body, std::string_view person,
                                          std::string_view encounter) {
  WHORL_ASSIGN(const auto id, body.required_text(person, kMostIdentifierBytes));
  WHORL_ASSIGN(const auto of, body.text(encounter, kMostIdentifierBytes));
  engine::EnrolledProbe out{std::string(id), {}};
  if (of) out.encounter_id = std::string(*of);
  return out;
}

json::value own_json(const std::optional<engine::CaseDecision>& own) {
  if (!own) return nullptr;
  return json::object{{"decision", json_view(engine::name_of(own->answer))},
                      {"candidate", own->candidate > 0 ? json::value(own->candidate) : json::value(nullptr)},
                      {"reason", own->reason}};
}

json::value outcome_json(const std::optional<engine::CaseOutcome>& outcome) {
  if (!outcome) return nullptr;
  return json::object{
      {"decision", json_view(engine::name_of(outcome->answer))},
      {"personId", outcome->person_id.empty() ? json::value(nullptr) : json::value(outcome->person_id)}};
}

json::array told_json(const std::vector<engine::CaseCandidate>& told) {
  json::array out;
  for (const engine::CaseCandidate& each : told) {
    out.push_back({{"number", each.number},
                   {"personId", each.person_id},
                   {"score", each.score_db ? json::value(two_decimals(*each.score_db)) : json::value(nullptr)},
                   {"rank", each.rank > 0 ? json::value(each.rank) : json::value(nullptr)}});
  }
  return out;
}

}  // namespace

Result<CaseToOpen> read_case_to_open(std::string_view text) {
  WHORL_ASSIGN(const auto value, parse_json(text));
  WHORL_ASSIGN(const auto body, ObjectReader::of(value));
  WHORL_TRY(body.required_text("kind", kMostIdentifierBytes));
  WHORL_ASSIGN(const auto kind, body.one_of("kind", kKinds));
  CaseToOpen out;
  out.kind = *engine::case_kind_named(*kind);
  const bool search = out.kind == engine::CaseKind::kIdentification;
  WHORL_TRY(body.allow_only(search ? std::span<const std::string_view>(kSearchKnown) : kPairKnown));
  WHORL_ASSIGN(const auto gallery, body.required_text("galleryId", kMostIdentifierBytes));
  WHORL_ASSIGN(const auto reference, body.text("reference", engine::kMostCaseReferenceBytes));
  WHORL_ASSIGN(const auto decisions, body.integer("decisions", 1, 2));
  out.terms = {std::string(reference.value_or("")), static_cast<int>(decisions.value_or(0))};
  out.search.request.gallery_id = gallery;
  out.pair.gallery_id = gallery;
  if (!search) {
    WHORL_ASSIGN(out.pair.one, read_person(body, "personId", "encounterId"));
    WHORL_ASSIGN(out.pair.other, read_person(body, "otherPersonId", "otherEncounterId"));
    return out;
  }
  WHORL_ASSIGN(out.search.biometrics, read_biometrics(body));
  if (out.search.biometrics.samples.empty()) return body.at("biometricData", failure(ErrorCode::kEmpty));
  out.search.request.samples = std::move(out.search.biometrics.samples);
  return out;
}

Result<engine::CaseDecision> read_case_decision(std::string_view text) {
  WHORL_ASSIGN(const auto value, parse_json(text));
  WHORL_ASSIGN(const auto body, ObjectReader::of(value));
  WHORL_TRY(body.allow_only(kDecisionKnown));
  WHORL_TRY(body.required_text("decision", kMostReasonBytes));
  WHORL_ASSIGN(const auto answer, body.one_of("decision", kAnswers));
  WHORL_ASSIGN(const auto candidate, body.integer("candidate", 1, limits::kCandidates));
  WHORL_ASSIGN(const auto reason, body.required_text("reason", kMostReasonBytes));
  return engine::CaseDecision{*engine::case_answer_named(*answer), static_cast<int>(candidate.value_or(0)),
                              std::string(reason)};
}

json::object case_json(const engine::CaseView& view) {
  return {{"caseId", view.case_id},
          {"kind", json_view(engine::name_of(view.kind))},
          {"state", json_view(engine::name_of(view.state))},
          {"galleryId", view.gallery_id},
          {"reference", view.reference},
          {"purpose", view.purpose},
          {"openedAt", time_json(view.opened_at)},
          {"dueAt", time_json(view.due_at)},
          {"wanted", view.wanted},
          {"decided", view.decided},
          {"candidates", view.candidates},
          {"claimedUntil", view.claimed_until ? time_json(*view.claimed_until) : json::value(nullptr)},
          {"claimedByMe", view.claimed_by_caller},
          {"next", view.next},
          {"why", view.why},
          {"own", own_json(view.own)},
          {"told", told_json(view.told)},
          {"outcome", outcome_json(view.outcome)}};
}

json::object case_page_json(const engine::CasePage& page) {
  json::array cases;
  for (const engine::CaseView& each : page.cases) cases.push_back(case_json(each));
  return {{"total", page.total}, {"cases", std::move(cases)}};
}

json::object case_comparison_json(const engine::CaseComparison& comparison) {
  json::array fingers;
  for (const auto& each : comparison.comparison.fingers) {
    json::object finger = finger_json(each);
    if (!comparison.told) {
      finger.erase("score");
      finger.erase("encounterId");
    }
    fingers.push_back(std::move(finger));
  }
  return {{"number", comparison.number}, {"fingers", std::move(fingers)}};
}

}  // namespace whorl::server
