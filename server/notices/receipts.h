// /v1/persons/{personId}/encounters/{encounterId}/receipt: what the person takes home, to be printed again.
#pragma once

#include <span>

#include "server/http/route.h"

namespace whorl::server {

std::span<const Route> receipt_routes();

}  // namespace whorl::server
