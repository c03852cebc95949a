// Faces: embeddings in whole numbers, one byte each, compared by their cosine. Private to this room.
#pragma once

#include <cstdint>
#include <span>

#include "index/comparator/comparator.h"

namespace whorl::index {

Comparator face_comparator();

// Of bytes that the comparator made or checked.
inline std::span<const std::int8_t> embedding_view(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const std::int8_t*>(bytes.data()), bytes.size()};
}

}  // namespace whorl::index
