// One function a route: request -> engine -> reply. Runs on the worker threads; knows no sockets.
#pragma once

#include <chrono>
#include <memory>

#include "server/message.h"
#include "server/router.h"
#include "server/service.h"

namespace whorl::server {

// Answers a matched route of the /v1 interface. Never throws: what the service or memory throws becomes a
// reply (500, or 503 when memory ran out). Bad input is refused before the service is called. `deadline` goes
// to the searches. Thread-safe.
Reply handle(Service& service, const RouteMatch& match, const Request& request,
             std::chrono::steady_clock::time_point deadline);

}  // namespace whorl::server
