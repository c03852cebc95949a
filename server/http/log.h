// One line a request. Never personal data: the route's template instead of the path, no ids, no bodies, no
// addresses.
#pragma once

#include <string_view>

#include "server/http/message.h"
#include "server/http/router.h"

namespace whorl::server {

void log_request(const RouteMatch& match, const Request& request, const Reply& reply, double ms);
void log_event(std::string_view text);
void log_failure(std::string_view text);

}  // namespace whorl::server
