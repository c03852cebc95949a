// One function a route: request -> engine -> reply. Runs on the worker threads; knows no sockets.
#pragma once

#include <memory>

#include "engine/service.h"
#include "server/http/message.h"
#include "server/http/router.h"

namespace whorl::server {

// Answers a matched route of the /v1 interface. Never throws: what the service or memory throws becomes a
// reply (500, or 503 when memory ran out). Bad input is refused before the service is called. Thread-safe.
Reply handle(engine::Service& service, const engine::Call& call, const RouteMatch& match, const Request& request);

}  // namespace whorl::server
