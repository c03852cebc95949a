// Which key a copy of a gallery opens with, before it is opened. Private to this room.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>

#include "crypto/vault/seal_context.h"

namespace whorl::index {

struct CopyKey {
  crypto::GalleryId gallery{};
  std::uint32_t epoch = 0;
};

// Of a folder that nobody has open; it is only read. Nothing where there is no sealed gallery or it cannot be read:
// whoever opens it says why. Cost: an opening of the database.
std::optional<CopyKey> key_of_copy(const std::filesystem::path& folder);

}  // namespace whorl::index
