#include "server/analyst/thresholds.h"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <functional>
#include <map>
#include <string>

#include "engine/access/scopes.h"
#include "server/analyst/evaluations.h"
#include "server/analyst/threshold_json.h"
#include "server/http/query.h"
#include "server/json/json_parser.h"
#include "server/osia/json_reply.h"
#include "server/osia/parameters.h"

namespace whorl::server {
namespace {

namespace json = boost::json;

constexpr Parameter kParameters[] = {{"transactionId", TextValue{1, 256}}};
constexpr std::size_t kMostBytes = std::size_t{8} << 10;

Result<engine::ThresholdDesk*> desk_of(const Exchange& exchange) {
  engine::ThresholdDesk* const desk = exchange.service.threshold_desk();
  if (desk == nullptr) return unavailable("this service keeps no thresholds");
  return desk;
}

// Who sent the scores that the evaluation measured; null where nobody did, and where it is not there any more.
json::value sender_of(const Exchange& exchange, const json::string& evaluation) {
  engine::EvaluationDesk* const desk = exchange.service.evaluation_desk();
  if (desk == nullptr) return nullptr;
  const auto state = desk->state(std::string(evaluation));
  const auto read = state.ok() ? parse_json(*state) : Result<json::value>(state.error());
  if (!read.ok() || !read->is_object()) return nullptr;
  const json::value* by = read->get_object().if_contains("sentBy");
  return by == nullptr ? json::value(nullptr) : *by;
}

using Senders = std::map<std::string, json::value, std::less<>>;  // of evaluations

// Whoever decides sees whose scores a proposal stands on. Each is looked up once; most changes name the same few.
void add_sender(const Exchange& exchange, json::value& change, Senders& known) {
  json::value& basis = change.as_object()["evaluation"];
  if (!basis.is_object()) return;
  const json::string& evaluation = basis.at("id").as_string();
  const auto [at, is_new] = known.try_emplace(std::string(evaluation));
  if (is_new) at->second = sender_of(exchange, evaluation);
  basis.get_object()["sentBy"] = at->second;
}

Result<Reply> changed(const Exchange& exchange, Result<engine::ThresholdChange> change) {
  if (!change.ok()) return in_threshold_words(std::move(change).error());
  json::value out = change_json(*change);
  Senders senders;
  add_sender(exchange, out, senders);
  return json_reply(out);
}

Result<Reply> settings(const Exchange& exchange) {
  WHORL_ASSIGN(engine::ThresholdDesk * desk, desk_of(exchange));
  WHORL_ASSIGN(const auto all, desk->settings(exchange.call));
  json::value out = settings_json(all);
  Senders senders;
  for (json::value& change : out.at("changes").as_array()) add_sender(exchange, change, senders);
  return json_reply(out);
}

Result<Reply> propose(const Exchange& exchange) {
  WHORL_ASSIGN(auto read, read_proposal(exchange.request.body));
  if (exchange.only_checking()) return Reply{};
  WHORL_ASSIGN(engine::ThresholdDesk * desk, desk_of(exchange));
  if (!read.evaluation.empty()) {
    WHORL_ASSIGN(engine::EvaluationDesk * evaluations, evaluation_desk_of(exchange));
    WHORL_ASSIGN(read.proposal.basis, evaluations->basis(read.evaluation, read.set, read.fingers));
  }
  return changed(exchange, desk->propose(exchange.call, read.proposal));
}

Result<Reply> decide(const Exchange& exchange) {
  WHORL_ASSIGN(const auto decision, read_threshold_decision(exchange.request.body));
  if (exchange.only_checking()) return Reply{};
  WHORL_ASSIGN(engine::ThresholdDesk * desk, desk_of(exchange));
  return changed(exchange,
                 desk->decide(exchange.call, exchange.path.at("proposalId"), decision.approve, decision.reason));
}

Result<Reply> withdraw(const Exchange& exchange) {
  WHORL_ASSIGN(engine::ThresholdDesk * desk, desk_of(exchange));
  return changed(exchange, desk->withdraw(exchange.call, exchange.path.at("proposalId")));
}

constexpr Route kRoutes[] = {
    {.method = "GET",
     .path = "/v1/thresholds",
     .query = kParameters,
     .answers = kJsonAnswer,
     .scope = access::scope::kEvaluationRead,
     .of_people = false,
     .handler = settings},
    {.method = "POST",
     .path = "/v1/thresholds/proposals",
     .query = kParameters,
     .body = json_body(kMostBytes),
     .answers = kJsonAnswer,
     .scope = access::scope::kThresholdPropose,
     .handler = propose},
    {.method = "POST",
     .path = "/v1/thresholds/proposals/{proposalId}/decision",
     .query = kParameters,
     .body = json_body(kMostBytes),
     .answers = kJsonAnswer,
     .scope = access::scope::kThresholdApprove,
     .decides = true,
     .handler = decide},
    {.method = "POST",
     .path = "/v1/thresholds/proposals/{proposalId}/withdrawal",
     .query = kParameters,
     .answers = kJsonAnswer,
     .scope = access::scope::kThresholdPropose,
     .handler = withdraw},
};

}  // namespace

std::string go_by_setting(const Exchange& exchange, engine::IdentifyRequest& request) {
  engine::ThresholdDesk* const desk = exchange.service.threshold_desk();
  const bool stated = exchange.query.number("threshold") || exchange.query.number("targetFpir");
  if (stated || desk == nullptr) return {};
  const engine::ThresholdInForce now = desk->in_force(request.gallery_id);
  request.threshold_db = now.rule.threshold_db;
  if (now.rule.target_fpir) request.target_fpir = *now.rule.target_fpir;
  return now.change_id;
}

std::span<const Route> threshold_routes() { return kRoutes; }

}  // namespace whorl::server
