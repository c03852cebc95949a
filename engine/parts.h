// What an Engine is made of. Private to this room.
#pragma once

#include <memory>

#include "engine/engine.h"
#include "index/gallery.h"

namespace whorl::engine {

struct Engine::Parts {
  EngineConfig config;
  World& world;
  std::unique_ptr<index::Gallery> gallery;
};

}  // namespace whorl::engine
