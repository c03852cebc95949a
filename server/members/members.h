// /v1/exchange: what other members are asked, and who is protected from what they ask.
#pragma once

#include <span>

#include "server/http/route.h"

namespace whorl::server {

std::span<const Route> member_routes();

// The node's desk. Errors: kUnavailable: it is in no exchange.
Result<engine::MemberDesk*> desk_of(const Exchange& exchange);

}  // namespace whorl::server
