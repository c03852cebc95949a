#include "server/analyst/evaluations.h"

#include "engine/access/scopes.h"
#include "server/http/query.h"
#include "server/osia/error_words.h"
#include "server/osia/parameters.h"

namespace whorl::server {
namespace {

// The limits of the command line's options of the same names.
constexpr Parameter kTransaction{"transactionId", TextValue{1, 256}};
constexpr Parameter kOfReading[] = {kTransaction};
constexpr Parameter kOfWorkload[] = {kTransaction,
                                     {"evaluation", TextValue{1, 128}, true},
                                     {"set", TextValue{0, 256}},
                                     {"fingers", IntegerValue{1, 10}},
                                     {"records", IntegerValue{1, 10'000'000'000}, true},
                                     {"galleries", IntegerValue{1, 10'000}},
                                     {"searchesPerDay", NumberValue{0, 1e9}, true},
                                     {"known", NumberValue{0, 1}, true},
                                     {"reviewBandDb", NumberValue{0, 60}},
                                     {"thresholdDb", NumberValue{0, 200}},
                                     {"targetFpir", NumberValue{1e-12, 0.5}},
                                     {"maxReviews", NumberValue{0, 1e12}},
                                     {"maxFalseAnswers", NumberValue{0, 1e12}}};

// Answers are JSON already.
Result<Reply> replied(Result<std::string> text) {
  if (!text.ok()) return in_osia_words(std::move(text).error());
  Reply reply;
  reply.content_type = kJsonType;
  reply.body = std::move(text).value();
  return reply;
}

Result<Reply> list(const Exchange& exchange) {
  WHORL_ASSIGN(engine::EvaluationDesk * desk, evaluation_desk_of(exchange));
  return replied(desk->list());
}

Result<Reply> read(const Exchange& exchange) {
  WHORL_ASSIGN(engine::EvaluationDesk * desk, evaluation_desk_of(exchange));
  return replied(desk->read(exchange.path.at("evaluationId")));
}

Result<engine::WorkloadQuestion> question_of(const Query& query) {
  engine::WorkloadQuestion out;
  out.evaluation = query.text("evaluation").value_or("");
  out.set = query.text("set").value_or("");
  out.fingers = static_cast<int>(query.integer("fingers").value_or(out.fingers));
  out.records = static_cast<std::uint64_t>(query.integer("records").value_or(1));
  out.galleries = static_cast<std::uint64_t>(query.integer("galleries").value_or(1));
  out.searches = query.number("searchesPerDay").value_or(0);
  out.known = query.number("known").value_or(0);
  out.review_band_db = query.number("reviewBandDb").value_or(out.review_band_db);
  int said = 0;
  const auto one = [&](std::string_view name) {
    const auto value = query.number(name);
    said += value ? 1 : 0;
    return value;
  };
  out.threshold_db = one("thresholdDb");
  out.target_fpir = one("targetFpir");
  out.max_reviews = one("maxReviews");
  out.max_false_answers = one("maxFalseAnswers");
  if (said == 1) return out;
  return invalid_input("state one of thresholdDb, targetFpir, maxReviews and maxFalseAnswers", "thresholdDb");
}

Result<Reply> workload(const Exchange& exchange) {
  WHORL_ASSIGN(engine::EvaluationDesk * desk, evaluation_desk_of(exchange));
  WHORL_ASSIGN(const auto question, question_of(exchange.query));
  return replied(desk->workload(question));
}

constexpr Route kRoutes[] = {
    {.method = "GET",
     .path = "/v1/evaluations",
     .query = kOfReading,
     .answers = kJsonAnswer,
     .scope = access::scope::kEvaluationRead,
     .handler = list},
    {.method = "GET",
     .path = "/v1/evaluations/{evaluationId}",
     .query = kOfReading,
     .answers = kJsonAnswer,
     .scope = access::scope::kEvaluationRead,
     .handler = read},
    {.method = "GET",
     .path = "/v1/workload",
     .query = kOfWorkload,
     .answers = kJsonAnswer,
     .scope = access::scope::kEvaluationRead,
     .handler = workload},
};

}  // namespace

Result<engine::EvaluationDesk*> evaluation_desk_of(const Exchange& exchange) {
  engine::EvaluationDesk* const desk = exchange.service.evaluation_desk();
  if (desk == nullptr) return unavailable("this node was given no folder of evaluations (whorl serve --evaluations)");
  return desk;
}

std::span<const Route> evaluation_routes() { return kRoutes; }

}  // namespace whorl::server
