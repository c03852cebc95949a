#include "server/osia/holds.h"

#include <optional>
#include <string>

#include "engine/access/scopes.h"
#include "server/http/query.h"
#include "server/osia/error_words.h"
#include "server/osia/parameters.h"

namespace whorl::server {
namespace {

// These operations are Whorl's own, and answer at once.
constexpr Parameter kParameters[] = {{"transactionId", TextValue{1, 256}}, kPurpose};

Result<Reply> set_hold(const Exchange& exchange, const std::optional<std::string>& encounter, bool held) {
  engine::Call call = exchange.call;
  call.purpose = exchange.query.text(kPurpose.name).value_or("");
  WHORL_TRY(in_osia_words(exchange.service.set_hold(call, exchange.path.at("personId"), encounter, held)));
  return no_content();
}

template <bool kHeld>
Result<Reply> of_person(const Exchange& exchange) {
  return set_hold(exchange, {}, kHeld);
}
template <bool kHeld>
Result<Reply> of_encounter(const Exchange& exchange) {
  return set_hold(exchange, exchange.path.at("encounterId"), kHeld);
}

constexpr std::string_view kOfPerson = "/v1/persons/{personId}/hold";
constexpr std::string_view kOfEncounter = "/v1/persons/{personId}/encounters/{encounterId}/hold";

// What a hold keeps is there tomorrow, too; what it kept may be gone by then once it is lifted.
constexpr Route row(std::string_view method, std::string_view path, OnWorker handler) {
  return {.method = method,
          .path = path,
          .query = kParameters,
          .scope = access::scope::kHoldWrite,
          .decides = method == "DELETE",
          .handler = handler};
}

constexpr Route kRoutes[] = {row("PUT", kOfPerson, of_person<true>), row("DELETE", kOfPerson, of_person<false>),
                             row("PUT", kOfEncounter, of_encounter<true>),
                             row("DELETE", kOfEncounter, of_encounter<false>)};

}  // namespace

std::span<const Route> hold_routes() { return kRoutes; }

}  // namespace whorl::server
