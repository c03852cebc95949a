// /v1/cases: what waits for a person, through engine/case_desk.h (docs/cases.md).
#pragma once

#include <span>
#include <string>

#include "engine/case_desk.h"
#include "server/http/route.h"

namespace whorl::server {

std::span<const Route> case_routes();

// Errors: kUnavailable (this node keeps no cases).
Result<engine::CaseDesk*> case_desk_of(const Exchange& exchange);

}  // namespace whorl::server
