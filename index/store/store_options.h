// How the store is opened, and the seam to its disk. Private to this room.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>

#include "base/event.h"
#include "base/file_system.h"
#include "base/world.h"

namespace rocksdb {
class Env;
}

namespace whorl::index {

struct StoreOptions {
  std::filesystem::path directory;
  bool create_if_missing = true;
  bool keep_images = false;                         // make a place for images where there is none
  rocksdb::Env* env = nullptr;                      // borrowed; null: the machine's
  FileSystem* files = nullptr;                      // borrowed; null: the machine's
  std::optional<std::uint64_t> least_free_bytes{};  // as GalleryOptions
  EventSink events{};
  // The file of the root key; empty: where crypto::root_places_of_environment() says.
  std::optional<std::filesystem::path> root_key{};
  // Seal a gallery of an earlier format, which is opened to be read alone otherwise.
  bool seal = false;
  // As GalleryOptions.
  std::optional<std::filesystem::path> audit_checkpoints{};
  World* world = nullptr;  // borrowed; null: the machine's
};

}  // namespace whorl::index
