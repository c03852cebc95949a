// Who asks and what they may do here; what a capture is worth. For the node's pages, and for programs that show people
// something.
#pragma once

#include <span>

#include "server/http/route.h"

namespace whorl::server {

std::span<const Route> me_routes();
std::span<const Route> assess_routes();
std::span<const Route> node_routes();

}  // namespace whorl::server
