// The options that open a gallery and choose face networks, bound to the engine's configuration; a file of --config
// stands behind them, and flags win over it.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "base/event.h"
#include "base/result.h"
#include "datasets/face_files.h"
#include "engine/node.h"
#include "index/options.h"

namespace CLI {
class App;
}

namespace whorl::cli {

struct NodeOptions {
  engine::NodeConfig node;
  std::optional<Error> failure;  // of reading the file of --config

  // Errors: that failure.
  [[nodiscard]] Result<engine::NodeConfig> config() const;
};

// --gallery-dir, --config, --threads, --memory-limit, --skip-record-check
void add_storage_options(CLI::App& verb, NodeOptions& options);
// The same and --calibration, --face-calibration, --face-alone.
void add_gallery_options(CLI::App& verb, NodeOptions& options);
// --keep-images
void add_keep_images_option(CLI::App& verb, NodeOptions& options);
// --min-quality
void add_quality_option(CLI::App& verb, NodeOptions& options);
// --models, --network, --card, --detector, --several, --min-confidence
void add_face_options(CLI::App& verb, engine::FaceConfig& face);
// The same, where they mean something only beside another option, as with only_with (verb.h).
void add_face_options_of(CLI::App& verb, engine::FaceConfig& face, const std::string& owner);
// The first of them that was given on the command line; empty: none.
std::string given_face_option(const CLI::App& verb);
// --modality finger|face
void add_modality_option(CLI::App& verb, std::string& modality);

// engine::open_node, and its notices on standard error.
Result<std::unique_ptr<engine::Engine>> open_engine(const engine::NodeConfig& config, EventSink events = {},
                                                    World& world = real_world());

// How a verb opens the gallery that needs no engine.
index::GalleryOptions gallery_options(const engine::NodeConfig& config);

// Opens the networks of `face` when a loader needs them.
datasets::FaceLoader::Open opener_of(const engine::FaceConfig& face);

}  // namespace whorl::cli
