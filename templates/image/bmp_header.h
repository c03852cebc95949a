// What a BMP file says about itself. Private to this room.
#pragma once

#include "base/bytes.h"
#include "base/result.h"
#include "templates/image/header.h"

namespace whorl::image {

// Errors: kInvalidInput with the reason. O(bytes); reads nothing outside `file`.
Result<FileHeader> read_bmp_header(ByteView file);

}  // namespace whorl::image
