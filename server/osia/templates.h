// /v1/persons/{personId}/encounters/{encounterId}/templates: what is computed of an encounter's biometrics.
#pragma once

#include <span>

#include "server/http/route.h"

namespace whorl::server {

std::span<const Route> template_routes();

}  // namespace whorl::server
