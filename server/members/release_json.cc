#include "server/members/release_json.h"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <cmath>

#include "base/base64.h"
#include "base/catalogue.h"
#include "base/world.h"
#include "engine/formats.h"
#include "server/json/json_parser.h"
#include "server/json/json_reader.h"
#include "server/json/json_text.h"
#include "server/members/member_json.h"
#include "server/osia/encounter_json.h"
#include "server/osia/explain_json.h"
#include "server/osia/names.h"

namespace whorl::server {
namespace {

namespace json = boost::json;

constexpr std::string_view kQuestionKnown[] = {"items", "basis", "biometricData"};
constexpr std::string_view kDecisionKnown[] = {"decision", "items", "keepDays"};
constexpr std::string_view kDecisions[] = {"release", "refuse"};

json::value time_or_null(const std::optional<std::chrono::sys_seconds>& at) {
  return at ? json::value(rfc3339(*at)) : json::value(nullptr);
}

// What another member sent is shown as the JSON that it is, or not at all.
json::value data_json(const std::string& text) {
  json::error_code error;
  json::value out = text.empty() ? json::value(nullptr) : json::parse(text, error);
  return error ? json::value(nullptr) : out;
}

json::object sample_json(const Sample& sample) {
  const bool face = sample.modality == Modality::kFace;
  const bool is_template = sample.format == Format::kNativeFinger;
  json::object out{{"biometricType", json_view(type_name(sample.modality))},
                   {"biometricSubType",
                    json_view(face ? kPortrait : osia_name(static_cast<engine::FingerPosition>(sample.position)))},
                   {is_template ? "template" : "image", encode_base64(sample.bytes)}};
  if (is_template) out["templateFormat"] = json_view(engine::template_name(sample.format));
  if (sample.resolution_ppi) out["resolution"] = std::llround(*sample.resolution_ppi);
  return out;
}

}  // namespace

Result<Parsed<engine::ReleaseQuestion>> read_release_question(std::string_view text) {
  WHORL_ASSIGN(const auto value, parse_json(text));
  WHORL_ASSIGN(const auto body, ObjectReader::of(value));
  WHORL_TRY(body.allow_only(kQuestionKnown));
  Parsed<engine::ReleaseQuestion> out;
  WHORL_TRY(body.required_array("items", kMaxListedMembers));
  WHORL_ASSIGN(out.request.items, texts(body, "items"));
  WHORL_ASSIGN(out.request.basis, body.required_text("basis", kMostBasisBytes));
  WHORL_ASSIGN(out.biometrics, read_biometrics(body));
  out.request.samples = std::move(out.biometrics.samples);
  out.request.missing = std::move(out.biometrics.missing);
  return out;
}

Result<engine::ReleaseDecision> read_release_decision(std::string_view text, std::chrono::sys_seconds now) {
  WHORL_ASSIGN(const auto value, parse_json(text));
  WHORL_ASSIGN(const auto body, ObjectReader::of(value));
  WHORL_TRY(body.allow_only(kDecisionKnown));
  engine::ReleaseDecision out;
  WHORL_TRY(body.required_text("decision", kMaxMemberWordBytes));
  WHORL_ASSIGN(const auto decision, body.one_of("decision", kDecisions));
  WHORL_ASSIGN(out.items, texts(body, "items"));
  WHORL_ASSIGN(const auto days, body.integer("keepDays", 1, kMostKeepDays));
  if (days) out.delete_by = now + std::chrono::days(*days);
  const bool releases = *decision == "release";
  // A refusal with items, or a release without, would be one or the other by accident.
  if (releases && out.items.empty()) return body.at("items", failure(ErrorCode::kEmpty));
  if (!releases && (!out.items.empty() || days))
    return body.at("decision", invalid_input("a refusal has neither items nor days"));
  return out;
}

json::value release_json(const engine::ReleaseView& view) {
  return json::object{{"checkId", view.check_id},
                      {"member", view.member},
                      {"state", view.state},
                      {"why", view.why},
                      {"items", list(view.items)},
                      {"askedAt", rfc3339(view.asked_at)},
                      {"expiresAt", rfc3339(view.expires_at)},
                      {"officer", view.officer},
                      {"data", data_json(view.data)},
                      {"terms", view.delete_by ? json::value{{"purposes", list(view.purposes)},
                                                             {"onward", false},
                                                             {"deleteBy", rfc3339(*view.delete_by)}}
                                               : json::value(nullptr)},
                      {"change", view.change},
                      {"changedAt", time_or_null(view.changed_at)}};
}

json::value release_case_json(const engine::ReleaseCase& request) {
  return json::object{{"requestId", request.request_id},
                      {"member", request.member},
                      {"state", request.state},
                      {"purpose", request.purpose},
                      {"reason", request.reason},
                      {"basis", request.basis},
                      {"items", list(request.items)},
                      {"allowed", list(request.allowed)},
                      {"personId", request.person_id},
                      {"scoreDb", request.score_db},
                      {"receivedAt", rfc3339(request.received_at)},
                      {"decideBy", rfc3339(request.decide_by)},
                      {"secondOfficer", request.second_officer},
                      {"decided", request.decided}};
}

json::value release_cases_json(const std::vector<engine::ReleaseCase>& requests) {
  json::array out;
  for (const auto& each : requests) out.push_back(release_case_json(each));
  return out;
}

json::value dossier_json(const engine::ReleaseDossier& dossier) {
  json::array probe;
  for (const Sample& each : dossier.probe) probe.push_back(sample_json(each));
  json::array encounters;
  for (const auto& each : dossier.encounters) encounters.push_back(encounter_json(each));
  return json::object{{"request", release_case_json(dossier.request)},
                      {"probe", std::move(probe)},
                      {"comparison", explain_json(dossier.comparison)},
                      {"encounters", std::move(encounters)}};
}

json::value disclosure_json(const engine::Disclosure& disclosure) {
  return json::object{{"disclosureId", disclosure.disclosure_id},
                      {"at", rfc3339(disclosure.at)},
                      {"member", disclosure.member},
                      {"purpose", disclosure.purpose},
                      {"personId", disclosure.person_id},
                      {"decision", disclosure.decision},
                      {"items", list(disclosure.items)},
                      {"officers", list(disclosure.officers)},
                      {"deleteBy", time_or_null(disclosure.delete_by)},
                      {"notice", disclosure.notice},
                      {"noticeAt", time_or_null(disclosure.notice_at)},
                      {"receiptAt", time_or_null(disclosure.receipt_at)}};
}

json::value disclosures_json(const std::vector<engine::Disclosure>& disclosures) {
  json::array out;
  for (const auto& each : disclosures) out.push_back(disclosure_json(each));
  return out;
}

}  // namespace whorl::server
