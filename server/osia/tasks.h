// /v1/tasks: how far an accepted request is, and its result once more.
#pragma once

#include <span>

#include "server/http/route.h"

namespace whorl::server {

std::span<const Route> task_routes();

}  // namespace whorl::server
