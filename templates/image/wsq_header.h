// What a WSQ file says about itself. Private to this room.
#pragma once

#include "base/bytes.h"
#include "base/result.h"
#include "templates/image/header.h"

namespace whorl::image {

// Errors: kInvalidInput with the reason. O(bytes); reads nothing outside `file`. Every segment is read, so that a
// damaged file is noticed; the resolution is that of a comment (NIST_COM), where one states it.
Result<FileHeader> read_wsq_header(ByteView file);

}  // namespace whorl::image
