// The desk of an engine's cases. Private to this room.
#pragma once

#include <memory>

#include "base/world.h"
#include "engine/case_desk.h"

namespace whorl::index {
class Gallery;
}

namespace whorl::engine {

// Borrows all three. Reads nothing before it is first asked. What is due goes within a minute, while there is a case.
std::unique_ptr<CaseDesk> make_case_desk(Service& service, index::Gallery& gallery, World& world);

}  // namespace whorl::engine
