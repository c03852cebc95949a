// The pages for whoever runs the server: alive, ready, metrics, and the interface's own description.
#pragma once

#include <span>

#include "server/http/route.h"

namespace whorl::server {

std::span<const Route> operations_routes();

}  // namespace whorl::server
