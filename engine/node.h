// A node: an engine opened from one configuration, with its calibrations, networks and limits.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/event.h"
#include "base/result.h"
#include "base/world.h"
#include "engine/engine.h"
#include "engine/node_config.h"

namespace whorl::engine {

struct Node {
  std::unique_ptr<Engine> engine;
  bool created = false;  // the gallery was made
  // What the operator should know of how it was opened, a sentence each: Engine::notices(), a gallery made, images of
  // faces that will be refused.
  std::vector<std::string> notices;
};

// Errors: kInvalidInput, kNotFound, kUnavailable, kCorruption, kExhausted: those of check(), fingerprint_calibration,
// open_face_extractor, face_calibration and Engine::open. The field is the key of the configuration ("face.network").
// `events` hears what the engine says while it is open (EngineConfig::events).
Result<Node> open_node(const NodeConfig& config, World& world = real_world(), EventSink events = {});

// What Engine::open is given for `config`; `notices` receives what the operator should know. For callers that change
// more than a configuration says. Errors: as open_node, but for those of Engine::open.
Result<EngineConfig> engine_config(const NodeConfig& config, std::vector<std::string>& notices);

// The notice of a gallery that was made: "there was no gallery in ...".
std::string made_notice(const std::filesystem::path& folder);

// Whether there is a gallery in the folder (docs/gallery-format.md: a RocksDB database).
bool holds_gallery(const std::filesystem::path& folder);

}  // namespace whorl::engine
