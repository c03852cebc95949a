#include "server/osia/persons.h"

#include "engine/access/scopes.h"
#include "server/osia/encounters.h"
#include "server/osia/erasure.h"
#include "server/osia/error_words.h"
#include "server/osia/parameters.h"

namespace whorl::server {
namespace {

using access::scope::kEncounterWrite;
using access::scope::kEnrol;
using access::scope::kErase;

// A new person; the engine makes both ids.
Result<Reply> create(const Exchange& exchange) { return enrol_encounter(exchange, "", "", engine::PersonRule::kNew); }

Result<Reply> erase(const Exchange& exchange) {
  const std::string& person = exchange.path.at("personId");
  return erase_with_tasks(exchange, {person, {}}, [&] { return exchange.service.erase_person(exchange.call, person); });
}

Result<Reply> merge(const Exchange& exchange) {
  WHORL_TRY(in_osia_words(exchange.service.merge_persons(exchange.call, exchange.path.at("personIdTarget"),
                                                         exchange.path.at("personIdSource"))));
  return no_content();
}

constexpr Route kRoutes[] = {
    {.method = "POST",
     .path = "/v1/persons",
     .query = kEnrolParameters,
     .body = json_body(),
     .answers = kJsonAnswer,
     .scope = kEncounterWrite,
     .part_of_scope = kEnrol,
     .keeps_answer = true,
     .handler = create},
    {.method = "POST",
     .path = "/v1/persons/{personIdTarget}/merge/{personIdSource}",
     .query = kCommonParameters,
     .scope = kEncounterWrite,
     .handler = merge},
    {.method = "DELETE",
     .path = "/v1/persons/{personId}",
     .query = kCommonParameters,
     .scope = kEncounterWrite,
     .part_of_scope = kErase,
     .handler = erase},
};

}  // namespace

std::span<const Route> person_routes() { return kRoutes; }

}  // namespace whorl::server
