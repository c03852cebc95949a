// /v1/exchange: what follows a match. Requests for data, the desk that decides others' requests, the register.
#pragma once

#include <span>

#include "server/http/route.h"

namespace whorl::server {

std::span<const Route> release_routes();

}  // namespace whorl::server
