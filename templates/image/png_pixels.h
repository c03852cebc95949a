// What of a PNG file its pixels need. Private to this room.
#pragma once

#include "base/bytes.h"

namespace whorl::image {

// The file without its texts, profiles and whatever else a decoder would unpack beside the pixels: a few KB of these
// may stand for megabytes each. The pixels are the same. What is malformed is left as it is, for the decoder to refuse.
// Cost: one copy.
Bytes png_for_pixels(ByteView file);

}  // namespace whorl::image
