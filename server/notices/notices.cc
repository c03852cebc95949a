#include "server/notices/notices.h"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "engine/privacy_notices.h"
#include "server/http/query.h"
#include "server/json/json_text.h"
#include "server/osia/json_reply.h"
#include "server/osia/parameters.h"

namespace whorl::server {
namespace {

namespace json = boost::json;

constexpr Parameter kTransaction{"transactionId", TextValue{1, 256}};
constexpr Parameter kOfList[] = {kTransaction};
constexpr Parameter kOfOne[] = {kTransaction, {"lang", TextValue{1, 35}, true}};

// Of a node that was given none: there is none in force.
Result<Reply> list(const Exchange& exchange) {
  json::array versions;
  json::value in_force;
  if (const engine::PrivacyNotices* const notices = exchange.service.privacy_notices()) {
    in_force = json_view(notices->in_force());
    for (const std::string& version : notices->versions()) {
      const auto languages = notices->languages(version);
      versions.push_back({{"version", version}, {"languages", json::array(languages.begin(), languages.end())}});
    }
  }
  return json_reply(json::object{{"inForce", std::move(in_force)}, {"notices", std::move(versions)}});
}

Result<Reply> read(const Exchange& exchange) {
  const std::string& version = exchange.path.at("version");
  const std::string language = exchange.query.text("lang").value_or("");
  const engine::PrivacyNotices* const notices = exchange.service.privacy_notices();
  const std::string* const text = notices == nullptr ? nullptr : notices->text(version, language);
  if (text == nullptr) return not_found("no notice of this version in this language", "version");
  return json_reply(json::object{{"version", version}, {"language", language}, {"text", *text}});
}

constexpr Route kRoutes[] = {
    {.method = "GET",
     .path = "/v1/notices",
     .query = kOfList,
     .answers = kJsonAnswer,
     .scope = "",
     .signed_in = true,
     .handler = list},
    {.method = "GET",
     .path = "/v1/notices/{version}",
     .query = kOfOne,
     .answers = kJsonAnswer,
     .scope = "",
     .signed_in = true,
     .handler = read},
};

}  // namespace

std::span<const Route> notice_routes() { return kRoutes; }

}  // namespace whorl::server
