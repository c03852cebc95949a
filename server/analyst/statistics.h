// /v1/statistics: what was counted of searches, without anybody's name (engine/search_statistics.h).
#pragma once

#include <span>

#include "server/http/route.h"

namespace whorl::server {

std::span<const Route> statistics_routes();

}  // namespace whorl::server
