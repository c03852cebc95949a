// The rows of looking through a gallery for people who are in it twice: Whorl's own, OSIA has none.
#pragma once

#include <span>

#include "server/http/route.h"

namespace whorl::server {

std::span<const Route> duplicate_routes();

}  // namespace whorl::server
