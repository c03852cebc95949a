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

// The bytes that are authenticated beside a value: the lengths and bytes of `label` (1 to kMostContextText bytes), kind
// and family, the gallery, SHA-256 of the key, the version, and the epoch of the key that it is sealed under (0 where
// it has none). Different places never have the same bytes. No allocation.
class BoundBytes {
 public:
  // Errors: kInternal when a text is empty or too long.
  static Result<BoundBytes> of(std::string_view label, const GalleryId& gallery, const SealContext& context,
                               std::uint32_t epoch = 0);
  [[nodiscard]] ByteView view() const { return ByteView(bytes_).first(size_); }

 private:
  void put(ByteView bytes);
  void put_sized(std::string_view text);
  void put_number(std::uint64_t number);

  std::array<std::uint8_t, 3 * (1 + kMostContextText) + 16 + 32 + 8 + 8> bytes_{};
  std::size_t size_ = 0;
};

}  // namespace whorl::crypto
