#include "server/members/releases.h"

#include "base/world.h"
#include "engine/access/scopes.h"
#include "server/members/members.h"
#include "server/members/release_json.h"
#include "server/osia/error_words.h"
#include "server/osia/json_reply.h"
#include "server/osia/parameters.h"

namespace whorl::server {
namespace {

// These operations are Whorl's own, and answer at once.
constexpr Parameter kParameters[] = {{"transactionId", TextValue{1, 256}}};
constexpr std::size_t kMostDecisionBytes = std::size_t{16} << 10;

Result<Reply> ask(const Exchange& exchange) {
  WHORL_ASSIGN(auto parsed, read_release_question(exchange.request.body));
  if (exchange.only_checking()) return Reply{};
  WHORL_ASSIGN(engine::MemberDesk * desk, desk_of(exchange));
  parsed.request.check_id = exchange.path.at("checkId");
  parsed.request.member = exchange.path.at("member");
  WHORL_ASSIGN(const auto view, in_osia_words(desk->ask_release(exchange.call, parsed.request), parsed.biometrics));
  return json_reply(release_json(view));
}

Result<Reply> look(const Exchange& exchange) {
  WHORL_ASSIGN(engine::MemberDesk * desk, desk_of(exchange));
  WHORL_ASSIGN(const auto view,
               in_osia_words(desk->release(exchange.call, exchange.path.at("checkId"), exchange.path.at("member"))));
  return json_reply(release_json(view));
}

Result<Reply> requests(const Exchange& exchange) {
  WHORL_ASSIGN(engine::MemberDesk * desk, desk_of(exchange));
  WHORL_ASSIGN(const auto waiting, in_osia_words(desk->release_requests(exchange.call)));
  return json_reply(release_cases_json(waiting));
}

Result<Reply> request(const Exchange& exchange) {
  WHORL_ASSIGN(engine::MemberDesk * desk, desk_of(exchange));
  WHORL_ASSIGN(const auto dossier, in_osia_words(desk->release_request(exchange.call, exchange.path.at("requestId"))));
  return json_reply(dossier_json(dossier));
}

Result<Reply> decide(const Exchange& exchange) {
  const auto now = std::chrono::floor<std::chrono::seconds>(real_world().now());
  WHORL_ASSIGN(auto decision, read_release_decision(exchange.request.body, now));
  if (exchange.only_checking()) return Reply{};
  WHORL_ASSIGN(engine::MemberDesk * desk, desk_of(exchange));
  decision.request_id = exchange.path.at("requestId");
  WHORL_ASSIGN(const auto decided, in_osia_words(desk->decide(exchange.call, decision)));
  return json_reply(release_case_json(decided));
}

Result<Reply> disclosures(const Exchange& exchange) {
  WHORL_ASSIGN(engine::MemberDesk * desk, desk_of(exchange));
  WHORL_ASSIGN(const auto all, in_osia_words(desk->disclosures(exchange.call)));
  return json_reply(disclosures_json(all));
}

Result<Reply> withdraw(const Exchange& exchange) {
  WHORL_ASSIGN(engine::MemberDesk * desk, desk_of(exchange));
  WHORL_ASSIGN(const auto told, in_osia_words(desk->withdraw(exchange.call, exchange.path.at("disclosureId"))));
  return json_reply(disclosure_json(told));
}

constexpr std::string_view kRelease = "/v1/exchange/checks/{checkId}/members/{member}/release";

constexpr Route kRoutes[] = {
    {.method = "POST",
     .path = kRelease,
     .query = kParameters,
     .body = json_body(),
     .answers = kJsonAnswer,
     .scope = access::scope::kExchangeAsk,
     .handler = ask},
    {.method = "GET",
     .path = kRelease,
     .query = kParameters,
     .answers = kJsonAnswer,
     .scope = access::scope::kExchangeAsk,
     .handler = look},
    {.method = "GET",
     .path = "/v1/exchange/desk",
     .query = kParameters,
     .answers = kJsonAnswer,
     .scope = access::scope::kReleaseDecide,
     .handler = requests},
    {.method = "GET",
     .path = "/v1/exchange/desk/{requestId}",
     .query = kParameters,
     .answers = kJsonAnswer,
     .scope = access::scope::kReleaseDecide,
     .handler = request},
    {.method = "POST",
     .path = "/v1/exchange/desk/{requestId}/decision",
     .query = kParameters,
     .body = json_body(kMostDecisionBytes),
     .answers = kJsonAnswer,
     .scope = access::scope::kReleaseDecide,
     .decides = true,
     .handler = decide},
    {.method = "GET",
     .path = "/v1/exchange/disclosures",
     .query = kParameters,
     .answers = kJsonAnswer,
     .scope = access::scope::kReleaseDecide,
     .handler = disclosures},
    {.method = "POST",
     .path = "/v1/exchange/disclosures/{disclosureId}/withdrawal",
     .query = kParameters,
     .answers = kJsonAnswer,
     .scope = access::scope::kReleaseDecide,
     .decides = true,
     .handler = withdraw},
};

}  // namespace

std::span<const Route> release_routes() { return kRoutes; }

}  // namespace whorl::server
