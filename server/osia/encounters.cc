#include "server/osia/encounters.h"

#include "engine/access/scopes.h"
#include "engine/work.h"
#include "server/osia/encounter_json.h"
#include "server/osia/error_words.h"
#include "server/osia/parameters.h"

namespace whorl::server {
namespace {

constexpr std::string_view kCollection = "/v1/persons/{personId}/encounters";
constexpr std::string_view kOne = "/v1/persons/{personId}/encounters/{encounterId}";
using access::scope::kEncounterRead;
using access::scope::kEncounterWrite;
using access::scope::kEnrol;
using access::scope::kErase;

Result<Reply> read_all(const Exchange& exchange) {
  WHORL_ASSIGN(const auto views,
               in_osia_words(exchange.service.encounters(exchange.call, exchange.path.at("personId"))));
  return encounters_reply(views);
}

// OSIA: an encounter for a person who does not exist makes the person.
Result<Reply> create(const Exchange& exchange) {
  return enrol_encounter(exchange, exchange.path.at("personId"), "", engine::PersonRule::kEither);
}

Result<Reply> create_with_id(const Exchange& exchange) {
  return enrol_encounter(exchange, exchange.path.at("personId"), exchange.path.at("encounterId"),
                         engine::PersonRule::kEither);
}

Result<Reply> read(const Exchange& exchange) {
  WHORL_ASSIGN(const auto view, in_osia_words(exchange.service.encounter(exchange.call, exchange.path.at("personId"),
                                                                         exchange.path.at("encounterId"))));
  return encounter_reply(view);
}

Result<Reply> erase(const Exchange& exchange) {
  WHORL_TRY(in_osia_words(
      exchange.service.erase_encounter(exchange.call, exchange.path.at("personId"), exchange.path.at("encounterId"))));
  return no_content();
}

constexpr Route kRoutes[] = {
    {.method = "GET",
     .path = kCollection,
     .query = kCommonParameters,
     .answers = kJsonAnswer,
     .scope = kEncounterRead,
     .handler = read_all},
    {.method = "POST",
     .path = kCollection,
     .query = kEnrolParameters,
     .body = json_body(),
     .answers = kJsonAnswer,
     .scope = kEncounterWrite,
     .part_of_scope = kEnrol,
     .keeps_answer = true,
     .handler = create},
    {.method = "GET",
     .path = kOne,
     .query = kCommonParameters,
     .answers = kJsonAnswer,
     .scope = kEncounterRead,
     .handler = read},
    {.method = "POST",
     .path = kOne,
     .query = kEnrolParameters,
     .body = json_body(),
     .answers = kJsonAnswer,
     .scope = kEncounterWrite,
     .part_of_scope = kEnrol,
     .keeps_answer = true,
     .handler = create_with_id},
    {.method = "DELETE",
     .path = kOne,
     .query = kCommonParameters,
     .scope = kEncounterWrite,
     .part_of_scope = kErase,
     .handler = erase},
};

}  // namespace

std::span<const Route> encounter_routes() { return kRoutes; }

Result<Reply> enrol_encounter(const Exchange& exchange, const std::string& person_id, const std::string& encounter_id,
                              engine::PersonRule person_rule) {
  WHORL_ASSIGN(auto parsed, read_enrol(exchange.request.body, person_id, encounter_id));
  if (exchange.postponed(engine::pixels_to_read(parsed.request.samples))) return Reply{};
  parsed.request.person_rule = person_rule;
  if (exchange.key) parsed.request.keep = {*exchange.key, [](const auto& kept) { return enrol_reply(kept).body; }};
  WHORL_ASSIGN(auto receipt, in_osia_words(exchange.service.enrol(exchange.call, parsed.request), parsed.biometrics));
  if (exchange.key) receipt.sequence = 0;  // the answer is the one that was kept, to the byte
  return enrol_reply(receipt);
}

}  // namespace whorl::server
