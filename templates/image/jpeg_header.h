// What a JPEG file says about itself. Private to this room.
#pragma once

#include "base/bytes.h"
#include "base/result.h"
#include "templates/image/header.h"

namespace whorl::image {

// Errors: kInvalidInput with the reason. O(bytes); reads nothing outside `file`.
// Reads also the markers up to the end of the image, so that a truncated file is noticed.
Result<FileHeader> read_jpeg_header(ByteView file);

}  // namespace whorl::image
