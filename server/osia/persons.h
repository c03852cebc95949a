// /v1/persons: people, each of one encounter or more.
#pragma once

#include <span>

#include "server/http/route.h"

namespace whorl::server {

std::span<const Route> person_routes();

}  // namespace whorl::server
