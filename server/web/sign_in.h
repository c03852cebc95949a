// Signing in at the operator's identity provider, and out (access/provider_sign_in.h).
#pragma once

#include <span>

#include "server/http/route.h"

namespace whorl::server {

std::span<const Route> sign_in_routes();

}  // namespace whorl::server
