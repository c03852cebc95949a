// Fingers: prepared templates of templates/fingerprint/compare, of the form kRaw in probes and kCoded in galleries.
// Private to this room.
#pragma once

#include "index/comparator/comparator.h"
#include "templates/fingerprint/compare/prepared.h"

namespace whorl::index {

Comparator finger_comparator();

// Of bytes that the comparator made or checked.
inline fingerprint::PreparedView finger_view(std::span<const std::byte> bytes) {
  return fingerprint::PreparedView::of_sound(bytes);
}

}  // namespace whorl::index
