#include "server/osia/duplicates.h"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "base/catalogue.h"
#include "base/world.h"
#include "engine/access/authorise.h"
#include "engine/access/scopes.h"
#include "engine/duplicate_cases.h"
#include "server/cases/cases.h"
#include "server/http/query.h"
#include "server/json/json_text.h"
#include "server/osia/error_words.h"
#include "server/osia/json_reply.h"
#include "server/osia/parameters.h"
#include "server/osia/search.h"

namespace whorl::server {
namespace {

namespace json = boost::json;

constexpr std::int64_t kMostOffset = std::int64_t{1} << 40;
constexpr std::int64_t kMostLimit = 1'000;
constexpr std::int64_t kUsualLimit = 100;
// A task works so long, then the others have their turn.
constexpr std::chrono::seconds kSlice{10};

json::value time_json(std::uint64_t ms) {
  if (ms == 0) return nullptr;
  return json::value(rfc3339(std::chrono::system_clock::time_point(std::chrono::milliseconds(ms))));
}

json::object json_of(const engine::Duplicates& duplicates) {
  const engine::DedupeState& state = duplicates.state;
  json::array pairs;
  for (const engine::Duplicate& pair : duplicates.pairs) {
    pairs.emplace_back(json::object{
        {"personId", pair.person_id}, {"otherPersonId", pair.other_person_id}, {"score", two_decimals(pair.score_db)}});
  }
  return {{"galleryId", state.gallery_id},
          {"finished", state.finished()},
          {"persons", state.persons},
          {"done", state.done},
          {"withoutSamples", state.without_samples},
          {"thresholdDb", two_decimals(state.threshold_db)},
          {"falsePairs", state.false_pairs},
          {"began", time_json(state.began_ms)},
          {"ended", time_json(state.ended_ms)},
          {"total", duplicates.total},
          {"pairs", std::move(pairs)}};
}

// `cases`: how many pairs have one, where they were asked for.
Result<Reply> page(const Exchange& exchange, std::size_t offset, std::size_t limit,
                   std::optional<std::size_t> cases = {}) {
  WHORL_ASSIGN(const auto found,
               in_osia_words(exchange.service.duplicates(exchange.call, exchange.path.at("galleryId"), offset, limit)));
  json::object out = json_of(found);
  if (cases) out["cases"] = *cases;
  return json_reply(out);
}

bool wants_cases(const Exchange& exchange) { return exchange.query.boolean("openCases").value_or(false); }

// A case for every pair that is kept, a page at a time.
Result<std::size_t> opened_cases(const Exchange& exchange) {
  WHORL_ASSIGN(engine::CaseDesk * desk, case_desk_of(exchange));
  std::size_t out = 0;
  for (std::size_t offset = 0;; offset += kMostLimit) {
    const auto found = exchange.service.duplicates(exchange.call, exchange.path.at("galleryId"), offset, kMostLimit);
    WHORL_TRY(in_osia_words(found));
    if (found->pairs.empty()) return out;
    WHORL_ASSIGN(const std::size_t opened, in_osia_words(open_cases(*desk, exchange.call, *found)));
    out += opened;
  }
}

Result<Reply> dedupe(const Exchange& exchange) {
  if (exchange.call.task.empty()) return failure(ErrorCode::kCallbackNeeded, "callback");
  if (wants_cases(exchange) && !access::may(exchange.call.who, access::scope::kCaseOpen)) {
    return failure(ErrorCode::kScopeLacking, "openCases", with<"scope">(access::scope::kCaseOpen));
  }
  engine::DedupeRequest request;
  request.gallery_id = exchange.path.at("galleryId");
  request.false_pairs = exchange.query.number("falsePairs").value_or(request.false_pairs);
  request.threshold_db = exchange.query.number("threshold");
  request.accuracy = accuracy_of(exchange.query, engine::Accuracy::kFast);
  request.anew = exchange.query.boolean("anew").value_or(false);
  request.slice = kSlice;
  WHORL_ASSIGN(const auto state, in_osia_words(exchange.service.dedupe(exchange.call, request, {})));
  if (!state.finished()) {
    exchange.weighing.goes_on = true;
    return Reply{};
  }
  std::optional<std::size_t> cases;
  if (wants_cases(exchange)) {
    WHORL_ASSIGN(cases, opened_cases(exchange));
  }
  return page(exchange, 0, kMostLimit, cases);
}

Result<Reply> list(const Exchange& exchange) {
  return page(exchange, static_cast<std::size_t>(exchange.query.integer("offset").value_or(0)),
              static_cast<std::size_t>(exchange.query.integer("limit").value_or(kUsualLimit)));
}

constexpr std::string_view kAccuracies[] = {"fast", "default", "exhaustive"};
constexpr Parameter kDedupeParameters[] = {kTransactionId,
                                           kCallback,
                                           kPriority,
                                           {"falsePairs", NumberValue{1e-6, 1e6}},
                                           {"threshold", NumberValue{10.0, 1000.0}},
                                           {"accuracyLevel", OneOfValue{kAccuracies}},
                                           {"anew", BooleanValue{}},
                                           {"openCases", BooleanValue{}}};
constexpr Parameter kListParameters[] = {
    kTransactionId, {"offset", IntegerValue{0, kMostOffset}}, {"limit", IntegerValue{1, kMostLimit}}};

constexpr Route kRoutes[] = {
    {.method = "POST",
     .path = "/v1/galleries/{galleryId}/dedupe",
     .query = kDedupeParameters,
     .answers = kJsonAnswer,
     .scope = access::scope::kDedupe,
     .handler = dedupe},
    {.method = "GET",
     .path = "/v1/galleries/{galleryId}/duplicates",
     .query = kListParameters,
     .answers = kJsonAnswer,
     .scope = access::scope::kDedupe,
     .handler = list},
};

}  // namespace

std::span<const Route> duplicate_routes() { return kRoutes; }

}  // namespace whorl::server
