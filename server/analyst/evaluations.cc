#include "server/analyst/evaluations.h"

#include "base/base64.h"
#include "engine/access/scopes.h"
#include "server/http/query.h"
#include "server/json/json_parser.h"
#include "server/json/json_reader.h"
#include "server/osia/error_words.h"
#include "server/osia/json_reply.h"
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

constexpr Parameter kOfComparing[] = {kTransaction, {"a", TextValue{1, 128}, true}, {"b", TextValue{1, 128}, true}};
constexpr std::string_view kCsv = "text/csv; charset=utf-8";
constexpr std::string_view kHtml = "text/html; charset=utf-8";
constexpr std::string_view kCsvAnswer[] = {"text/csv"};
constexpr std::string_view kHtmlAnswer[] = {"text/html"};

// Answers are JSON already, or what `type` says.
Result<Reply> replied(Result<std::string> text, std::string_view type = kJsonType) {
  if (!text.ok()) return in_osia_words(std::move(text).error());
  Reply reply;
  reply.content_type = type;
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

// A page that somebody else's scores are in: no script runs in it, and it is of no origin.
Result<Reply> report(const Exchange& exchange) {
  WHORL_ASSIGN(engine::EvaluationDesk * desk, evaluation_desk_of(exchange));
  auto page = desk->report(exchange.path.at("evaluationId"));
  if (!page.ok()) return in_osia_words(std::move(page).error());
  Reply reply;
  reply.content_type = kHtml;
  reply.body = std::move(page->html);
  reply.headers = {{"Content-Security-Policy", std::move(page->policy)},
                   {"Referrer-Policy", "no-referrer"},
                   {"Cross-Origin-Opener-Policy", "same-origin"},
                   {"Cross-Origin-Resource-Policy", "same-origin"}};
  return reply;
}

Result<Reply> table(const Exchange& exchange) {
  WHORL_ASSIGN(engine::EvaluationDesk * desk, evaluation_desk_of(exchange));
  auto out = replied(desk->table(exchange.path.at("evaluationId")), kCsv);
  if (out.ok()) out->headers.emplace_back("Content-Disposition", "attachment; filename=\"figures.csv\"");
  return out;
}

// Long work: it goes to the workers of low priority.
Result<Reply> compare(const Exchange& exchange) {
  WHORL_ASSIGN(engine::EvaluationDesk * desk, evaluation_desk_of(exchange));
  if (exchange.postponed(kQuickPixels + 1)) return Reply{};
  return replied(desk->compare(exchange.query.text("a").value_or(""), exchange.query.text("b").value_or("")));
}

Result<Bytes> base64_in(const ObjectReader& body, std::string_view name, std::string_view text) {
  auto bytes = decode_base64(text);
  if (!bytes) return body.at(name, invalid_input("not base64"));
  return std::move(*bytes);
}

}  // namespace

Result<engine::ScoresToMeasure> read_scores(std::string_view text) {
  constexpr std::string_view kNames[] = {"evaluationId", "format", "scores", "scoresMore"};
  constexpr std::string_view kFormats[] = {"whorl", "bob", "pyeer", "openbr"};
  WHORL_ASSIGN(const boost::json::value value, parse_json(text));
  WHORL_ASSIGN(const ObjectReader body, ObjectReader::of(value));
  WHORL_TRY(body.allow_only(kNames));
  engine::ScoresToMeasure out;
  WHORL_ASSIGN(const auto id, body.text("evaluationId", 128));
  WHORL_ASSIGN(const auto format, body.one_of("format", kFormats));
  WHORL_ASSIGN(const auto scores, body.required_text("scores", SIZE_MAX));
  WHORL_ASSIGN(const auto more, body.text("scoresMore", SIZE_MAX));
  out.id = id.value_or("");
  out.format = format.value_or("whorl");
  WHORL_ASSIGN(out.scores, base64_in(body, "scores", scores));
  if (more) {
    WHORL_ASSIGN(out.more, base64_in(body, "scoresMore", *more));
  }
  return out;
}

namespace {

Result<Reply> measure(const Exchange& exchange) {
  WHORL_ASSIGN(engine::ScoresToMeasure scores, read_scores(exchange.request.body));
  if (exchange.only_checking()) return Reply{};
  WHORL_ASSIGN(engine::EvaluationDesk * desk, evaluation_desk_of(exchange));
  scores.asked_by = exchange.call.who.subject;
  auto id = desk->measure(std::move(scores));
  if (!id.ok()) return in_osia_words(std::move(id).error());
  Reply reply = json_reply(boost::json::object{{"evaluationId", *id}, {"state", "waiting"}});
  reply.status = 202;
  return reply;
}

Result<Reply> state(const Exchange& exchange) {
  WHORL_ASSIGN(engine::EvaluationDesk * desk, evaluation_desk_of(exchange));
  return replied(desk->state(exchange.path.at("evaluationId")));
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
     .of_people = false,
     .handler = list},
    {.method = "POST",
     .path = "/v1/evaluations",
     .query = kOfReading,
     .body = json_body(),  // answered with 202
     .scope = access::scope::kThresholdPropose,
     .handler = measure},
    {.method = "GET",
     .path = "/v1/evaluations/compare",
     .query = kOfComparing,
     .answers = kJsonAnswer,
     .scope = access::scope::kEvaluationRead,
     .of_people = false,
     .handler = compare},
    {.method = "GET",
     .path = "/v1/evaluations/{evaluationId}/state",
     .query = kOfReading,
     .answers = kJsonAnswer,
     .scope = access::scope::kEvaluationRead,
     .of_people = false,
     .handler = state},
    {.method = "GET",
     .path = "/v1/evaluations/{evaluationId}/report.html",
     .query = kOfReading,
     .answers = kHtmlAnswer,
     .scope = access::scope::kEvaluationRead,
     .of_people = false,
     .handler = report},
    {.method = "GET",
     .path = "/v1/evaluations/{evaluationId}/figures.csv",
     .query = kOfReading,
     .answers = kCsvAnswer,
     .scope = access::scope::kEvaluationRead,
     .of_people = false,
     .handler = table},
    {.method = "GET",
     .path = "/v1/evaluations/{evaluationId}",
     .query = kOfReading,
     .answers = kJsonAnswer,
     .scope = access::scope::kEvaluationRead,
     .of_people = false,
     .handler = read},
    {.method = "GET",
     .path = "/v1/workload",
     .query = kOfWorkload,
     .answers = kJsonAnswer,
     .scope = access::scope::kEvaluationRead,
     .of_people = false,
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
