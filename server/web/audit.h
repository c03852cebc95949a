// The audit log for whoever checks it (docs/audit.md): its signed head and proofs for everybody who is signed in, for
// they show nothing but hashes; its leaves for a supervisor.
#pragma once

#include <span>

#include "server/http/route.h"

namespace whorl::server {

std::span<const Route> audit_routes();

}  // namespace whorl::server
