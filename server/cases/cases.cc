#include "server/cases/cases.h"

#include <boost/json/object.hpp>
#include <charconv>

#include "base/catalogue.h"
#include "engine/access/scopes.h"
#include "engine/work.h"
#include "server/cases/case_json.h"
#include "server/http/query.h"
#include "server/json/json_text.h"
#include "server/osia/error_words.h"
#include "server/osia/json_reply.h"
#include "server/osia/parameters.h"

namespace whorl::server {

Result<engine::CaseDesk*> case_desk_of(const Exchange& exchange) {
  engine::CaseDesk* const desk = exchange.service.case_desk();
  if (desk == nullptr) return unavailable("this node keeps no cases");
  return desk;
}

namespace {

// These operations are Whorl's own, and answer at once.
constexpr Parameter kOwnTransaction{"transactionId", TextValue{1, 256}};
constexpr std::size_t kMostDecisionBytes = std::size_t{16} << 10;
constexpr std::int64_t kMostOffset = 1'000'000;
constexpr std::int64_t kMostLimit = 200;
constexpr std::int64_t kUsualLimit = 50;

constexpr std::string_view kKinds[] = {"identification", "deduplication"};
constexpr std::string_view kStates[] = {"waiting", "decided", "disputed"};

Reply view_reply(const engine::CaseView& view) { return json_reply(case_json(view)); }

// A search first, which is one to the caller, too.
Result<Reply> open_search(const Exchange& exchange, engine::CaseDesk& desk, const engine::Call& call,
                          const CaseToOpen& asked) {
  const auto& search = asked.search;
  WHORL_ASSIGN(const auto answer, in_osia_words(exchange.service.identify(call, search.request), search.biometrics));
  WHORL_ASSIGN(const auto opened, in_osia_words(desk.open_search(call, search.request, answer, asked.terms)));
  boost::json::object out{{"decision", json_view(engine::name_of(answer.decision))}};
  if (opened) out["case"] = case_json(*opened);
  return json_reply(out);
}

Result<Reply> open(const Exchange& exchange) {
  WHORL_ASSIGN(const CaseToOpen asked, read_case_to_open(exchange.request.body));
  if (exchange.postponed(engine::pixels_to_read(asked.search.request.samples))) return Reply{};
  WHORL_ASSIGN(engine::CaseDesk * desk, case_desk_of(exchange));
  engine::Call call = exchange.call;
  call.purpose = exchange.query.text(kPurpose.name).value_or("");
  if (asked.kind == engine::CaseKind::kIdentification) return open_search(exchange, *desk, call, asked);
  WHORL_ASSIGN(const auto opened, in_osia_words(desk->open_pair(call, asked.pair, asked.terms)));
  return json_reply(boost::json::object{{"case", case_json(opened)}});
}

Result<Reply> list(const Exchange& exchange) {
  WHORL_ASSIGN(engine::CaseDesk * desk, case_desk_of(exchange));
  engine::CaseQuery query;
  if (const auto kind = exchange.query.text("kind")) query.kind = engine::case_kind_named(*kind);
  if (const auto state = exchange.query.text("state")) query.state = engine::case_state_named(*state);
  query.offset = static_cast<std::size_t>(exchange.query.integer("offset").value_or(0));
  query.limit = static_cast<std::size_t>(exchange.query.integer("limit").value_or(kUsualLimit));
  WHORL_ASSIGN(const auto page, in_osia_words(desk->list(exchange.call, query)));
  return json_reply(case_page_json(page));
}

template <auto method>
Result<Reply> with_case(const Exchange& exchange) {
  WHORL_ASSIGN(engine::CaseDesk * desk, case_desk_of(exchange));
  WHORL_ASSIGN(const auto view, in_osia_words((desk->*method)(exchange.call, exchange.path.at("caseId"))));
  return view_reply(view);
}

Result<Reply> decide(const Exchange& exchange) {
  WHORL_ASSIGN(const auto decision, read_case_decision(exchange.request.body));
  if (exchange.only_checking()) return Reply{};
  WHORL_ASSIGN(engine::CaseDesk * desk, case_desk_of(exchange));
  WHORL_ASSIGN(const auto view, in_osia_words(desk->decide(exchange.call, exchange.path.at("caseId"), decision)));
  return view_reply(view);
}

Result<Reply> compare(const Exchange& exchange) {
  WHORL_ASSIGN(engine::CaseDesk * desk, case_desk_of(exchange));
  const std::string& text = exchange.path.at("number");
  int number = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
  if (read.ec != std::errc() || read.ptr != text.data() + text.size()) {
    return not_found("the case has no such candidate", "number");
  }
  const bool pairs = exchange.query.boolean("pairs").value_or(false);
  WHORL_ASSIGN(const auto sides,
               in_osia_words(desk->compare(exchange.call, exchange.path.at("caseId"), number, pairs)));
  return json_reply(case_comparison_json(sides));
}

constexpr Parameter kParameters[] = {kOwnTransaction};
constexpr Parameter kOpenParameters[] = {kOwnTransaction, kPurpose};
constexpr Parameter kListParameters[] = {kOwnTransaction,
                                         {"kind", OneOfValue{kKinds}},
                                         {"state", OneOfValue{kStates}},
                                         {"offset", IntegerValue{0, kMostOffset}},
                                         {"limit", IntegerValue{1, kMostLimit}}};
constexpr Parameter kCompareParameters[] = {kOwnTransaction, {"pairs", BooleanValue{}}};

constexpr Route kRoutes[] = {
    {.method = "POST",
     .path = "/v1/cases",
     .query = kOpenParameters,
     .body = json_body(),
     .answers = kJsonAnswer,
     .scope = access::scope::kCaseOpen,
     .handler = open},
    {.method = "GET",
     .path = "/v1/cases",
     .query = kListParameters,
     .answers = kJsonAnswer,
     .scope = access::scope::kCaseDecide,
     .handler = list},
    {.method = "GET",
     .path = "/v1/cases/{caseId}",
     .query = kParameters,
     .answers = kJsonAnswer,
     .scope = access::scope::kCaseRead,
     .handler = with_case<&engine::CaseDesk::look>},
    {.method = "POST",
     .path = "/v1/cases/{caseId}/claim",
     .query = kParameters,
     .answers = kJsonAnswer,
     .scope = access::scope::kCaseDecide,
     .handler = with_case<&engine::CaseDesk::claim>},
    {.method = "DELETE",
     .path = "/v1/cases/{caseId}/claim",
     .query = kParameters,
     .answers = kJsonAnswer,
     .scope = access::scope::kCaseDecide,
     .handler = with_case<&engine::CaseDesk::release_claim>},
    {.method = "GET",
     .path = "/v1/cases/{caseId}/candidates/{number}",
     .query = kCompareParameters,
     .answers = kJsonAnswer,
     .scope = access::scope::kCaseDecide,
     .of_people = false,
     .handler = compare},
    {.method = "POST",
     .path = "/v1/cases/{caseId}/decisions",
     .query = kParameters,
     .body = json_body(kMostDecisionBytes),
     .answers = kJsonAnswer,
     .scope = access::scope::kCaseDecide,
     .decides = true,
     .handler = decide},
};

}  // namespace

std::span<const Route> case_routes() { return kRoutes; }

}  // namespace whorl::server
