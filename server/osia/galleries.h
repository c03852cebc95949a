// /v1/galleries: the sets of encounters that can be searched.
#pragma once

#include <span>

#include "server/http/route.h"

namespace whorl::server {

std::span<const Route> gallery_routes();

}  // namespace whorl::server
