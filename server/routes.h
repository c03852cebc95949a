// Everything that this server answers, in one table.
#pragma once

#include "server/http/router.h"

namespace whorl::server {

const RouteTable& served_routes();

}  // namespace whorl::server
