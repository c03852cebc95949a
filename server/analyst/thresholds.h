// /v1/thresholds: what searches go by that state no threshold, who proposes and who decides (engine/threshold_desk.h).
#pragma once

#include <span>
#include <string>

#include "engine/types.h"
#include "server/http/route.h"

namespace whorl::server {

std::span<const Route> threshold_routes();

// Puts the threshold that is in force for its gallery into a request, where neither `threshold` nor `targetFpir` was
// stated; gives which change that is of, empty where of none.
std::string go_by_setting(const Exchange& exchange, engine::IdentifyRequest& request);

}  // namespace whorl::server
