// /v1/evaluations and /v1/workload: what was measured, and a day's work by it (engine/evaluation_desk.h).
#pragma once

#include <span>
#include <string_view>

#include "engine/evaluation_desk.h"
#include "server/http/route.h"

namespace whorl::server {

std::span<const Route> evaluation_routes();

// The body of a POST: scores of another tool. Errors: kInvalidInput.
Result<engine::ScoresToMeasure> read_scores(std::string_view text);

// Errors: kUnavailable: the node has none.
Result<engine::EvaluationDesk*> evaluation_desk_of(const Exchange& exchange);

}  // namespace whorl::server
