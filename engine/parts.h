// What an Engine is made of. Private to this room.
#pragma once

#include <memory>

#include "engine/engine.h"
#include "index/gallery.h"

namespace whorl::engine {

// What a calibration of faces of this network must say it is of.
inline Calibration::Origin face_origin(const face::NetworkId& network) {
  return {face::kExtractorVersion, face::kComparatorVersion, network.text()};
}

struct Engine::Parts {
  EngineConfig config;
  World& world;
  std::unique_ptr<index::Gallery> gallery;
};

}  // namespace whorl::engine
