// What a BMP file says about itself. Private to this room.
#pragma once

#include <array>
#include <optional>

#include "base/bytes.h"
#include "base/result.h"
#include "templates/image/header.h"

namespace whorl::image {

// Where the parts of the file lie and what a pixel is. Every part lies inside the file.
struct BmpLayout {
  std::int64_t width = 0;
  std::int64_t height = 0;
  bool top_down = false;
  int bits = 0;  // 1, 4, 8: places in the palette; 16, 24, 32: colours
  std::size_t pixels = 0;
  std::size_t stride = 0;  // bytes of a row
  std::size_t palette = 0;
  std::size_t colours = 0;               // in the palette
  std::size_t colour_bytes = 0;          // blue, green, red, and perhaps nothing
  std::array<std::uint32_t, 3> masks{};  // of 16 and 32 bits: of blue, green, red
  std::optional<Resolution> resolution;
};

// Errors: kInvalidInput with the reason. O(1); reads nothing outside `file`.
Result<BmpLayout> read_bmp_layout(ByteView file);
// What all formats say, of the same. Errors: as above.
Result<FileHeader> read_bmp_header(ByteView file);

}  // namespace whorl::image
