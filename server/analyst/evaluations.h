// /v1/evaluations and /v1/workload: what was measured, and a day's work by it (engine/evaluation_desk.h).
#pragma once

#include <span>

#include "engine/evaluation_desk.h"
#include "server/http/route.h"

namespace whorl::server {

std::span<const Route> evaluation_routes();

// Errors: kUnavailable: the node has none.
Result<engine::EvaluationDesk*> evaluation_desk_of(const Exchange& exchange);

}  // namespace whorl::server
