// A service that asks, before it passes a call on, whether who calls may do that to what it is about. The front end
// asks the same of the route; this holds what only the body or the record tells: the galleries of an encounter, and
// whether people below the review line may be named.
//
// A person or encounter of which somebody may see nothing is to them one that does not exist: the errors are the same.
// Thread-safe as the service behind it.
#pragma once

#include <memory>

#include "engine/service.h"

namespace whorl::access {

std::shared_ptr<engine::Service> make_guarded_service(std::shared_ptr<engine::Service> inner);

}  // namespace whorl::access
