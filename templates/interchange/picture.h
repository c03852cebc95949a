// What the bytes of a compressed picture say of themselves, whatever the record around them says: nothing is decoded.
// Pure; thread-safe. O(bytes). Private to this room.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/bytes.h"

namespace whorl::interchange {

enum class PictureKind { kUnknown, kWsq, kJpeg, kJpegLossless, kJp2, kJ2k, kPng };
// "WSQ", "JPEG 2000"; "no known picture" for kUnknown.
std::string_view name_of(PictureKind kind);

struct Picture {
  PictureKind kind = PictureKind::kUnknown;
  std::int64_t width = 0;  // 0: not to be found
  std::int64_t height = 0;
  bool reversible = false;  // JPEG 2000: the 5-3 wavelet
  int channels = 0;         // of JPEG and JPEG 2000; 0: not to be found

  [[nodiscard]] bool is_jpeg_2000() const { return kind == PictureKind::kJp2 || kind == PictureKind::kJ2k; }
  // Sizes are known and differ.
  [[nodiscard]] bool differs_from(std::int64_t stated_width, std::int64_t stated_height) const {
    return width > 0 && height > 0 && (width != stated_width || height != stated_height);
  }
};

Picture look_at_picture(ByteView bytes);

// What the picture says of its resolution where the record says another by more than 1 %, a sentence: the record's is
// used. Empty where they agree, or one of them says nothing, or nothing that a finger could have.
std::string other_resolution(ByteView bytes, double x_ppi, double y_ppi);

}  // namespace whorl::interchange
