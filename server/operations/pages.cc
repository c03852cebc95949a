#include "server/operations/pages.h"

#include "base/catalogue.h"
#include "engine/access/scopes.h"
#include "server/http/server_state.h"
#include "server/operations/openapi.h"

namespace whorl::server {
namespace {

constexpr std::string_view kText[] = {"text/plain"};
constexpr std::string_view kYaml[] = {"application/yaml"};

Reply text_reply(std::string_view type, std::string body) {
  Reply reply;
  reply.content_type = type;
  reply.body = std::move(body);
  return reply;
}

Reply livez(const Core&) { return text_reply("text/plain; charset=utf-8", "alive\n"); }

Reply readyz(const Core& core) {
  if (core.stopping) return error_reply(503, failure(ErrorCode::kStopping));
  // A disk without room stops enrolments alone; a gallery that is gone stops the node.
  const auto refused = core.service->health({}).changes_refused;
  if (refused && refused->kind != ErrorKind::kExhausted) return error_reply(503, *refused);
  return text_reply("text/plain; charset=utf-8", "ready\n");
}

Reply metrics(const Core& core) {
  Gauges gauges{core.queue.depth() + core.long_queue.depth(), core.queue.capacity(), core.connections.size(),
                !core.stopping, core.service->health({})};
  if (core.access != nullptr) {
    const auto access = core.access->now();
    gauges.access = AccessGauges{core.access->readings(), core.access->failures()};
    gauges.access->sessions = core.door.provider().sessions();
    if (access->tls) gauges.access->certificate_until = access->tls->expires();
    if (access->tls) gauges.access->revocations_until = access->tls->revocations_until();
  }
  gauges.duties = core.service->duties({});
  if (core.desk != nullptr) gauges.tasks = core.desk->counts();
  return text_reply("text/plain; version=0.0.4; charset=utf-8", core.metrics.exposition(gauges));
}

Reply openapi(const Core&) { return text_reply("application/yaml", std::string(openapi_yaml())); }

constexpr Route kRoutes[] = {
    {.method = "GET", .path = "/livez", .answers = kText, .scope = "", .handler = livez},
    {.method = "GET", .path = "/readyz", .answers = kText, .scope = "", .handler = readyz},
    {.method = "GET",
     .path = "/metrics",
     .answers = kText,
     .scope = access::scope::kMetricsRead,
     .of_people = false,
     .handler = metrics},
    {.method = "GET", .path = "/openapi.yaml", .answers = kYaml, .scope = "", .handler = openapi},
};

}  // namespace

std::span<const Route> operations_routes() { return kRoutes; }

}  // namespace whorl::server
