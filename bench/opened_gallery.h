// A sealed gallery that goes with the benchmark.
#pragma once

#include <memory>
#include <string>

#include "base/bytes.h"
#include "engine/engine.h"
#include "templates/modality.h"
#include "tests/support/shared_data.h"

namespace whorl::bench {

struct OpenedGallery {
  tests::TemporaryDirectory directory;
  std::unique_ptr<engine::Engine> engine;  // null where there is a failure
  std::string failure;
};

// Of any quality.
inline std::unique_ptr<OpenedGallery> opened_gallery() {
  auto out = std::make_unique<OpenedGallery>();
  engine::EngineConfig config;
  config.directory = out->directory.path() / "gallery";
  config.min_quality = 0;
  auto opened = engine::Engine::open(std::move(config));
  if (opened.ok()) {
    out->engine = std::move(opened).value();
  } else {
    out->failure = opened.error().text();
  }
  return out;
}

inline Sample native_finger(fingerprint::FingerPosition position, Bytes bytes) {
  return {Modality::kFinger, static_cast<std::uint8_t>(position), Format::kNativeFinger, std::move(bytes), {}};
}

}  // namespace whorl::bench
