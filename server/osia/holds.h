// Legal holds: what is not erased when its time has come. Whorl's own operations beside OSIA's.
#pragma once

#include <span>

#include "server/http/route.h"

namespace whorl::server {

std::span<const Route> hold_routes();

}  // namespace whorl::server
