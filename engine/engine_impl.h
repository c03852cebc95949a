// What an Engine is made of. Private to this room.
#pragma once

#include <functional>
#include <memory>

#include "engine/engine.h"
#include "index/gallery.h"

namespace whorl::engine {

// What a calibration of faces of this network must say it is of.
inline Calibration::Origin face_origin(const face::NetworkId& network) {
  return {face::kExtractorVersion, face::kComparatorVersion, network.text()};
}

// Whether the call's deadline has passed, for loops that ask now and then. Empty: there is none.
inline std::function<bool()> expiry(const Call& call, World& world) {
  if (!call.deadline) return {};
  return [&world, deadline = *call.deadline] { return world.ticks() >= deadline; };
}

// Errors: kUnavailable when the call's deadline has passed.
inline Status require_time(const Call& call, World& world) {
  if (!call.deadline || world.ticks() < *call.deadline) return {};
  return unavailable("the deadline passed; nothing was done, try again");
}

struct Engine::Parts {
  EngineConfig config;
  World& world;
  std::unique_ptr<index::Gallery> gallery;
};

}  // namespace whorl::engine
