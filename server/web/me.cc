#include "server/web/me.h"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "base/version.h"
#include "engine/access/scopes.h"
#include "engine/sample_limits.h"
#include "server/json/json_text.h"
#include "server/osia/json_reply.h"
#include "server/osia/names.h"
#include "server/osia/parameters.h"

namespace whorl::server {
namespace {

namespace json = boost::json;

// The local user may do everything.
json::array scopes_json(const engine::Principal& who) {
  if (!who.is_local()) return json::array(who.scopes.begin(), who.scopes.end());
  json::array out;
  for (const auto& row : access::scope_rows()) out.emplace_back(json_view(row.name));
  return out;
}

// Those that there are, to who may list them; else those that somebody is restricted to.
json::array galleries_json(const Exchange& exchange) {
  json::array out;
  for (const auto& gallery : exchange.service.galleries(exchange.call)) out.emplace_back(gallery.gallery_id);
  const auto& own = exchange.call.who.galleries;
  if (!out.empty() || !own) return out;
  return json::array(own->begin(), own->end());
}

json::array types_json(const ByModality<bool>& which) {
  json::array out;
  for (const ModalityRow& row : modalities()) {
    if (which[row.modality]) out.emplace_back(json_view(type_name(row.modality)));
  }
  return out;
}

Result<Reply> me(const Exchange& exchange) {
  const engine::Principal& who = exchange.call.who;
  const engine::NodeHealth health = exchange.service.health(exchange.call);
  const json::object node{{"version", json_view(kVersion)},
                          {"readsImages", types_json(health.reads_images)},
                          {"calibrated", types_json(health.calibrated)},
                          {"maxImageBytes", engine::kMaxImageBytes},
                          {"asksMembers", exchange.service.member_desk() != nullptr}};
  return json_reply(json::object{{"subject", who.subject},
                                 {"issuer", who.issuer},
                                 {"signedInBy", json_view(name_of(who.by))},
                                 {"roles", json::array(who.roles.begin(), who.roles.end())},
                                 {"scopes", scopes_json(who)},
                                 {"galleries", galleries_json(exchange)},
                                 {"allGalleries", !who.galleries.has_value()},
                                 {"node", node}});
}

constexpr Parameter kParameters[] = {{"transactionId", TextValue{1, 256}}};

constexpr Route kRoutes[] = {
    {.method = "GET",
     .path = "/v1/me",
     .query = kParameters,
     .answers = kJsonAnswer,
     .scope = "",
     .signed_in = true,
     .handler = me},
};

}  // namespace

std::span<const Route> me_routes() { return kRoutes; }

}  // namespace whorl::server
