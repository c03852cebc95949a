#include "server/members/members.h"

#include "base/catalogue.h"
#include "engine/access/scopes.h"
#include "engine/check_upkeep.h"
#include "engine/sealed_desk.h"
#include "server/http/request_key.h"
#include "server/members/member_json.h"
#include "server/osia/error_words.h"
#include "server/osia/json_reply.h"
#include "server/osia/parameters.h"

namespace whorl::server {

Result<engine::MemberDesk*> desk_of(const Exchange& exchange) {
  engine::MemberDesk* desk = exchange.service.member_desk();
  if (desk == nullptr) return failure(ErrorCode::kNoExchange);
  return desk;
}

namespace {

// These operations are Whorl's own, and answer at once.
constexpr Parameter kParameters[] = {{"transactionId", TextValue{1, 256}}};
constexpr std::size_t kMostProtectionBytes = std::size_t{16} << 10;

// What not every desk does, as the desk gives it.
template <class Part>
Result<Part*> part_of(const Exchange& exchange, Part* (engine::MemberDesk::*part)()) {
  WHORL_ASSIGN(engine::MemberDesk * desk, desk_of(exchange));
  Part* const out = (desk->*part)();
  if (out == nullptr) return unavailable("this node's desk does not do this");
  return out;
}

Result<Reply> desk_key(const Exchange& exchange) {
  WHORL_ASSIGN(auto* desk, part_of(exchange, &engine::MemberDesk::sealed_desk));
  WHORL_ASSIGN(std::string jwk, desk->desk_key(exchange.call));
  Reply reply;
  reply.body = std::move(jwk);
  return reply;
}

Result<Reply> rotate_desk_key(const Exchange& exchange) {
  WHORL_ASSIGN(auto* desk, part_of(exchange, &engine::MemberDesk::sealed_desk));
  WHORL_ASSIGN(const auto keys, desk->rotate_desk_key(exchange.call));
  return json_reply(desk_keys_json(keys));
}

// `matter`: the officer's case, where it is told again.
Reply check_reply(const engine::CheckView& view, std::string_view matter) {
  Reply reply = json_reply(check_json(view, matter));
  if (view.repeated) reply.headers.emplace_back(kRepeatedHeader, "true");
  return reply;
}

Result<Reply> put_question(const Exchange& exchange, const Parsed<engine::CheckQuestion>& parsed,
                           std::string_view matter = {}) {
  WHORL_ASSIGN(engine::MemberDesk * desk, desk_of(exchange));
  WHORL_ASSIGN(const auto key, request_key(exchange.call.who, exchange.request));
  WHORL_ASSIGN(const auto view, in_osia_words(desk->ask(exchange.call, parsed.request, key), parsed.biometrics));
  return check_reply(view, matter);
}

// Whoever sealed it cannot read any more which case it is of, and is told. What is known by its key is not opened
// again.
Result<Reply> ask_sealed(const Exchange& exchange) {
  WHORL_ASSIGN(const std::string sealed, read_sealed(exchange.request.body));
  if (exchange.only_checking()) return Reply{};
  WHORL_ASSIGN(auto* opener, part_of(exchange, &engine::MemberDesk::sealed_desk));
  WHORL_ASSIGN(const auto key, request_key(exchange.call.who, exchange.request));
  if (key) {
    WHORL_ASSIGN(const auto before, opener->asked_before(exchange.call, *key));
    if (before) return check_reply(before->view, before->matter);
  }
  const auto body = opener->unsealed(exchange.call, sealed);
  if (!body.ok()) return body.error().within("sealed");
  const auto parsed = read_check_question(*body);
  if (!parsed.ok()) return parsed.error().within("sealed");
  return put_question(exchange, *parsed, parsed->request.matter);
}

Result<Reply> ask(const Exchange& exchange) {
  WHORL_ASSIGN(const auto parsed, read_check_question(exchange.request.body));
  if (exchange.only_checking()) return Reply{};
  return put_question(exchange, parsed);
}

Result<Reply> look(const Exchange& exchange) {
  WHORL_ASSIGN(engine::MemberDesk * desk, desk_of(exchange));
  WHORL_ASSIGN(const auto view, in_osia_words(desk->check(exchange.call, exchange.path.at("checkId"))));
  return json_reply(check_json(view));
}

Result<Reply> cancel(const Exchange& exchange) {
  WHORL_ASSIGN(auto* desk, part_of(exchange, &engine::MemberDesk::check_upkeep));
  WHORL_ASSIGN(const auto view, in_osia_words(desk->cancel(exchange.call, exchange.path.at("checkId"))));
  return json_reply(check_json(view));
}

Result<Reply> protect(const Exchange& exchange) {
  WHORL_ASSIGN(const auto protection, read_protection(exchange.request.body));
  if (exchange.only_checking()) return Reply{};
  WHORL_ASSIGN(engine::MemberDesk * desk, desk_of(exchange));
  WHORL_TRY(in_osia_words(desk->protect(exchange.call, exchange.path.at("personId"), protection)));
  return no_content();
}

Result<Reply> protection(const Exchange& exchange) {
  WHORL_ASSIGN(engine::MemberDesk * desk, desk_of(exchange));
  WHORL_ASSIGN(const auto known, in_osia_words(desk->protection(exchange.call, exchange.path.at("personId"))));
  return json_reply(protection_json(known));
}

Result<Reply> hidden(const Exchange& exchange) {
  WHORL_ASSIGN(engine::MemberDesk * desk, desk_of(exchange));
  WHORL_ASSIGN(const auto hits, desk->hidden_hits(exchange.call));
  return json_reply(hidden_json(hits));
}

Result<Reply> alarms(const Exchange& exchange) {
  WHORL_ASSIGN(auto* desk, part_of(exchange, &engine::MemberDesk::check_upkeep));
  WHORL_ASSIGN(const auto alarms, desk->hit_alarms(exchange.call));
  return json_reply(alarms_json(alarms));
}

Result<Reply> terms(const Exchange& exchange) {
  WHORL_ASSIGN(engine::MemberDesk * desk, desk_of(exchange));
  WHORL_ASSIGN(const auto found, desk->terms(exchange.call));
  return json_reply(terms_json(found));
}

Result<Reply> partners(const Exchange& exchange) {
  WHORL_ASSIGN(engine::MemberDesk * desk, desk_of(exchange));
  WHORL_ASSIGN(const auto found, desk->partners(exchange.call));
  return json_reply(partners_json(found));
}

constexpr Route kRoutes[] = {
    {.method = "GET",
     .path = "/v1/exchange/partners",
     .query = kParameters,
     .answers = kJsonAnswer,
     .scope = access::scope::kMetricsRead,
     .of_people = false,
     .handler = partners},
    {.method = "GET",
     .path = "/v1/exchange/terms",
     .query = kParameters,
     .answers = kJsonAnswer,
     .scope = access::scope::kExchangeAsk,
     .of_people = false,
     .handler = terms},
    {.method = "POST",
     .path = "/v1/exchange/checks",
     .query = kParameters,
     .body = json_body(),
     .answers = kJsonAnswer,
     .scope = access::scope::kExchangeAsk,
     .handler = ask},
    {.method = "GET",
     .path = "/v1/exchange/desk-key",
     .query = kParameters,
     .answers = kJsonAnswer,
     .scope = access::scope::kExchangeAsk,
     .of_people = false,
     .handler = desk_key},
    {.method = "POST",
     .path = "/v1/exchange/desk-key/rotation",
     .query = kParameters,
     .answers = kJsonAnswer,
     .scope = access::scope::kKeysAdmin,
     .decides = true,
     .handler = rotate_desk_key},
    {.method = "POST",
     .path = "/v1/exchange/sealed-checks",
     .query = kParameters,
     .body = json_body(),
     .answers = kJsonAnswer,
     .scope = access::scope::kExchangeAsk,
     .handler = ask_sealed},
    {.method = "GET",
     .path = "/v1/exchange/checks/{checkId}",
     .query = kParameters,
     .answers = kJsonAnswer,
     .scope = access::scope::kExchangeAsk,
     .of_people = false,
     .handler = look},
    {.method = "DELETE",
     .path = "/v1/exchange/checks/{checkId}",
     .query = kParameters,
     .answers = kJsonAnswer,
     .scope = access::scope::kExchangeAsk,
     .handler = cancel},
    {.method = "PUT",
     .path = "/v1/exchange/protection/{personId}",
     .query = kParameters,
     .body = json_body(kMostProtectionBytes),
     .scope = access::scope::kProtectionWrite,
     .decides = true,
     .handler = protect},
    {.method = "GET",
     .path = "/v1/exchange/protection/{personId}",
     .query = kParameters,
     .answers = kJsonAnswer,
     .scope = access::scope::kProtectionWrite,
     .handler = protection},
    {.method = "GET",
     .path = "/v1/exchange/hidden",
     .query = kParameters,
     .answers = kJsonAnswer,
     .scope = access::scope::kProtectionWrite,
     .handler = hidden},
    {.method = "GET",
     .path = "/v1/exchange/alarms",
     .query = kParameters,
     .answers = kJsonAnswer,
     .scope = access::scope::kProtectionWrite,
     .handler = alarms},
};

}  // namespace

std::span<const Route> member_routes() { return kRoutes; }

}  // namespace whorl::server
