// From a matched request to its reply: the checks that its row declares, then its handler. Knows no sockets.
#pragma once

#include <optional>

#include "engine/service.h"
#include "server/http/message.h"
#include "server/http/router.h"

namespace whorl::server {

// Both never throw: what a handler, the service or memory throws becomes a reply (500, or 503 when memory ran out).

// For a route whose handler runs on a worker. Bad input is refused before the service is called. Nothing where the work
// has to wait its turn, and `weighing` then says how much it is: ask again, with the same `weighing`. A request with a
// callback is read to its end and becomes a task of `tasks` (null: it is refused). Thread-safe.
std::optional<Reply> answer_on_worker(engine::Service& service, const engine::Call& call, const RouteMatch& match,
                                      const Request& request, Weighing& weighing, TaskDesk* tasks,
                                      const access::BlockKeys& block_keys);
// For a route whose handler runs on the network thread; there alone.
Reply answer_on_network(const Core& core, const RouteMatch& match, const Request& request);

}  // namespace whorl::server
