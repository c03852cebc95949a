// The pages of the node: /check, /node, and what they are made of (pages/README.md, docs/pages.md).
#pragma once

#include <span>

#include "server/http/route.h"

namespace whorl::server {

std::span<const Route> file_routes();

}  // namespace whorl::server
