// What a TIFF file says about itself. Private to this room.
#pragma once

#include "base/bytes.h"
#include "base/result.h"
#include "templates/image/header.h"

namespace whorl::image {

// Errors: kInvalidInput with the reason. O(bytes); reads nothing outside `file`.
Result<FileHeader> read_tiff_header(ByteView file);

// Resolution and orientation from the TIFF structure of an EXIF block. A malformed block counts as empty:
// EXIF is a note beside the image, and its absence is reported as such where a resolution is missed.
struct ExifFields {
  std::optional<Resolution> resolution;
  int orientation = 1;
};
ExifFields read_exif(ByteView tiff);

}  // namespace whorl::image
