#include "server/notices/receipts.h"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <utility>

#include "base/world.h"
#include "engine/access/scopes.h"
#include "engine/privacy_notices.h"
#include "server/json/json_text.h"
#include "server/osia/error_words.h"
#include "server/osia/json_reply.h"
#include "server/osia/names.h"
#include "server/osia/parameters.h"

namespace whorl::server {
namespace {

namespace json = boost::json;

constexpr Parameter kParameters[] = {{"transactionId", TextValue{1, 256}, true}};

// The encounter's own identifier is the reference: it names nobody, and any desk finds the record by it.
json::object receipt_json(const engine::EncounterView& view) {
  json::array taken;
  for (const auto& sample : view.samples) {
    if (sample.modality == Modality::kFace) {
      taken.emplace_back("PORTRAIT");
    } else {
      taken.emplace_back(json_view(osia_name(static_cast<FingerPosition>(sample.position))));
    }
  }
  json::array missing;
  for (const auto& each : view.missing) {
    missing.push_back({{"biometricSubType", json_view(osia_name(each.position))}, {"reason", each.reason}});
  }
  auto notice = engine::heard_notice(view.contextual_data);
  return {{"reference", view.encounter_id},
          {"enrolledAt", rfc3339(view.created)},
          {"taken", std::move(taken)},
          {"missing", std::move(missing)},
          {"notice", notice ? json::value(std::move(*notice)) : json::value()}};
}

Result<Reply> receipt(const Exchange& exchange) {
  WHORL_ASSIGN(const auto view, in_osia_words(exchange.service.encounter(exchange.call, exchange.path.at("personId"),
                                                                         exchange.path.at("encounterId"))));
  return json_reply(receipt_json(view));
}

constexpr Route kRoutes[] = {
    {.method = "GET",
     .path = "/v1/persons/{personId}/encounters/{encounterId}/receipt",
     .query = kParameters,
     .answers = kJsonAnswer,
     .scope = access::scope::kEncounterRead,
     .handler = receipt},
};

}  // namespace

std::span<const Route> receipt_routes() { return kRoutes; }

}  // namespace whorl::server
