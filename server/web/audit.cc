#include "server/web/audit.h"

#include "engine/access/scopes.h"
#include "server/http/query.h"

namespace whorl::server {
namespace {

constexpr std::int64_t kMostNumber = std::int64_t{1} << 53;
constexpr std::string_view kText = "text/plain";
constexpr std::string_view kLines = "application/x-ndjson";
constexpr std::string_view kTextAnswer[] = {kText};
constexpr std::string_view kLinesAnswer[] = {kLines};

constexpr Parameter kTransaction{"transactionId", TextValue{1, 256}};
constexpr Parameter kOfHead[] = {kTransaction};
constexpr Parameter kOfLeaves[] = {kTransaction,
                                   {"first", IntegerValue{0, kMostNumber}, true},
                                   {"count", IntegerValue{1, static_cast<std::int64_t>(engine::kMostLeavesOfAnswer)}}};
constexpr Parameter kOfProof[] = {kTransaction, {"leaf", IntegerValue{0, kMostNumber}, true}};
constexpr Parameter kOfGrowth[] = {
    kTransaction, {"from", IntegerValue{0, kMostNumber}, true}, {"to", IntegerValue{0, kMostNumber}}};

std::optional<std::uint64_t> number(const Exchange& exchange, std::string_view name) {
  const auto value = exchange.query.integer(name);
  return value ? std::optional(static_cast<std::uint64_t>(*value)) : std::nullopt;
}

Result<Reply> answer(const Exchange& exchange, const engine::AuditQuestion& question, std::string_view type) {
  Reply reply;
  WHORL_ASSIGN(reply.body, exchange.service.read_audit(exchange.call, question));
  reply.content_type = type;
  return reply;
}

Result<Reply> head(const Exchange& exchange) { return answer(exchange, engine::AuditHead{}, kText); }

Result<Reply> leaves(const Exchange& exchange) {
  engine::AuditLeaves question;
  question.first = number(exchange, "first").value_or(0);
  question.count = number(exchange, "count").value_or(question.count);
  return answer(exchange, question, kLines);
}

Result<Reply> proof(const Exchange& exchange) {
  return answer(exchange, engine::AuditInclusion{number(exchange, "leaf").value_or(0)}, kText);
}

Result<Reply> growth(const Exchange& exchange) {
  return answer(exchange, engine::AuditGrowth{number(exchange, "from").value_or(0), number(exchange, "to")}, kText);
}

constexpr Route kRoutes[] = {
    {.method = "GET",
     .path = "/v1/audit/checkpoint",
     .query = kOfHead,
     .answers = kTextAnswer,
     .scope = {},
     .signed_in = true,
     .handler = head},
    {.method = "GET",
     .path = "/v1/audit/leaves",
     .query = kOfLeaves,
     .answers = kLinesAnswer,
     .scope = access::scope::kAuditRead,
     .of_people = false,
     .handler = leaves},
    {.method = "GET",
     .path = "/v1/audit/proof",
     .query = kOfProof,
     .answers = kTextAnswer,
     .scope = {},
     .signed_in = true,
     .handler = proof},
    {.method = "GET",
     .path = "/v1/audit/growth",
     .query = kOfGrowth,
     .answers = kTextAnswer,
     .scope = {},
     .signed_in = true,
     .handler = growth},
};

}  // namespace

std::span<const Route> audit_routes() { return kRoutes; }

}  // namespace whorl::server
