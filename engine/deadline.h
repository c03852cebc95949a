// A deadline as the question that long work asks now and then. Private to this room.
#pragma once

#include <functional>

#include "base/world.h"
#include "engine/call.h"

namespace whorl::engine {

// Whether the deadline has passed; borrows the world. Empty where there is no deadline.
inline std::function<bool()> past_deadline(Deadline deadline, World& world) {
  if (!deadline) return {};
  return [&world, at = *deadline] { return world.ticks() >= at; };
}

}  // namespace whorl::engine
