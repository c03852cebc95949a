#include "server/analyst/threshold_json.h"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "base/catalogue.h"
#include "base/world.h"
#include "server/json/json_parser.h"
#include "server/json/json_reader.h"
#include "server/json/json_text.h"

namespace whorl::server {
namespace {

namespace json = boost::json;

constexpr std::string_view kProposalKnown[] = {"galleryId", "thresholdDb", "targetFpir", "reviewBandDb",
                                               "end",       "reason",      "evaluation", "extrapolated"};
constexpr std::string_view kBasisKnown[] = {"id", "set", "fingers"};
constexpr std::string_view kDecisionKnown[] = {"decision", "reason"};
constexpr std::string_view kDecisions[] = {"approve", "reject"};
constexpr std::size_t kMostIdBytes = 128;
constexpr std::size_t kMostSetBytes = 256;
constexpr std::int64_t kMostFingers = 10;

Result<std::optional<double>> number(const ObjectReader& body, std::string_view name) {
  const json::value* value = body.find(name);
  if (value == nullptr) return std::optional<double>();
  if (!value->is_number()) {
    return body.at(name, failure(ErrorCode::kWrongType, with<"type">(PhraseCode::kNumber)));
  }
  return std::optional(value->to_number<double>());
}

Result<std::string> text_or_empty(const ObjectReader& body, std::string_view name, std::size_t most_bytes) {
  WHORL_ASSIGN(const auto value, body.text(name, most_bytes));
  return std::string(value.value_or(""));
}

Status read_basis(const ObjectReader& body, ReadProposal& out) {
  const json::value* value = body.find("evaluation");
  if (value == nullptr) return {};
  WHORL_ASSIGN(const auto basis, ObjectReader::of(*value, body.path_of("evaluation")));
  WHORL_TRY(basis.allow_only(kBasisKnown));
  WHORL_ASSIGN(const auto id, basis.required_text("id", kMostIdBytes));
  out.evaluation = id;
  WHORL_ASSIGN(out.set, text_or_empty(basis, "set", kMostSetBytes));
  WHORL_ASSIGN(const auto fingers, basis.integer("fingers", 1, kMostFingers));
  out.fingers = static_cast<int>(fingers.value_or(1));
  return {};
}

json::value or_null(const std::optional<double>& value) { return value ? json::value(*value) : json::value(nullptr); }

json::object person_json(const engine::ThresholdPerson& person) {
  return {{"subject", person.subject}, {"issuer", person.issuer}};
}

json::object rule_json(const engine::ThresholdRule& rule) {
  return {{"thresholdDb", or_null(rule.threshold_db)},
          {"targetFpir", or_null(rule.target_fpir)},
          {"reviewBandDb", or_null(rule.review_band_db)}};
}

json::value basis_json(const std::optional<engine::ThresholdBasis>& basis) {
  if (!basis) return nullptr;
  return json::object{{"id", basis->evaluation},
                      {"set", basis->set},
                      {"fingers", basis->fingers},
                      {"sha256", basis->sha256},
                      {"supportedDb", basis->supported_db}};
}

json::value gallery_json(const std::string& gallery_id) {
  return gallery_id.empty() ? json::value(nullptr) : json::value(gallery_id);
}

}  // namespace

Result<ReadProposal> read_proposal(std::string_view text) {
  WHORL_ASSIGN(const auto value, parse_json(text));
  WHORL_ASSIGN(const auto body, ObjectReader::of(value));
  WHORL_TRY(body.allow_only(kProposalKnown));
  ReadProposal out;
  engine::ThresholdProposal& proposal = out.proposal;
  WHORL_ASSIGN(proposal.gallery_id, text_or_empty(body, "galleryId", kMostIdBytes));
  WHORL_ASSIGN(const auto reason, body.required_text("reason", engine::kMostReasonBytes));
  proposal.reason = reason;
  WHORL_ASSIGN(const auto extrapolated, body.boolean("extrapolated"));
  proposal.extrapolated = extrapolated.value_or(false);
  engine::ThresholdRule rule;
  WHORL_ASSIGN(rule.threshold_db, number(body, "thresholdDb"));
  WHORL_ASSIGN(rule.target_fpir, number(body, "targetFpir"));
  WHORL_ASSIGN(rule.review_band_db, number(body, "reviewBandDb"));
  WHORL_ASSIGN(const auto end, body.boolean("end"));
  const bool ends = end.value_or(false);
  const bool has_rule = rule.threshold_db || rule.target_fpir || rule.review_band_db;
  if (ends && has_rule) return body.at("end", invalid_input("what ends has no threshold, rate or band"));
  if (!ends) proposal.rule = rule;
  WHORL_TRY(read_basis(body, out));
  return out;
}

Result<ReadDecision> read_threshold_decision(std::string_view text) {
  WHORL_ASSIGN(const auto value, parse_json(text));
  WHORL_ASSIGN(const auto body, ObjectReader::of(value));
  WHORL_TRY(body.allow_only(kDecisionKnown));
  WHORL_TRY(body.required_text("decision", kMostIdBytes));
  WHORL_ASSIGN(const auto decision, body.one_of("decision", kDecisions));
  ReadDecision out;
  out.approve = *decision == "approve";
  WHORL_ASSIGN(out.reason, text_or_empty(body, "reason", engine::kMostReasonBytes));
  return out;
}

Error in_threshold_words(Error error) {
  constexpr std::pair<std::string_view, std::string_view> kNames[] = {{"gallery_id", "galleryId"},
                                                                      {"threshold_db", "thresholdDb"},
                                                                      {"target_fpir", "targetFpir"},
                                                                      {"review_band_db", "reviewBandDb"},
                                                                      {"proposal_id", "proposalId"}};
  for (const auto& [here, there] : kNames) {
    if (error.field == here) error.field = std::string(there);
  }
  return error;
}

json::value change_json(const engine::ThresholdChange& change) {
  const engine::ThresholdProposal& what = change.what;
  return json::object{
      {"proposalId", change.id},
      {"state", json_view(name_of(change.state))},
      {"galleryId", gallery_json(what.gallery_id)},
      {"rule", what.rule ? json::value(rule_json(*what.rule)) : json::value(nullptr)},
      {"proposedDb", change.proposed_db},
      {"beforeDb", or_null(change.before_db)},
      {"reason", what.reason},
      {"evaluation", basis_json(what.basis)},
      {"extrapolated", what.extrapolated},
      {"proposedBy", person_json(change.proposed_by)},
      {"proposedAt", rfc3339(change.proposed_at)},
      {"decidedBy", change.decided_by ? json::value(person_json(*change.decided_by)) : json::value(nullptr)},
      {"decidedAt", change.decided_at ? json::value(rfc3339(*change.decided_at)) : json::value(nullptr)},
      {"decisionReason", change.decision_reason}};
}

json::value settings_json(const engine::ThresholdSettings& settings) {
  json::array in_force;
  for (const auto& each : settings.in_force) {
    json::object out = rule_json(each.rule);
    const bool set = !each.change_id.empty();
    out["galleryId"] = gallery_json(each.gallery_id);
    out["source"] = set ? "setting" : "configuration";
    out["proposalId"] = set ? json::value(each.change_id) : json::value(nullptr);
    in_force.push_back(std::move(out));
  }
  json::array changes;
  for (const auto& each : settings.changes) changes.push_back(change_json(each));
  return json::object{{"inForce", std::move(in_force)}, {"changes", std::move(changes)}};
}

}  // namespace whorl::server
