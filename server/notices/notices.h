// /v1/notices: what people are told before their fingers are taken (engine/privacy_notices.h).
#pragma once

#include <span>

#include "server/http/route.h"

namespace whorl::server {

std::span<const Route> notice_routes();

}  // namespace whorl::server
