// What a sealed value is and where it stands. It is bound to the value when that is sealed, and not kept with it: a
// value that was moved to another key, family or gallery, or taken for another kind, does not open there.
//
// Thread-safety: plain values.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "base/bytes.h"
#include "base/result.h"

namespace whorl::crypto {

// The 16 bytes of the UUID that a gallery got when it was made.
using GalleryId = std::array<std::uint8_t, 16>;

// Views: what they show must live as long as the call that they are given to.
struct SealContext {
  std::string_view kind;    // "record", "image": 1 to kMostContextText bytes
  std::string_view family;  // the column family, or the kind of file; 1 to kMostContextText bytes
  ByteView key;             // of the row, whatever its bytes are
  // For a value under a key of its own that a newer one replaced (a ring, a counter): its number. A caller that knows
  // the newest number from elsewhere refuses an earlier value by it. 0 where the key itself is new with every change.
  std::uint64_t version = 0;
};

inline constexpr std::size_t kMostContextText = 32;

// The bytes that are authenticated: `label`, gallery, kind, family, SHA-256 of the key, version, unambiguously.
// Errors: kInternal when a text is empty or too long.
Result<Bytes> bound_bytes(std::string_view label, const GalleryId& gallery, const SealContext& context);

}  // namespace whorl::crypto
