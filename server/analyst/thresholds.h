// /v1/thresholds: what searches go by that state no threshold, who proposes and who decides (engine/threshold_desk.h).
#pragma once

#include <span>
#include <string>

#include "engine/types.h"
#include "server/http/route.h"

namespace whorl::server {

std::span<const Route> threshold_routes();

// The request with the threshold that is in force for its gallery, where neither `threshold` nor `targetFpir` was
// stated; and of which change that is, empty where of none.
struct BySetting {
  engine::IdentifyRequest request;
  std::string change_id;
};
BySetting by_setting(const Exchange& exchange, const engine::IdentifyRequest& request);

}  // namespace whorl::server
