// What a JPEG 2000 file (JP2) or bare codestream says about itself: boxes, the size marker, and every header of tile
// parts, so that what a decoder will allocate is bounded before it is called. Private to this room.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "templates/image/header.h"

namespace whorl::image {

// A fault by the number of its rule (JP2-01 ... of docs/interchange.md).
struct Jpeg2000Fault {
  int rule = 0;
  bool warning = false;
  std::size_t offset = 0;
  std::string text;
};

struct Jpeg2000 {
  bool boxed = false;  // JP2; else a bare codestream
  std::int64_t width = 0;
  std::int64_t height = 0;
  int components = 0;
  bool reversible = false;               // the 5-3 wavelet
  bool luma_chroma = false;              // sYCC
  std::optional<Resolution> resolution;  // of capture, else of display
  std::size_t codestream_at = 0;
  ByteView codestream;
  std::vector<Jpeg2000Fault> faults;
};

// Reads on past a fault as long as it is safe. O(bytes).
Jpeg2000 scan_jpeg_2000(ByteView file);

bool begins_jp2(ByteView file);
bool begins_j2k(ByteView file);

// Errors: kInvalidInput with the reason.
Result<FileHeader> read_jpeg_2000_header(ByteView file);

}  // namespace whorl::image
