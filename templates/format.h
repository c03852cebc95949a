// What a sample's bytes are written in. The numbers of templates stand in records (docs/gallery-format.md) and never
// change their meaning.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/bytes.h"

namespace whorl {

enum class Format : std::uint8_t {
  kUnstated = 0,  // whatever the bytes begin as
  kNativeFinger = 1,
  kNativeFace = 2,
  kAnyImage = 127,  // an image of the format that its bytes begin as
  kPng = 128,
  kBmp = 129,
  kTiff = 130,
  kJpeg = 131,
  kWsq = 132,
  kJp2 = 133,
  kJ2k = 134,
};

// What every format has, of images and of templates.
struct FormatRow {
  Format format{};
  std::string_view name;        // in messages: "PNG"
  std::string_view suffix;      // of files: ".png"
  std::string_view media_type;  // "image/png"
  bool (*begins)(ByteView) = nullptr;
};

}  // namespace whorl
